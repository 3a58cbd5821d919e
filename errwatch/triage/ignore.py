"""Ignore rules: which issues somebody decided not to hear of, why, and until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from errwatch.model.event import Event
from errwatch.model.issue import Issue
from errwatch.model.matching import meets


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
            and meets(
                event,
                exception_type=self.exception_type,
                message=self.message,
                path=self.path,
            )
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
