"""Which rule is the first to match: by the types of exceptions, and by RE2 patterns over text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import re2

from errwatch import lazy_re as re

_SEGMENT = re.compile(r"[.:\\/$#]+")
_MEMORY = 1 << 28
"""Bytes that RE2 may use for all patterns together; by default a set this large runs dry."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a rule may match: an exception of the chain, or a text of the log."""

    where: str
    """How the reason names it: `ValueError`, `the cause TimeoutError`, `the log line`."""
    text: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A rule, by its number, and what it matched."""

    rule: int
    subject: Subject
    type: str | None
    """The rule's type that the subject's is; None where a pattern matched."""
    pattern: str = ""
    found: str = ""


class Matcher:
    """All rules, prepared once. Rules are numbered in the order in which they are asked."""

    def __init__(self, rules: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
        self._patterns: list[tuple[int, str]] = []
        self._types: dict[str, list[tuple[int, str]]] = {}
        self._set = re2.Set.SearchSet(options())
        for number, (types, patterns) in enumerate(rules):
            for name in types:
                self._types.setdefault(_segments(name)[-1], []).append((number, name))
            for pattern in patterns:
                self._patterns.append((number, pattern))
                self._set.Add(pattern)
        self._set.Compile()

    def first(self, subjects: Sequence[Subject]) -> Match | None:
        """The match of the first rule that matches any subject; the earliest subject if several."""
        matches = [match for subject in subjects for match in self._matches(subject)]
        return min(matches, key=lambda match: match.rule, default=None)

    def _matches(self, subject: Subject) -> Iterator[Match]:
        if subject.type is not None:
            segments = _segments(subject.type)
            for number, name in self._types.get(segments[-1], ()):
                wanted = _segments(name)
                if segments[-len(wanted) :] == wanted:
                    yield Match(number, subject, name)
        for index in sorted(self._set.Match(subject.text) or ()):
            number, pattern = self._patterns[index]
            found = re2.search(pattern, subject.text, options())
            yield Match(number, subject, None, pattern, found.group() if found else "")


def _segments(name: str) -> list[str]:
    """`requests.exceptions.Timeout`, `Net::ReadTimeout`, `App\\Missing` -> their parts, lowered."""
    return [part for part in _SEGMENT.split(name.lower()) if part] or [""]


def options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = _MEMORY
    return options
