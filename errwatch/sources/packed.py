"""Compressed logs, known by their first bytes and unpacked block by block."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from io import BufferedIOBase, FileIO

from errwatch.errors import SourceError
from errwatch.interfaces import Block
from errwatch.sources.opening import peek, shown
from errwatch.sources.text import BLOCK

Unpack = Callable[[FileIO], BufferedIOBase]

_OURS: tuple[tuple[bytes, Unpack], ...] = (
    (b"\x1f\x8b\x08", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\0", lzma.open),
)
_FOREIGN = ((b"\x28\xb5\x2f\xfd", "zstd"), (b"PK\x03\x04", "zip"), (b"\x04\x22\x4d\x18", "lz4"))
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)


def unpacker(handle: FileIO) -> Unpack | None:
    """What unpacks the file; None where it is not compressed. Raises SourceError."""
    head = peek(handle, 0, 8)
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            message = f"{shown(handle.name)}: compressed with {kind}; unpack it first"
            raise SourceError(message)
    return next((unpack for magic, unpack in _OURS if head.startswith(magic)), None)


def unpacked(handle: FileIO, unpack: Unpack) -> Iterator[Block]:
    """Raises SourceError where the file is damaged or cut, after all that could be read."""
    handle.seek(0)
    start = 0
    try:
        with unpack(handle) as stream:
            while data := stream.read(BLOCK):
                yield Block(data, start)
                start += len(data)
    except _DAMAGE as error:
        message = f"{shown(handle.name)}: damaged or cut after {start} unpacked bytes: {error}"
        raise SourceError(message) from error
