"""Which issue the watcher may have fixed next, if any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from errwatch.model.attempt import Attempt
from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from errwatch.respond.storm import StormPolicy, storm

DAY = timedelta(days=1)
STORM = "storm"
"""The outcome of an attempt that was not made."""


@dataclass(frozen=True, slots=True)
class AutoFixPolicy:
    min_severity: Severity = Severity.MEDIUM
    min_count: int = 1
    per_day: int = 10
    """Attempts within 24 hours, counted when they start."""
    timeout: float = 3600.0
    """Seconds for one attempt."""
    storm: StormPolicy = field(default_factory=StormPolicy)


@dataclass(frozen=True, slots=True)
class Start:
    """Have this one fixed."""

    issue: Issue


@dataclass(frozen=True, slots=True)
class Storming:
    """This one came up in a storm: no fix, but an issue for the storm."""

    issue: Issue
    why: str


def spent(attempts: Iterable[Attempt], policy: AutoFixPolicy, now: datetime) -> bool:
    """Whether the attempts of the last 24 hours are all that a day has."""
    recent = [one for one in attempts if now - one.started_at < DAY and one.outcome != STORM]
    return len(recent) >= policy.per_day


def decide(
    candidates: Iterable[Issue],
    around: Callable[[Issue], Sequence[Issue]],
    policy: AutoFixPolicy,
) -> Iterator[Start | Storming]:
    """What to do with issues that are fixable, over the thresholds, and were not tried.

    `around` gives the issues that came up at about the same time. Ends with the first to start.
    """
    for issue in candidates:
        why = storm(issue, around(issue), policy.storm)
        if why is None:
            yield Start(issue)
            return
        yield Storming(issue, why)
