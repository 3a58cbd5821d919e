"""One text: what an open file holds until it is truncated or replaced in place.

The inode alone does not identify it: a truncated file keeps its inode, and a file system gives the
inode of a deleted file to the next one. So a position carries a digest of the text's first bytes
and of the bytes just before the cursor, and the number of the text among those of its inode.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path

from errwatch.interfaces import Positions
from errwatch.model.position import ABOVE, Digest, FilePosition, Position, Ranges
from errwatch.sources.opening import peek, shown

WINDOW = 1024
"""Bytes of the head, and before the cursor, that identify a text."""

BLOCK = 1024 * 1024


def digest(handle: FileIO, start: int, length: int) -> Digest:
    data = peek(handle, start, length)
    return Digest(len(data), hashlib.sha256(data).hexdigest())


def matches(handle: FileIO, stored: FilePosition) -> bool:
    """Whether the cursor of `stored`, found by its inode, points into the text of `handle`.

    A position that was taken before there was a byte proves nothing.
    """
    cursor, tail = stored.cursor, stored.tail
    return (
        stored.head.length > 0
        and os.fstat(handle.fileno()).st_size >= cursor
        and digest(handle, 0, stored.head.length) == stored.head
        and digest(handle, cursor - tail.length, tail.length) == tail
    )


class LastLine:
    """Finds the last line of the first `size` bytes (all, if None), some at a time: it may be the
    end of gigabytes."""

    def __init__(self, handle: FileIO, size: int | None = None) -> None:
        self._handle = handle
        self._size = os.fstat(handle.fileno()).st_size if size is None else size
        self._end = 0
        self.start = 0
        """Where the last line begins that is not complete yet (or the end), as far as it was looked
        for;"""
        self.lines = 0
        """the number of lines before it."""

    def advance(self, limit: int) -> bool:
        """Look at `limit` bytes more; whether that was all. Raises SourceError."""
        until = min(self._size, self._end + limit)
        while data := peek(self._handle, self._end, min(BLOCK, until - self._end)):
            self.lines += data.count(b"\n")
            self.start = self._end + data.rfind(b"\n") + 1 if b"\n" in data else self.start
            self._end += len(data)
        return until == self._size or self._end < until  # or it was truncated meanwhile


class Text:
    """A text that is read from `start` on, and what is counted of it.

    `after` is the number of the text that the same handle held before, where that is known to be
    gone. The handle belongs to the text.
    """

    def __init__(self, handle: FileIO, path: Path, known: Positions, *, after: int = -1) -> None:
        status = os.fstat(handle.fileno())
        self.device, self.inode = status.st_dev, status.st_ino
        self.path = path
        self.handle = handle
        self._known = known
        stored = known.position(self.device, self.inode)
        newer = stored is not None and stored.generation > after
        self.stored = stored if stored and newer and matches(handle, stored) else None
        """What the state has of this very text."""
        # A number that was given to nothing yet is as good as a new one.
        taken = self.stored is None and stored is not None and stored.head.length > 0
        last = stored.generation if stored else -1
        self.generation = last if newer and not taken else max(after, last) + 1
        self.counted = self.stored.counted if self.stored else Ranges()
        """Events that start there are counted already."""
        self.begin(0, 0)

    @property
    def name(self) -> str:
        return shown(self.path)

    @property
    def key(self) -> tuple[int, int]:
        return (self.device, self.inode)

    @property
    def size(self) -> int:
        return os.fstat(self.handle.fileno()).st_size

    @property
    def modified(self) -> int:
        """In nanoseconds."""
        return os.fstat(self.handle.fileno()).st_mtime_ns

    @property
    def deleted(self) -> bool:
        return os.fstat(self.handle.fileno()).st_nlink == 0

    @property
    def above(self) -> bytes:
        length = min(ABOVE, self.start)
        return peek(self.handle, self.start - length, length)

    def begin(self, start: int, lines: int) -> None:
        """Read from `start` on, before which there are `lines` lines."""
        self.start = self.offset = start
        self.lines = lines
        length = min(WINDOW, start)
        self._head = peek(self.handle, 0, length)
        self._tail = peek(self.handle, start - length, length)

    def resume(self) -> None:
        """Go on where the state has it; where it knows nothing, at the first byte that is no NUL:
        a file that is truncated under a writer which keeps its offset begins with many."""
        if self.stored is None:
            self.begin(self._hole(), 0)
        else:
            self.begin(self.stored.cursor, self.stored.lines)

    def read(self, limit: int) -> bytes | None:
        """The next bytes, empty at the present end; None when the text is gone.

        That is looked at after reading, so that what is returned belongs to this text.
        """
        data = peek(self.handle, self.offset, limit)
        if not self.intact():
            return None
        self.offset += len(data)
        self._head += data[: WINDOW - len(self._head)]
        self._tail = (self._tail + data[-WINDOW:])[-WINDOW:]
        return data

    def intact(self) -> bool:
        """Whether the file still holds what was read of it, by its head and by the last of it."""
        start = self.offset - len(self._tail)
        return (
            self.size >= self.offset
            and peek(self.handle, start, len(self._tail)) == self._tail
            and peek(self.handle, 0, len(self._head)) == self._head
        )

    def position(
        self, cursor: int, *, lines: int, starts: Iterable[int] = ()
    ) -> FilePosition | None:
        """What to commit with the events found so far; None when the text is gone.

        All that starts before `cursor` becomes counted, and the events that start at `starts`.
        """
        counted = Ranges.of([(self.start, cursor), *((start, start + 1) for start in starts)])
        before = min(WINDOW, cursor)
        position = FilePosition(
            path=shown(self.path.absolute()),
            device=self.device,
            inode=self.inode,
            head=digest(self.handle, 0, WINDOW),
            cursor=cursor,
            tail=digest(self.handle, cursor - before, before),
            counted=counted.minus(self.counted),
            lines=lines,
            generation=self.generation,
        )
        return position if self.intact() else None

    def committed(self, position: Position) -> None:
        """The state holds `position` now."""
        assert isinstance(position, FilePosition), "one of those that `position` gave"
        self.counted = self.counted.union(position.counted)

    def refresh(self) -> None:
        """After a StateConflict: learn what another process has counted of this text."""
        stored = self._known.position(self.device, self.inode)
        if stored is None or stored.generation < self.generation:
            return
        if stored.generation == self.generation or matches(self.handle, stored):
            self.generation = stored.generation
            self.counted = self.counted.union(stored.counted)
        else:
            self.generation = stored.generation + 1

    def _hole(self) -> int:
        """What was never written is passed over in one step, where the file system can tell."""
        try:
            start = os.lseek(self.handle.fileno(), 0, os.SEEK_DATA)
        except OSError:  # it cannot, or nothing was
            start = 0
        while data := peek(self.handle, start, BLOCK):
            rest = data.lstrip(b"\0")
            start += len(data) - len(rest)
            if rest:
                break
        return start

    def close(self) -> None:
        self.handle.close()
