"""A watch loop of the simplest kind: a line is an event, and its first word its fingerprint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from errwatch.interfaces import Began, Chunk, Ended, Positions, StateWriter, Text
from errwatch.model.change import Change, Counted
from errwatch.model.event import Event
from errwatch.model.fix import Fix
from errwatch.model.levels import Level
from errwatch.model.partial import Partial
from errwatch.model.position import FilePosition, Lost, Position
from errwatch.sources.follow import Follower


class State(Positions, StateWriter):
    """What a reader needs of a state, in memory."""

    def __init__(self) -> None:
        self.files: dict[tuple[int, int, int], FilePosition] = {}
        """By device, inode and generation."""
        self.counts: Counter[str] = Counter()

    def position(self, device: int, inode: int) -> FilePosition | None:
        key = (device, inode)
        found = [one for one in self.files.values() if (one.device, one.inode) == key]
        return max(found, key=lambda one: one.generation, default=None)

    def positions(self, path: str) -> list[FilePosition]:
        return [one for one in reversed(self.files.values()) if one.path == path]

    def beside(self, path: str) -> list[FilePosition]:
        return [one for one in self.files.values() if Path(one.path).parent == Path(path).parent]

    def entry_position(self, source: str) -> None:
        return None

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        for change in changes:
            assert isinstance(change, Counted)
            if change.position is not None:
                self._move(change.position)
            for key, tally in change.partial.tallies.items():
                self.counts[key] += tally.count
        return []

    def _move(self, new: Position) -> None:
        assert isinstance(new, FilePosition)
        key = (new.device, new.inode, new.generation)
        old = self.files.get(key)
        if old:
            assert new.counted.minus(old.counted) == new.counted, "counted twice"
            assert new.cursor >= old.cursor
            new = replace(new, counted=old.counted.union(new.counted))
            if new.head.length and not old.head.length:
                del self.files[key]  # begun now
        self.files[key] = new


@dataclass
class Stream:
    """Stands for the detector of one text."""

    cursor: int
    lines: int
    rest: bytes = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        *lines, self.rest = (self.rest + data).split(b"\n")
        found = []
        for line in lines:
            found.append((self.cursor, line))
            self.cursor += len(line) + 1
            self.lines += 1
        return found


class Reader:
    def __init__(
        self, path: Path, known: Positions, writer: StateWriter, *, from_start: bool = False
    ) -> None:
        self.follower = Follower(path, known, from_start=from_start)
        self.writer = writer
        self.streams: dict[Text, Stream] = {}
        self.told: list[str] = []
        self.lost: list[Lost] = []
        self.above: list[bytes] = []
        """What stands before each text that was begun."""

    def poll(self, *, commit: bool = True) -> None:
        """Poll until there is nothing more at once."""
        more = True
        while more:
            poll = self.follower.poll()
            more = poll.more
            for one in poll.happenings:
                match one:
                    case Began(text):
                        self.streams[text] = Stream(text.start, text.lines)
                        self.above.append(text.above)
                        self._commit(text, [], (), commit=commit)
                    case Chunk(text, data, start):
                        stream = self.streams[text]
                        assert start == stream.cursor + len(stream.rest), "a gap or an overlap"
                        self._commit(text, stream.feed(data), (), commit=commit)
                    case Ended(text):
                        stream = self.streams[text]
                        rest = [(stream.cursor, stream.rest)] if stream.rest else []
                        self._commit(text, rest, [start for start, _ in rest], commit=commit)
                        del self.streams[text]
                    case Lost():
                        self.lost.append(one)
                    case _:
                        self.told.append(str(one))

    def _commit(
        self, text: Text, found: list[tuple[int, bytes]], starts: Iterable[int], *, commit: bool
    ) -> None:
        if not commit:
            return
        stream = self.streams[text]
        events = [event(start, line) for start, line in found if start not in text.counted]
        partial = Partial.of((f"v1:{one.text.split()[0]}", one) for one in events)
        position = text.position(stream.cursor, lines=stream.lines, starts=starts)
        self.writer.commit(Counted(partial, position), actor="watch")
        if position is not None:
            text.committed(position)

    def close(self) -> None:
        self.follower.close()


def event(start: int, line: bytes) -> Event:
    text = line.decode()
    return Event("app.log", 1, start, start + len(line), Level.ERROR, text, text)


Start = Callable[..., Reader]
"""Starts a reader of the log; the one before it is killed."""


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def seen(state: State) -> list[str]:
    assert set(state.counts.values()) <= {1}
    return sorted(key.removeprefix("v1:") for key in state.counts)
