"""Bytes that are not lines of UTF-8 yet -> blocks that are: UTF-16, JSON documents of entries."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain

from errwatch import lazy_re as re
from errwatch.interfaces import Block
from errwatch.sources.documents import is_document, lines_of

_MARKED = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

HEAD = 512
"""Bytes that tell how the input is written."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

MIN_UNMARKED = 16
"""Bytes without a mark from which on it is told."""


def is_utf16(head: bytes) -> bool:
    return _utf16(head) is not None


def _utf16(head: bytes) -> str | None:
    """The codec, where it is UTF-16. Without a mark, by the zeros of its Latin letters: every
    second byte of most, and no other."""
    if head.startswith(_MARKED):
        return "utf-16"
    first, second = head[:HEAD:2], head[1:HEAD:2]
    if len(head) < MIN_UNMARKED:
        return None
    if _letters(first, second):
        return "utf-16-le"
    return "utf-16-be" if _letters(second, first) else None


def _undecided(head: bytes) -> bool:
    return len(head) < 2 or (len(head) < MIN_UNMARKED and b"\0" in head)


def _letters(low: bytes, high: bytes) -> bool:
    """Whether bytes that belong together are mostly Latin letters, and no controls."""
    return high.count(0) * 4 > len(high) * 3 and _CONTROLS.search(low) is None


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
    while _undecided(first.data) and (more := next(blocks, None)):
        first = Block(first.data + more.data, first.start)
    data: Iterator[bytes] = (block.data for block in chain([first], blocks))
    if codec := _utf16(first.data):
        data = _from_utf16(data, codec)
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


def _from_utf16(data: Iterator[bytes], codec: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for piece in data:
        if text := decoder.decode(piece):
            yield text.encode("utf-8", "replace")
    if text := decoder.decode(b"", True):
        yield text.encode("utf-8", "replace")
