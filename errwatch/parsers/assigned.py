r"""Values that stand after a secret-like name: `password=...`, `"api_key": "..."`, `--token ...`.

Also where a JSON text lies escaped in another one: `\"client_secret\": \"...\"`. Code that only
passes a secret on (`token=self.token`) and prose (`password: required`) hold no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import re2

_STRONG = (
    r"password|passwd|passphrase|pwd|secret|(?:api|app|access|secret|private|auth|signing"
    r"|encryption|account|shared|storage)[_-]?key(?:[_-]?id)?"
    r"|(?:access|refresh|auth|api|bearer|bot|csrf|xsrf|secret|security|personal)[_-]?token"
    r"|(?:\b|_)(?:pass|pw|otp)|key[_-]base|fernet[_-]key"
)
_WEAK = (
    r"token|credentials?|signature|sig|session(?:[_-]?(?:id|key|token))?|sid|cookie|license[_-]?key"
)
_NAME = re2.compile(
    rf"(?i)(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))(?:[_-]?(?:value|hash|plain|raw))?"
    r"[ \t]*(?:\\*[\"'`])?\]?[ \t]*(?P<sign>%3D|=>|:=|==?|:)[ \t]*"
)
_FLAG = re2.compile(rf"(?i)--[a-z0-9-]{{0,40}}(?:{_STRONG}|token)(?P<sign> +)")
_OPENING = re.compile(r"(?:\{ ?\\*\"value\\*\": ?)?(?:Secret(?:Str|Bytes)\()?[bru]?(\\*)([\"'`])")
_BARE = re.compile(r"[^\s,;&\"'<>)}\]\\|]+")
_NO_VALUE = re.compile(
    r"(?:none|null|nil|true|false|undefined|empty|yes|no|required|missing|invalid|expired"
    r"|str|int|bytes|bool|string|optional|any|x+|\*+|\.+"
    r"|(?:\w+[_-])?(?:password|passwd|pwd|passphrase|secret|token|key|credentials?))$"
    r"|<[\w -]*$|\{[\w.]*$|%[sdr(]|[\[({]$|\$\{|\$[A-Z_]+$",
    re.I,
)
_CODE = re.compile(r"[A-Za-z_][A-Za-z_.]*(?:\.[A-Za-z_]+$|[(\[])")
_TALLY = {"pass", "PASS"}
"""Test runners count with it: `pass=12 fail=3`."""
_DIGITS = re.compile(r"\d+(?![\w@#$%!-])")
_PLAIN_WORD = re.compile(r"[A-Za-z]+[.!?:]?$")


class Span(NamedTuple):
    start: int
    end: int


class _Runs:
    """Ends of unquoted values. Asked at rising places, it looks at each character once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = 0

    def end(self, start: int) -> int:
        if start >= self._end:
            found = _BARE.match(self._text, start)
            self._end = found.end() if found else start
        return self._end


def secret_values(text: str) -> Iterator[Span]:
    """Where the values stand, without their quotes."""
    runs = _Runs(text)
    for found in _NAME.finditer(text):
        spaced = found.group("sign") == ":" or text[found.end() - 1] in " \t"
        strong = found.group("strong") is not None
        if found.group("strong") in _TALLY and _DIGITS.match(text, found.end()):
            continue
        yield from _value(text, found.end(), runs, strong=strong, spaced=spaced)
    runs = _Runs(text)
    for found in _FLAG.finditer(text):
        yield from _value(text, found.end(), runs, strong=True, spaced=False)


def _value(text: str, start: int, runs: _Runs, *, strong: bool, spaced: bool) -> Iterator[Span]:
    opening = _OPENING.match(text, start)
    if opening:
        span = Span(opening.end(), _closing(text, opening.end(), len(opening[1]), opening[2]))
        certain = strong
    else:
        span = Span(start, runs.end(start))
        certain = strong and not spaced
    value = text[span.start : span.end]
    if value and _secret(value, certain=certain, strong=strong, quoted=opening is not None):
        yield span


def _closing(text: str, start: int, depth: int, quote: str) -> int:
    """The index of the closing quote, before its own backslashes; else the end of the line."""
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    place = text.find(quote, start, line_end)
    while place >= 0:
        escapes = _backslashes(text, start, place)
        if escapes <= depth or (depth == 0 and escapes % 2 == 0):
            return place - min(escapes, depth)
        place = text.find(quote, place + 1, line_end)
    return line_end


def _backslashes(text: str, start: int, place: int) -> int:
    """How many stand just before `place`."""
    count = 0
    while place - count > start and text[place - count - 1] == "\\":
        count += 1
    return count


def _secret(value: str, *, certain: bool, strong: bool, quoted: bool) -> bool:
    """Whether a value can be one: never a placeholder, and a plain word only where it must be."""
    if _NO_VALUE.match(value) or (not quoted and _CODE.match(value)):
        return False
    if certain:
        return not value.startswith("/")
    if strong:
        return not _PLAIN_WORD.match(value) and len(value) >= 6
    return len(value) >= 16 or (len(value) >= 8 and any(c.isdigit() for c in value))
