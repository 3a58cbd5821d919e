r"""A text as the rules see it: one byte a character, and what is written in escapes in plain.

`\u0070assword`, `password%3D`, `&quot;`, full width letters, and what no reader sees (zero width,
colours). Each place of the folded text knows where it stands in the text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.redact.finding import Span

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_QUOTES = {ord(c): "'" for c in "‘’‚‛′"} | {ord(c): '"' for c in "“”„‟″«»"}
_INVISIBLE = (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065))
_SPACES = (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_PLAIN = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **_QUOTES,
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys((*_INVISIBLE, 0xFEFF), "\x00"),
}
_LETTER = "\xff"
"""Stands for every foreign letter; `\x00` for what is not seen."""

_ESCAPE = re.compile(
    rb"(?:\x1b|\\{1,9}(?:u001[bB]|x1[bB]|033|e))\[[0-9;?]{0,40}[A-Za-z]|\x00+"
    rb"|\\{1,9}(?:u(?P<code>[0-9A-Fa-f]{4})|x(?P<hex>[2-7][0-9A-Fa-f])"
    rb"|(?P<line>r\\{1,9}n|n|r(?!efresh))|(?P<tab>t)(?!oken))"
    rb"|%(?:25)*(?P<percent>[2-7][0-9A-Fa-f])|&(?P<entity>quot|apos|amp|lt|gt);"
    rb"|&#0{0,4}(?P<decimal>[0-9]{2,3});|&#[xX]0{0,4}(?P<sixteen>[2-7][0-9A-Fa-f]);"
)
ESCAPED = (
    r"\\u[0-9A-Fa-f]{4}|\\x[2-7]|%(?:25)*[2-7][0-9A-Fa-f]|&(?:quot|apos|amp|lt|gt|#[xX]?[0-9A-Fa-f]{2,6});"
    r"|\\[nrt]|(?:\x1b|\\x1[bB]|\\033|\\e)\[|\x00"
)
"""In each text that says another with its escapes resolved."""
_ENTITIES = {b"quot": b'"', b"apos": b"'", b"amp": b"&", b"lt": b"<", b"gt": b">"}


@dataclass(frozen=True, slots=True)
class Folded:
    text: bytes
    shifts: tuple[tuple[int, int], ...] = ()
    """From this place of the folded text on, so many characters more stand before it."""

    def original(self, span: Span) -> Span:
        """Where a span of the folded text stands in the text."""
        return Span(self._place(span.start), self._place(span.end - 1, last=True))

    def _place(self, place: int, *, last: bool = False) -> int:
        index = bisect_right(self.shifts, (place, 1 << 60)) - 1
        start = place + (self.shifts[index][1] if index >= 0 else 0)
        if not last:
            return start
        after = self.shifts[index + 1] if index + 1 < len(self.shifts) else None
        return sum(after) if after and after[0] == place + 1 else start + 1


def plain(text: str) -> bytes:
    """One byte a character, each where it stood."""
    if text.isascii():
        return text.encode("ascii")
    return _FOREIGN.sub(_plainly, text).encode("latin-1")


def _plainly(run: re.Match[str]) -> str:
    return "".join(_PLAIN.get(ord(char), _LETTER) for char in run[0])


def unescaped(text: bytes) -> Folded:
    """With the escapes resolved."""
    parts, shifts, place, size, shift = [], [], 0, 0, 0
    for match in _ESCAPE.finditer(text):
        char = _char(match)
        parts += [text[place : match.start()], char]
        size += match.start() - place + len(char)
        place = match.end()
        shift += len(match[0]) - len(char)
        shifts.append((size, shift))
    return Folded(b"".join([*parts, text[place:]]), tuple(shifts))


def _char(match: re.Match[bytes]) -> bytes:
    """What an escape stands for; nothing for a colour."""
    written = match["hex"] or match["percent"] or match["sixteen"]
    if written:
        return bytes.fromhex(written.decode())
    if match["code"]:
        return plain(chr(int(match["code"], 16))).strip(b"\x00")
    if match["decimal"]:
        return bytes([min(int(match["decimal"]), 0xFF)])
    if match["line"]:
        return b"\n"
    return b"\t" if match["tab"] else _ENTITIES.get(match["entity"] or b"", b"")
