"""Many new issues at once mostly have one cause outside the code: an outage, a bad deployment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from errwatch.model.event import Event
from errwatch.model.issue import Issue
from errwatch.model.levels import Level

SOURCE = "errwatch"
"""What is named as the source of the issue that stands for a storm."""


@dataclass(frozen=True, slots=True)
class StormPolicy:
    window: timedelta = timedelta(minutes=5)
    issues: int = 10
    """New issues within the window that make a storm."""
    one_cause: int = 4
    """As many are enough where all point to the same function."""


def storm(issue: Issue, others: Sequence[Issue], policy: StormPolicy) -> str | None:
    """Why an issue was part of a storm when it came up; None where it was not.

    `others` are issues that were first seen within the window before or after it.
    """
    if issue.first_seen is None:
        return None
    around = [other for other in others if _near(other, issue.first_seen, policy)]
    minutes = f"{policy.window.total_seconds() / 60:g} minutes"
    if len(around) >= policy.issues:
        return f"{len(around)} new issues within {minutes}"
    culprits = Counter(filter(None, map(_culprit, around)))
    own = _culprit(issue)
    if own is not None and culprits[own] >= policy.one_cause:
        return f"{culprits[own]} new issues within {minutes} point to {own}"
    return None


def _near(other: Issue, moment: datetime, policy: StormPolicy) -> bool:
    return (
        other.first_seen is not None
        and other.event.source != SOURCE
        and abs(other.first_seen - moment) <= policy.window
    )


def _culprit(issue: Issue) -> str | None:
    frame = issue.event.culprit
    return f"{frame.file} in {frame.function}" if frame and frame.function else None


def umbrella(why: str, at: datetime) -> Event:
    """The occurrence that is counted for a storm: all storms are one issue."""
    message = f"storm: {why}"
    return Event(SOURCE, 1, 0, 0, Level.CRITICAL, message, message, time=at)
