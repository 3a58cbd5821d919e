"""The seams of what is read: sources that end, and what is followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from errwatch.errors import SourceError
from errwatch.model.position import EntryPosition, FilePosition, Position, Ranges, Remark


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes of one source."""

    data: bytes
    start: int
    """Offset of the first byte of `data`."""


class Span(Protocol):
    """The bytes of a source that other processes can read too. It can be pickled."""

    @property
    def size(self) -> int: ...

    def blocks(self, start: int, end: int) -> Iterator[Block]:
        """The bytes from `start` to `end`. Raises SourceError."""


class Source(AbstractContextManager["Source"], Protocol):
    """An input that is read once, from its beginning, inside its own `with`."""

    @property
    def input(self) -> str:
        """The argument that named it, as it was given."""

    @property
    def name(self) -> str:
        """The file as reached from that argument, or `-`."""

    @property
    def counted(self) -> Ranges:
        """What the state has counted of it; events that start there are not to be added again."""

    def blocks(self) -> Iterator[Block]:
        """The bytes in order. Raises SourceError."""

    def lead(self) -> bytes:
        """The last lines of the part of a rotated log before it; not counted here."""

    def sequel(self) -> bytes:
        """The first lines of what was written after it, where what begins here may end."""

    def gaps(self) -> list[str]:
        """What could not be had of it, though the rest was read: a line each."""

    def size(self) -> int:
        """Bytes, as far as they can be told before it is opened; 0 where they cannot."""

    def span(self) -> Span | None:
        """The same bytes for other processes; None where only this one can read them."""

    def position(self, cursor: int, *, lines: int, starts: Iterable[int] = ()) -> Position | None:
        """What to commit with the events read so far; None where there is nothing to come back to.

        All that starts before `cursor` becomes counted, and the events that start at `starts`.
        """


class Positions(Protocol):
    """What the state knows of sources; all of it that a source needs."""

    def position(self, device: int, inode: int) -> FilePosition | None:
        """What was last stored of that inode, whatever it holds now: its latest generation."""

    def positions(self, path: str) -> list[FilePosition]:
        """What was read under that name, even if its inode holds another text; the last first."""

    def beside(self, path: str) -> list[FilePosition]:
        """As `positions`, of all files in the folder of that one."""

    def entry_position(self, source: str) -> EntryPosition | None:
        """How far a source of entries was read."""


class Text(Protocol):
    """What an open file holds until it is truncated or replaced in place, or entries in order."""

    @property
    def name(self) -> str:
        """The file's path."""

    @property
    def start(self) -> int:
        """The offset from which it is read; there are `lines` lines before it."""

    @property
    def lines(self) -> int: ...

    @property
    def above(self) -> bytes:
        """The last ABOVE bytes before `start`, as far as they can be had."""

    @property
    def counted(self) -> Ranges:
        """Events that start there are counted already."""

    def position(self, cursor: int, *, lines: int, starts: Iterable[int] = ()) -> Position | None:
        """What to commit, as `Source.position`; None when the text is gone."""

    def committed(self, position: Position) -> None:
        """The state holds `position` now."""

    def refresh(self) -> None:
        """After a StateConflict: learn what another process has counted of this text."""


@dataclass(frozen=True, slots=True)
class Began:
    """`text` is read from `text.start` on."""

    text: Text


@dataclass(frozen=True, slots=True)
class Chunk:
    text: Text
    data: bytes
    start: int
    """Offset of the first byte of `data` in the text."""


@dataclass(frozen=True, slots=True)
class Ended:
    """No more comes of `text`. Its position can be asked for until the next poll."""

    text: Text


@dataclass(frozen=True, slots=True)
class Left:
    """`text` is not read for the present; it goes on as another `Text`, where the state has it.
    Its position can be asked for until the next poll."""

    text: Text


Happening = Began | Chunk | Ended | Left | Remark | SourceError


@dataclass(frozen=True, slots=True)
class Poll:
    """What happened to a followed file since the last poll, in order."""

    happenings: tuple[Happening, ...]
    more: bool
    """Whether the next poll has something to read at once."""
    failing: bool = False
    """Whether something cannot be read for the present, told before or not."""


class Follower(Protocol):
    """Keeps up with one file through rotation, truncation and restarts."""

    def poll(self) -> Poll:
        """Never waits, never raises SourceError: a failure is a happening, told once."""


class Followers(Protocol):
    """All that is followed."""

    def __call__(self) -> Sequence[Follower]:
        """What there is to poll now, new ones included."""

    def parting(self) -> Sequence[Follower]:
        """Those that nobody can go back to: they stop, to be polled until they bring nothing."""

    @property
    def over(self) -> bool:
        """Whether nothing will come any more."""

    def close(self) -> None: ...
