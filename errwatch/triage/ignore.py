"""Ignore rules: which issues somebody decided not to hear of, why, and until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

import re2

from errwatch.model.event import Event
from errwatch.model.issue import Issue


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """Ignores what meets all of its conditions; None is no condition.

    The conditions bear the names that the values have in `scan --format json`.
    """

    reason: str
    until: date | None = None
    """The last day, in UTC, on which the rule holds."""
    id: str | None = None
    """An `EW-` id."""
    fingerprint: str | None = None
    exception_type: str | None = None
    """Of any exception of the chain; with or without its module."""
    message: str | None = None
    """RE2, searched in the title."""
    path: str | None = None
    """A glob for the culprit's file: the whole path, or what follows any folder of it."""

    def expired(self, today: date) -> bool:
        return self.until is not None and self.until < today

    def covers(self, issue: Issue, merged: Collection[str] = ()) -> bool:
        """Whether every sample of the issue meets the conditions, under one of its fingerprints."""
        return any(
            all(self.matches(fingerprint, event) for event in issue.samples)
            for fingerprint in (issue.fingerprint, *merged)
        )

    def matches(self, fingerprint: str, event: Event) -> bool:
        return (
            (self.id is None or _names(self.id, fingerprint))
            and (self.fingerprint is None or self.fingerprint == fingerprint)
            and (self.exception_type is None or _raised(self.exception_type, event))
            and (self.message is None or re2.search(self.message, event.title) is not None)
            and (self.path is None or _stands_in(self.path, event))
        )


def ignored(
    issue: Issue, rules: Iterable[IgnoreRule], today: date, merged: Collection[str] = ()
) -> bool:
    """Whether a rule that holds today covers the issue."""
    return any(rule.covers(issue, merged) for rule in rules if not rule.expired(today))


def _names(issue: str, fingerprint: str) -> bool:
    """An id is the beginning of the fingerprint's digits."""
    digits = issue.lower().removeprefix("ew-")
    return fingerprint.partition(":")[2].startswith(digits)


def _raised(wanted: str, event: Event) -> bool:
    return any(
        one.type == wanted or one.type.endswith((f".{wanted}", f"::{wanted}", f"\\{wanted}"))
        for one in event.exceptions
    )


def _stands_in(glob: str, event: Event) -> bool:
    if event.culprit is None:
        return False
    file = event.culprit.file.replace("\\", "/")
    return fnmatchcase(file, glob) or fnmatchcase(file, f"*/{glob}")
