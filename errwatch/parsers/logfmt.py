"""A log line of `key=value` pairs that states its level: `ts=... level=error msg="..."`."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.fields import Json

_PAIR = re.compile(r'(?<![\w.@-])([\w.@-]{1,60})=("(?:[^"\\]|\\.)*"?|\S*)')
_LEVEL = re.compile(r'(?:^|\s)(?:level|lvl|severity|at)="?[A-Za-z]+"?(?:\s|$)')
_ESCAPE = re.compile(r"\\(.)")
_SIGNS = {"n": "\n", "t": "\t", "r": "\r"}


def load(text: str) -> Json | None:
    """The pairs of a line that begins with one and has a level among them, or None."""
    if _PAIR.match(text) is None or _LEVEL.search(text) is None:
        return None
    return {key: _plain(value) for key, value in _PAIR.findall(text)}


def _plain(value: str) -> str:
    if not value.startswith('"'):
        return value
    return _ESCAPE.sub(lambda one: _SIGNS.get(one[1], one[1]), value[1:].removesuffix('"'))
