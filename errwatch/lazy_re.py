"""`re`, with expressions that are compiled when they are first used.

Logs of all kinds are told apart by many hundred expressions, of which one run needs a few; to
compile them all would take longer than most runs. `from errwatch import lazy_re as re`.
"""

from __future__ import annotations

import re
from re import DOTALL, IGNORECASE, I, M, Match, Pattern, escape, findall, match, search, split, sub
from typing import Any, AnyStr, cast

__all__ = [
    "DOTALL",
    "IGNORECASE",
    "I",
    "M",
    "Match",
    "Pattern",
    "compile",
    "escape",
    "findall",
    "match",
    "search",
    "split",
    "sub",
]

METHODS = ("match", "search", "fullmatch", "finditer", "findall", "split", "sub", "subn")
ABOUT = ("flags", "groups", "groupindex")


class _Later:
    """Looks like a compiled expression. What it offers is its own from the first use on, so that
    later ones cost what they cost on the compiled one."""

    __slots__ = ("_flags", "pattern", *METHODS, *ABOUT)

    def __init__(self, pattern: Any, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        for own in (*METHODS, *ABOUT):
            setattr(self, own, getattr(compiled, own))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return compile, (self.pattern, self._flags)


def compile(pattern: AnyStr, flags: int = 0) -> Pattern[AnyStr]:
    """Raises re.error when the expression is first used, where it is none."""
    return cast(Pattern[AnyStr], _Later(pattern, flags))
