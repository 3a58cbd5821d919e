"""How far a value goes: to its closing quote, or to where the next thing begins."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.redact.finding import Span

OPENING = re.compile(
    rb"[ \t\r\n]{0,200}(?:Secret(?:Str|Bytes)\(|string\(\d{1,9}\) )?[bruf]{0,2}(\\{0,99})([\"'`])",
    re.IGNORECASE,
)
_QUOTE_OR_END = {quote: re.compile(rb"\n|" + quote) for quote in (b'"', b"'", b"`")}
_SECOND_LINE = re.compile(rb"\n[ \t]{0,200}[^\s\"'`\\]*(\\*[\"'`])")

_TRAIL = b")}]>\"'`.,;:\\&|"
_NEXT = (
    rb"\s|[\"'`](?=[\s,;:)}\].>&|\\<]|\Z)|\\+[\"'`]|\\[nrt]|</?[a-zA-Z!]|[)\]}](?=[\s)\]},;:.\\<]|\Z)"
    rb"|&(?:amp;)?[\w.%\[\]-]{1,60}=|[,;|][\w.\[\]-]{1,60}"
)
_PAIRS = re.compile(_NEXT + rb"=(?:[^\s=,;]|\Z)")
_MEMBERS = re.compile(_NEXT + rb":(?:[^\s:,;]|\Z)")

_BELOW = re.compile(
    rb"[ \t]{0,200}(?:[|>][+-]?|\\)?[ \t]{0,9}\r?\n[ \t]{0,200}(?:- )?([^\s]{4,})[ \t]{0,200}"
    rb"(?:\r?\n|\Z)"
)
_SIGN = re.compile(rb"[ \t]{0,9}(?::|=>?)")
_COMMA = re.compile(rb"[ \t\r\n]{0,200},")


def closing(text: bytes, opening: re.Match[bytes]) -> Span:
    """Up to the closing quote, before its own backslashes; else to the end of the line."""
    start, depth, quote = opening.end(), len(opening[1]), opening[2]
    for found in _QUOTE_OR_END[quote].finditer(text, start):
        place = found.start()
        if found[0] == b"\n":
            return Span(start, _second_line(text, place, quote))
        escapes = _backslashes(text, start, place)
        even = depth == 0 and escapes % 2 == 0 and not text[place + 1 : place + 2].isalnum()
        if escapes <= depth or even:
            return Span(start, place - min(escapes, depth))
    return Span(start, len(text))


def _second_line(text: bytes, line_end: int, quote: bytes) -> int:
    """Where a wrapped value ends: before the quote in the first word of the next line."""
    found = _SECOND_LINE.match(text, line_end)
    return found.start(1) if found and found[1].endswith(quote) else line_end


def _backslashes(text: bytes, start: int, place: int) -> int:
    """How many stand just before `place`."""
    count = 0
    while place - count > start and text[place - count - 1 : place - count] == b"\\":
        count += 1
    return count


def bare(text: bytes, start: int, *, members: bool) -> Span:
    """An unquoted value: to a space, a closing bracket, or another pair (or member) of its kind."""
    stop = (_MEMBERS if members else _PAIRS).search(text, start)
    end = stop.start() if stop else len(text)
    return Span(start, start + len(text[start:end].rstrip(_TRAIL)))


def next_line(text: bytes, start: int) -> Span:
    """The only word of the next line."""
    found = _BELOW.match(text, start)
    return Span(*found.span(1)) if found else Span(start, start)


def items(text: bytes, start: int) -> list[Span]:
    """The quoted values in the list or the object that opens here."""
    found = []
    opening = OPENING.match(text, start + 1)
    while opening:
        span = closing(text, opening)
        place = span.end + len(opening[1]) + 1
        after = _SIGN.match(text, place)
        if after is None:
            found.append(span)
            after = _COMMA.match(text, place)
        opening = OPENING.match(text, after.end()) if after else None
    return found
