"""A compressed part of a log, and how it is told what of it was read while it was plain.

It is looked through once, step by step, before anything of it is read: what was read before is
known by the text that it unpacks to, and one that is still being written is not taken for whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Block, Positions
from errwatch.model.position import ABOVE, FilePosition
from errwatch.sources.decoded import digest_of, may_be
from errwatch.sources.opening import open_regular, peek, shown
from errwatch.sources.packed import told_size, unpacked, unpacker
from errwatch.sources.text import WINDOW, Text


class Archive:
    """`name` is the log that it is a part of. The handle belongs to the archive."""

    def __init__(self, path: Path, name: Path, known: Positions) -> None:
        """Raises SourceError."""
        with ExitStack() as stack:
            self.handle = stack.enter_context(open_regular(path))
            self._unpack = unpacker(self.handle)
            stack.pop_all()
        self.path, self.name = path, name
        self._known = known
        self.recent = False
        """Whether it is to be read, whatever is known of it: it was rotated since we read."""
        self._failed: tuple[int, int] | None = None
        """Size and time when it last turned out not to be whole."""
        self._why: SourceError | None = None
        self.size = 0
        self.head = self._tail = b""
        self._wanted: dict[FilePosition, bytes] | None = None
        """What may be known of it -> what stands before the cursor."""
        self._blocks: Iterator[Block] = iter(())

    @property
    def key(self) -> tuple[int, int]:
        status = os.fstat(self.handle.fileno())
        return (status.st_dev, status.st_ino)

    @property
    def modified(self) -> int:
        return os.fstat(self.handle.fileno()).st_mtime_ns

    @property
    def deleted(self) -> bool:
        return os.fstat(self.handle.fileno()).st_nlink == 0

    def blocks(self) -> Iterator[Block]:
        """Raises SourceError where it is damaged, or not whole yet."""
        self._unpack = self._unpack or unpacker(self.handle)
        if self._unpack is None:
            message = f"{shown(self.path)}: called like a compressed file, but it is none"
            raise SourceError(message)
        return unpacked(self.handle, self._unpack)

    def may_be(self, position: FilePosition) -> bool:
        """Whether it begins like the text of `position`, and is no shorter as far as it says."""
        told = told_size(self.handle)
        return position in self.like(self.first()) and (told is None or told >= position.cursor)

    def is_read(self) -> bool:
        """Whether it is known at a glance that nothing in it is unread, for it was looked through
        before."""
        told = told_size(self.handle)
        own = self._known.position(*self.key)
        return own is not None and own.cursor == told and own in self.like(self.first())

    def is_unclear(self) -> bool:
        """Whether nothing can be said of it yet."""
        return not self.first()

    def first(self) -> bytes:
        """The first bytes of the text; none where they cannot be read."""
        try:
            return next(self.blocks(), Block(b"", 0)).data[:WINDOW]
        except SourceError:  # told when it is looked through
            return b""

    def like(self, head: bytes) -> list[FilePosition]:
        """What the state has of parts of this log that begin with these bytes."""
        return [
            one
            for one in self._known.beside(shown(self.name.absolute()))
            if one.head.length
            and digest_of(head[: one.head.length]) == one.head
            and may_be(self.path, Path(one.path))
        ]

    def advance(self, limit: int) -> bool:
        """Look at about `limit` bytes more; whether that was all. Raises SourceError where it is
        damaged, or has not grown since it was found not to be whole."""
        now = (os.fstat(self.handle.fileno()).st_size, self.modified)
        if self._why is not None and now == self._failed:
            raise self._why
        try:
            self._blocks = self._blocks if self.size else self.blocks()
            while limit > 0 and (block := next(self._blocks, None)):
                self._look(block)
                limit -= len(block.data)
        except SourceError as error:
            # Perhaps it is still being written: one more look, and then it is said.
            self._begin_again()
            self._failed, self._why = now, error
            return False
        if limit <= 0:
            return False
        if set(self._wanted or ()) != set(self.like(self.head)):
            self._begin_again()  # more of it was read meanwhile, as another file
            return False
        return True

    def _begin_again(self) -> None:
        self.size, self._wanted = 0, None
        self.head = self._tail = b""

    def _look(self, block: Block) -> None:
        if self._wanted is None:
            self.head = block.data[:WINDOW]
            self._wanted = dict.fromkeys(self.like(self.head), b"")
        for one, tail in self._wanted.items():
            more = block.data[: max(0, one.cursor - block.start)]
            self._wanted[one] = (tail + more[-ABOVE:])[-ABOVE:]
        self._tail = (self._tail + block.data[-WINDOW:])[-WINDOW:]
        self.size = block.start + len(block.data)

    def held(self) -> list[FilePosition]:
        """What the state has of this very text, when all of it was looked at."""
        return [
            one
            for one, tail in (self._wanted or {}).items()
            if one.cursor <= self.size
            and digest_of(tail[len(tail) - one.tail.length :]) == one.tail
        ]

    def above(self, position: FilePosition) -> bytes:
        """What stands before the cursor of one that is held."""
        return (self._wanted or {}).get(position, b"")

    def is_copy_of(self, text: Text) -> bool:
        """Whether it holds what an open file holds, when all of it was looked at."""
        ends = self.size - len(self._tail)
        return (
            text.size >= self.size
            and peek(text.handle, 0, len(self.head)) == self.head
            and peek(text.handle, ends, len(self._tail)) == self._tail
        )

    def close(self) -> None:
        self.handle.close()
