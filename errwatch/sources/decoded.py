"""The text of a file that does not hold it byte by byte: compressed, UTF-16, a document.

Its positions count the bytes of the text, not of the file. A log that rotation compressed is known
by that text: what was counted of it under its earlier name is not counted again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, suppress
from io import FileIO
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Block, Positions
from errwatch.model.position import Digest, FilePosition, Ranges
from errwatch.sources.names import is_compressed, originals
from errwatch.sources.opening import shown
from errwatch.sources.text import BLOCK, WINDOW

KEPT = 2 * BLOCK
"""Bytes at the end of what was read that are held, to find there what stands before the cursor."""

Decode = Callable[[], Generator[Block, None, None]]
"""Reads the text from its beginning. Raises SourceError."""


class Memory:
    """What positions need to know of a text that was decoded."""

    def __init__(self, decode: Decode) -> None:
        self._decode = decode
        self._head = self._recent = b""
        self._end = 0

    def take(self, block: Block) -> None:
        self._head += block.data[: WINDOW - len(self._head)]
        self._recent = (self._recent + block.data)[-KEPT:]
        self._end = block.start + len(block.data)

    def head(self) -> Digest:
        return digest_of(self._head)

    def before(self, cursor: int) -> Digest:
        """The bytes just before the cursor."""
        start = max(0, cursor - WINDOW)
        held = self._end - len(self._recent)
        if start >= held:
            return digest_of(self._recent[start - held : cursor - held])
        return digest_of(_ends(self._decode(), 0, cursor, WINDOW)[1])


class Decoded:
    """A text, and what is counted of it."""

    def __init__(self, handle: FileIO, path: Path, known: Positions, decode: Decode) -> None:
        status = os.fstat(handle.fileno())
        self._key = status.st_dev, status.st_ino
        self._path = path
        self._decode = decode
        stored = known.position(*self._key)
        own = stored if stored is not None and self._holds(stored) else None
        self._stored = own.counted if own else Ranges()
        self._generation = own.generation if own else stored.generation + 1 if stored else 0
        self.counted = self._stored
        if own is None:
            for twin in self._earlier(known):
                self.counted = self.counted.union(twin.counted)
        self._memory = Memory(decode)

    def blocks(self) -> Iterator[Block]:
        self._memory = Memory(self._decode)
        for block in self._decode():
            self._memory.take(block)
            yield block

    def position(self, cursor: int, *, lines: int, starts: Iterable[int] = ()) -> FilePosition:
        """As `Source.position`, of all that was read."""
        spans = [(0, cursor), *((start, start + 1) for start in starts)]
        device, inode = self._key
        return FilePosition(
            path=shown(self._path.absolute()),
            device=device,
            inode=inode,
            head=self._memory.head(),
            cursor=cursor,
            tail=self._memory.before(cursor),
            counted=Ranges.of(spans).union(self.counted).minus(self._stored),
            lines=lines,
            generation=self._generation,
        )

    def _earlier(self, known: Positions) -> Iterator[FilePosition]:
        """What was counted of this very text when the log had another name."""
        for position in known.beside(shown(self._path.absolute())):
            if may_be(self._path, Path(position.path)) and self._holds(position):
                yield position

    def _holds(self, stored: FilePosition) -> bool:
        """Whether the cursor of `stored` points into this text."""
        if not stored.head.length:
            return False
        with suppress(SourceError):  # told when it is read
            head, tail = _ends(
                self._decode(), stored.head.length, stored.cursor, stored.tail.length, stored.head
            )
            return digest_of(head) == stored.head and digest_of(tail) == stored.tail
        return False


def _ends(
    blocks: Generator[Block, None, None],
    first: int,
    cursor: int,
    last: int,
    expected: Digest | None = None,
) -> tuple[bytes, bytes]:
    """The `first` bytes of a text, and the `last` ones before the cursor; stops where the first
    are not what was expected."""
    head = tail = b""
    with closing(blocks):
        for block in blocks:
            head += block.data[: first - len(head)]
            if expected and len(head) == first and digest_of(head) != expected:
                break
            tail = (tail + block.data[: max(0, cursor - block.start)])[-last:] if last else b""
            if len(head) == first and block.start + len(block.data) >= cursor:
                return head, tail
    return head, b""


def may_be(path: Path, earlier: Path) -> bool:
    """Whether both are called like parts of one log, in one folder."""
    return bool(_logs(path.name) & _logs(earlier.name))


def _logs(name: str) -> frozenset[str]:
    plain = name[: name.rindex(".")] if is_compressed(name) else name
    return frozenset((plain, *originals(plain)))


def digest_of(data: bytes) -> Digest:
    return Digest(len(data), hashlib.sha256(data).hexdigest())
