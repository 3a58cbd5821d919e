"""Entries with timestamps as a text: each becomes a line of JSON, and offsets lead back to entries.

Such a source can be asked for its entries from a moment on, and gives some of them again. How many
entries that are alike were read is kept from `since` on; only more of them than that are new. So it
does not matter how pages are cut, nor in what order entries arrive, as long as each page has all
entries of a stream from where it begins.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from errwatch.interfaces import Positions
from errwatch.model.position import EntryPosition, Position, Ranges, Seen

MAX_ENTRY = 60_000
"""Bytes of the line that an entry becomes, less than the longest that a detector keeps whole."""

LOOKBACK = 64 * 1024
"""Bytes before the place where a detector resumes in which its events may still begin."""

OVERLAP = 60 * 1_000_000_000
"""Nanoseconds before the newest entry that are read again, for those that arrive late."""


class Entry(NamedTuple):
    ns: int
    """Its place in the order of the source: the timestamp, in nanoseconds since 1970, or that of
    an entry before it where the source goes by `mark` and its clock was set back."""
    labels: tuple[tuple[str, str], ...]
    """Sorted."""
    line: str
    mark: str = ""
    """What the source calls it, where it can be asked for what comes after that."""
    at: int = 0
    """The timestamp, where `ns` is another."""

    @property
    def key(self) -> int:
        line = self.line.encode("utf-8", "replace").hex()
        text = orjson.dumps((str(self.at or self.ns), self.labels, line))
        return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), signed=True)

    def encoded(self) -> bytes:
        """As an export of Loki has it; what is too long loses its end."""
        labels = {_valid(name): _valid(value) for name, value in self.labels}
        line, size = _valid(self.line), len(self.line)
        while True:
            whole = {"labels": labels, "line": line[:size], "timestamp": str(self.at or self.ns)}
            data = orjson.dumps(whole) + b"\n"
            if len(data) <= MAX_ENTRY or not size:
                return data
            size = size * MAX_ENTRY // (len(data) + MAX_ENTRY // 10)


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Page:
    """Entries from a moment on, by their timestamps."""

    entries: Sequence[Entry]
    horizon: int
    """Nothing from before it is asked for again."""


@dataclass(slots=True)
class _Alike:
    ns: int
    read: int = 0
    credit: int = 0
    """Of those that the state has as counted but not as read: how many were not given yet."""
    held: int = 0
    """Given to a text, and to be read again if it ended now."""


class _Held(NamedTuple):
    start: int
    end: int
    key: int
    ns: int
    mark: str


class Memory:
    """What is known of one source, by all texts that are made of its entries."""

    def __init__(self, name: str, known: Positions, begin: int) -> None:
        self.name = name
        self._known = known
        self._begin = begin
        self.load()

    def load(self) -> None:
        """As the state has it."""
        stored = self._known.entry_position(self.name)
        self.stored = stored
        self.version = stored.version if stored else 0
        self.begun = stored.begun if stored else self._begin
        self.since = self.horizon = stored.since if stored else self._begin
        self.mark = stored.mark if stored else ""
        self.alike = {
            one.key: _Alike(one.ns, one.read, one.counted)
            for one in (stored.seen if stored else ())
        }

    def learn(self) -> None:
        """What another process counted; what texts hold stays."""
        old = self.alike
        self.load()
        for key, mine in old.items():
            if mine.ns < self.since and not mine.held:
                continue
            one = self.alike.setdefault(key, _Alike(mine.ns))
            one.credit = max(0, one.read + one.credit - mine.read)
            one.held, one.read = mine.held, mine.read

    def move(self, since: int) -> None:
        """Forget what is from before `since`."""
        if since > self.since:
            self.since = since
            self.alike = {
                key: one for key, one in self.alike.items() if one.ns >= since or one.held
            }

    def given(self, ns: int) -> bool:
        """Whether an entry of that time is known to be counted, without looking at it."""
        return self.stored is not None and self.stored.begun <= ns < self.stored.since


@dataclass(slots=True)
class EntryText:
    """Implements `errwatch.interfaces.Text` for the entries that are added to it."""

    memory: Memory
    again: bool = False
    """Add entries, too, that need not be read again, as counted ones."""
    start: int = 0
    lines: int = 0
    above: bytes = b""
    """Each entry tells its own time."""
    offset: int = 0
    """After the last entry."""
    _held: deque[_Held] = field(default_factory=deque)
    _spans: list[tuple[int, int]] = field(default_factory=list)
    _ranges: Ranges | None = None
    _cursor: int = 0
    _starts: frozenset[int] = frozenset()
    """As in the position that was asked for last."""

    @property
    def name(self) -> str:
        return self.memory.name

    @property
    def held(self) -> int:
        """Entries that would have to be read again."""
        return len(self._held)

    @property
    def counted(self) -> Ranges:
        if self._ranges is None:
            self._ranges = Ranges.of(self._spans)
            self._spans = list(self._ranges.spans)
        return self._ranges

    def add(self, page: Page) -> bytes:
        """The new ones of a page as lines."""
        data, here = [], Counter[int]()
        self.memory.horizon = max(self.memory.horizon, page.horizon)
        for entry in page.entries:
            key = entry.key
            here[key] += 1
            if self._is_new(entry, key, here[key]):
                data.append(self._give(entry, key))
        if self.again:
            self._forget(page.horizon)
        return b"".join(data)

    def _forget(self, horizon: int) -> None:
        """Of a text that is read once, to its end, nothing this old is read again."""
        while self._held and self._held[0].ns < horizon:
            self.memory.alike[self._held.popleft().key].held -= 1
        self.memory.move(horizon)

    def _is_new(self, entry: Entry, key: int, nth: int) -> bool:
        if entry.ns < self.memory.since:
            return self.again
        one = self.memory.alike.setdefault(key, _Alike(entry.ns))
        return nth > one.held + (0 if self.again else one.read)

    def _give(self, entry: Entry, key: int) -> bytes:
        data = entry.encoded()
        start, self.offset = self.offset, self.offset + len(data)
        if entry.ns < self.memory.since:
            if self.memory.given(entry.ns):
                self._count(start, self.offset)
            return data
        one = self.memory.alike[key]
        if self.again and one.read:
            # Read before, and held again: so is its count.
            one.read, one.credit = one.read - 1, one.credit + 1
        if one.credit:
            one.credit -= 1
            self._count(start, self.offset)
        one.held += 1
        self._held.append(_Held(start, self.offset, key, entry.ns, entry.mark))
        return data

    def _count(self, start: int, end: int) -> None:
        self._spans.append((start, end))
        self._ranges = None

    def position(
        self, cursor: int, *, lines: int, starts: Iterable[int] = ()
    ) -> EntryPosition | None:
        self._cursor, self._starts = cursor, frozenset(starts)
        counted, memory = self.counted, self.memory
        done, open_ = Counter[int](), Counter[int]()
        since = memory.horizon
        for one in self._held:
            if one.end <= cursor:
                done[one.key] += 1
            else:
                since = min(since, one.ns)
                open_[one.key] += one.start in self._starts or one.start in counted
        first = self._first(cursor)
        if first or memory.mark:
            since = first.ns if first else memory.since
        since = max(since, memory.since)
        changed = ((key, memory.alike[key]) for key in done.keys() | open_.keys())
        return EntryPosition(
            source=self.name,
            begun=memory.begun,
            since=since,
            seen=tuple(
                Seen(key, one.ns, one.read + done[key], one.credit + open_[key])
                for key, one in changed
                if one.ns >= since
            ),
            version=memory.version + 1,
            mark=first.mark if first else memory.mark,
        )

    def _first(self, cursor: int) -> _Held | None:
        """The first to be read again, of those with a mark; if all are read, the last of them, for
        it tells that nothing is missing. None: the one that is stored."""
        known = [one for one in self._held if one.mark and one.ns >= self.memory.since]
        return next((one for one in known if one.end > cursor), known[-1] if known else None)

    def committed(self, position: Position) -> None:
        assert isinstance(position, EntryPosition), "the one that `position` gave last"
        while self._held and self._held[0].end <= self._cursor:
            one = self.memory.alike[self._held.popleft().key]
            one.held, one.read = one.held - 1, one.read + 1
        first = self._cursor - LOOKBACK
        self._spans = [span for span in self._spans if span[1] > first]
        self._spans += [(start, start + 1) for start in self._starts]
        self._ranges = None
        self.memory.version, self.memory.mark = position.version, position.mark
        self.memory.move(position.since)

    def refresh(self) -> None:
        """After a StateConflict: what another process has counted counts for what is held."""
        counted = self.counted
        self.memory.learn()
        for ours in (True, False):
            for held in self._held:
                one = self.memory.alike[held.key]
                if (held.start in counted) is not ours:
                    continue
                if one.credit or self.memory.given(held.ns):
                    one.credit = max(0, one.credit - 1)
                    self._count(held.start, held.end)
