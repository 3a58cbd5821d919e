"""Bytes that are not lines of UTF-8 yet -> blocks that are: UTF-16, JSON documents of entries."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain

from errwatch.interfaces import Block
from errwatch.sources.documents import is_document, lines_of

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_utf16(head: bytes) -> bool:
    return head.startswith(_UTF16)


def needs_recoding(head: bytes) -> bool:
    """By the first bytes of the input."""
    return is_utf16(head) or is_document(head)


def recoded(blocks: Iterator[Block], name: str) -> Iterator[Block]:
    """The same text as lines of UTF-8. Offsets count the bytes that are given, not those read.

    Raises SourceError.
    """
    first = next(blocks, None)
    if first is None:
        return
    data: Iterator[bytes] = (block.data for block in chain([first], blocks))
    if is_utf16(first.data):
        data = _from_utf16(data)
        head = next(data, b"")
        data = chain([head], data)
    else:
        head = first.data
    if is_document(head):
        data = lines_of(data, name)
    start = 0
    for piece in data:
        yield Block(piece, start)
        start += len(piece)


def _from_utf16(data: Iterator[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for piece in data:
        if text := decoder.decode(piece):
            yield text.encode("utf-8", "replace")
    if text := decoder.decode(b"", True):
        yield text.encode("utf-8", "replace")
