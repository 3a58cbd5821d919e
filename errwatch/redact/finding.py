"""What a rule is: it finds the spans of one kind of secret in a folded text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import re2


class Span(NamedTuple):
    start: int
    end: int


Finder = Callable[[bytes], Iterator[Span]]


@dataclass(frozen=True, slots=True)
class Rule:
    kind: str
    gate: str
    """Found in every text in which the finder finds something, and in few others."""
    find: Finder


def _latin1() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = 64 << 20
    return options


_LATIN1 = _latin1()


def compiled(pattern: str) -> re2._Regexp:
    """A pattern for folded text, of one byte a character; linear in time on any text."""
    return re2.compile(pattern.encode("ascii"), _LATIN1)


def matching(pattern: str, holds: Callable[[bytes], bool] | None = None) -> Finder:
    """The finder of the last group of a pattern that took part, or of all of it."""
    regex = compiled(pattern)

    def find(text: bytes) -> Iterator[Span]:
        for match in regex.finditer(text):
            span = Span(*match.span(match.lastindex or 0))
            if span.start < span.end and (holds is None or holds(text[span.start : span.end])):
                yield span

    return find


def gates(patterns: Iterable[str]) -> re2.Set:
    """Says in one pass which of the patterns are in a text."""
    gate = re2.Set.SearchSet(_LATIN1)
    for pattern in patterns:
        gate.Add(pattern)
    gate.Compile()
    return gate
