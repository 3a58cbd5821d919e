r"""Values that stand after a secret-like name: `password=...`, `"api_key": "..."`, `--token ...`.

Also where a JSON text lies escaped in another one: `\"client_secret\": \"...\"`, and in lists.
Each finder goes on after what it found and declines short values only, so its time is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from errwatch import lazy_re as re
from errwatch.redact.extent import OPENING, bare, closing, items, next_line
from errwatch.redact.finding import Span
from errwatch.redact.names import FLAG, NAME, PAIR, SPOKEN
from errwatch.redact.worth import Clues, said, secret, unlike_a_word

_TALLY = {b"pass", b"PASS"}
"""Test runners count with it: `pass=12 fail=3`."""
_DIGITS = re.compile(rb"\d+(?![\w@#$%!-])")
_PATH = re.compile(rb"/|[A-Za-z]:\\")
_OPEN = (b"[", b"{")
_MARGIN = re.compile(rb"[ \t-]*(?:[A-Za-z0-9]+[_.])*[A-Za-z0-9]*\Z")


def assigned(text: bytes) -> Iterator[Span]:
    """Where the values after a name and a sign stand, without their quotes."""
    place = 0
    for found in NAME.finditer(text):
        start, end = found.span()
        if start < place:
            continue
        strong, weak, sign = found.groups()
        name = strong or weak
        if _excused(name, text, start, end):
            continue
        clues = Clues(
            strong=strong is not None,
            name=name,
            loose=_in_prose(name, text, start, end, sign),
            alone=_starts_line(text, start),
        )
        for span in _values(text, end, clues, members=sign == b":"):
            yield span
            place = span.end


def _excused(name: bytes, text: bytes, start: int, end: int) -> bool:
    """A tally, words of a text, a shell's directory, a part of a resource's name."""
    if name in _TALLY:
        return _DIGITS.match(text, end) is not None
    if name.lower() == b"tokens":
        return text[end : end + 1] != b"["
    if name.lower() == b"pwd":
        return _PATH.match(text, end) is not None
    return text[start - 1 : end] == b":secret:"


def _in_prose(name: bytes, text: bytes, start: int, end: int, sign: bytes) -> bool:
    """Whether a sentence may have it; none has the name of a variable, such as `DB_PASSWORD`."""
    joined = name[:1] == b"_" or text[start - 1 : start] == b"_"
    if sign == b"=>" or (joined and name.isupper()):
        return False
    return sign == b":" or text[end - 1 : end] in (b" ", b"\t")


def _starts_line(text: bytes, start: int) -> bool:
    """Whether only indentation stands before, and the first part of the name: `DB_PASSWORD`."""
    before = text[max(0, start - 60) : start]
    return _MARGIN.match(before, before.rfind(b"\n") + 1) is not None


def _values(text: bytes, start: int, clues: Clues, *, members: bool) -> Iterator[Span]:
    listed = text[start : start + 1] in _OPEN
    opening = OPENING.match(text, start)
    found = items(text, start) if listed else [closing(text, opening)] if opening else []
    if found:
        clues = replace(clues, quoted=True)
        yield from (one for one in found if secret(text[one.start : one.end], clues))
    else:
        yield from _unquoted(text, start + listed, clues, members=members)


def _unquoted(text: bytes, start: int, clues: Clues, *, members: bool) -> Iterator[Span]:
    span = bare(text, start, members=members)
    if span.start == span.end:
        span = next_line(text, start)
        if said(text[span.start : span.end], quoted=False):
            yield span
        return
    ends_line = text[span.end : span.end + 1] in (b"", b"\n", b"\r")
    if secret(text[span.start : span.end], replace(clues, alone=clues.alone and ends_line)):
        yield span


def flagged(text: bytes) -> Iterator[Span]:
    """`--password x` of a command line."""
    return _after(
        FLAG, text, lambda value, quoted: secret(value, Clues(strong=True, quoted=quoted))
    )


def spoken(text: bytes) -> Iterator[Span]:
    """`the password is x`, `with password x`: only what is no word."""
    return _after(SPOKEN, text, lambda value, quoted: said(value, quoted=quoted))


def paired(text: bytes) -> Iterator[Span]:
    """`("password", "x")`, as headers and forms are kept."""
    return _after(PAIR, text, lambda value, quoted: quoted and unlike_a_word(value))


def _after(
    pattern: re.Pattern[bytes], text: bytes, holds: Callable[[bytes, bool], bool]
) -> Iterator[Span]:
    place = 0
    for found in pattern.finditer(text):
        if found.start() < place:
            continue
        opening = OPENING.match(text, found.end())
        span = closing(text, opening) if opening else bare(text, found.end(), members=False)
        if holds(text[span.start : span.end], opening is not None):
            yield span
            place = span.end
