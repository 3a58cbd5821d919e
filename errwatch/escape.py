"""Foreign text made harmless for a line of a commit message or of Markdown."""

from __future__ import annotations

import unicodedata

from errwatch import lazy_re as re

_BREAK = "\u200b"
"""Zero width: keeps GitHub from reading a mention, a reference or an address."""

_LINK = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=//)|www(?=\.)", re.IGNORECASE)
_MARKUP = re.compile(r"[\\`*\[\]<>|~&$^]|(?<![^\W_])_|_(?![^\W_])")
_LEADING = re.compile(r"^(\d+(?=[.)](?: |$))|(?=[-+=#]))")
"""What would begin a list, a heading or a rule."""

_TICKS = re.compile("`+")


class Markdown(str):
    """Text that is Markdown already, and safe."""

    __slots__ = ()


def plain(text: str, limit: int = 500) -> str:
    """One line without controls, invisible characters, mentions, references or links."""
    return _cut(_unlinked(_one_line(text, limit)), limit)


def prose(text: str) -> Markdown:
    """One line that Markdown shows letter by letter: no link, image, HTML, mention or table."""
    escaped = _MARKUP.sub(r"\\\g<0>", _one_line(text))
    return Markdown(_unlinked(_LEADING.sub(r"\1\\", escaped)))


def code(text: str) -> Markdown:
    """One line in a code span, whatever backticks it holds. Not for a table."""
    line = _one_line(text) or " "
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(line)), default=0))
    pad = " " if len(fence) > 1 else ""
    return Markdown(f"{fence}{pad}{line}{pad}{fence}")


def _one_line(text: str, limit: int = 500) -> str:
    shown = "".join(_visible(character) for character in text[: 4 * limit])
    return _cut(" ".join(shown.split()), limit)


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _unlinked(line: str) -> str:
    return _LINK.sub(lambda match: match.group() + _BREAK, line)


def _visible(character: str) -> str:
    """Separators become spaces; controls, formats (zero width, bidi) and surrogates vanish."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") else character
