"""Compressed logs, known by their first bytes and unpacked block by block."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from io import BufferedIOBase, FileIO
from types import ModuleType

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
_GZIP_LEAST = 18
"""Bytes of its header and its end."""
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_MODULES = ("compression.zstd", "backports.zstd")
"""Python has it from 3.14 on; before, where the extra `zstd` is installed."""

_FOREIGN = ((b"PK\x03\x04", "zip"), (b"\x04\x22\x4d\x18", "lz4"))
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)


def unpacker(handle: FileIO) -> Unpack | None:
    """What unpacks the file; None where it is not compressed. Raises SourceError."""
    head = peek(handle, 0, 8)
    if head.startswith(_ZSTD):
        return _zstd(shown(handle.name))
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            message = f"{shown(handle.name)}: compressed with {kind}; unpack it first"
            raise SourceError(message)
    return next((unpack for magic, unpack in _OURS if head.startswith(magic)), None)


def told_size(handle: FileIO) -> int | None:
    """The unpacked size as the file tells it, below 4 GiB and if it is one piece; None where its
    kind does not tell."""
    size = os.fstat(handle.fileno()).st_size
    if not peek(handle, 0, 3).startswith(_OURS[0][0]) or size < _GZIP_LEAST:
        return None
    return int.from_bytes(peek(handle, size - 4, 4), "little")


def _zstd(name: str) -> Unpack:
    for module in _ZSTD_MODULES:
        with suppress(ImportError):
            return partial(_checked, import_module(module))
    message = f"{name}: compressed with zstd; unpack it first (zstd -d), or install errwatch[zstd]"
    raise SourceError(message)


def _checked(zstd: ModuleType, handle: FileIO) -> BufferedIOBase:
    """Damage is an OSError, as it is of the others."""
    return _Checked(zstd.open(handle), zstd.ZstdError)


class _Checked(BufferedIOBase):
    def __init__(self, stream: BufferedIOBase, damage: type[Exception]) -> None:
        self._stream = stream
        self._damage = damage

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return self._stream.read(size)
        except self._damage as error:
            raise OSError(str(error)) from error


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
