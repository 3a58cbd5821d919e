"""A server of entries, read once from a moment on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType

from errwatch.interfaces import Block, Positions
from errwatch.model.position import EntryPosition, Gap, Ranges
from errwatch.sources.backend import Backend
from errwatch.sources.entries import OVERLAP, EntryText, Memory, Page


class EntrySource:
    """Implements `errwatch.interfaces.Source`: what is from `begin` to `now`, in nanoseconds.

    It begins no later than the state has it, lest it leave a gap for who follows the source.
    """

    def __init__(
        self, backend: Backend, known: Positions, *, given: str, begin: int, now: int
    ) -> None:
        self.input = given
        self.name = backend.name
        self._backend = backend
        self._known = known
        self._begin, self._now = begin, now
        self._text: EntryText | None = None

    @property
    def counted(self) -> Ranges:
        return self._text.counted if self._text else Ranges()

    def __enter__(self) -> EntrySource:
        memory = Memory(self.name, self._known, self._begin)
        memory.begun = min(memory.begun, self._begin)
        self._text = EntryText(memory, again=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._backend.close()

    def blocks(self) -> Iterator[Block]:
        assert self._text is not None, "a source is read inside its `with`"
        horizon = self._text.memory.since
        for entries in self._backend.fetch(min(self._begin, horizon), self._now):
            newest = min(entries[-1].ns, self._now) if entries else 0
            horizon = max(horizon, newest - OVERLAP)
            start, data = self._text.offset, self._text.add(Page(entries, horizon))
            if data:
                yield Block(data, start)

    def lead(self) -> bytes:
        return b""

    sequel = lead

    def gaps(self) -> list[str]:
        return [str(Gap(self.name, why)) for why in self._backend.gaps()]

    def size(self) -> int:
        return 0

    def span(self) -> None:
        return None

    def position(
        self, cursor: int, *, lines: int, starts: Iterable[int] = ()
    ) -> EntryPosition | None:
        return self._text.position(cursor, lines=lines, starts=starts) if self._text else None
