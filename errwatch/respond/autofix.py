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
class Allowance:
    """What the attempts of 24 hours may use, counted when they start."""

    attempts: int = 10
    usd: float = 5.0
    pull_requests: int = 5


@dataclass(frozen=True, slots=True)
class AutoFixPolicy:
    min_severity: Severity = Severity.MEDIUM
    min_count: int = 1
    per_day: Allowance = field(default_factory=Allowance)
    usd: float = 0.5
    """That is set aside for one attempt."""
    timeout: float = 3600.0
    """Seconds for one attempt."""
    patience: timedelta = timedelta(seconds=30)
    """Nothing is tried that came up later than that ago: the next minute shows whether it was the
    first of many."""
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


def beginning(issue: Issue, policy: AutoFixPolicy, now: datetime) -> Attempt:
    """An attempt with all that it may use."""
    return Attempt(issue.fingerprint, now, cost_usd=policy.usd, pull_requests=1)


def spent(attempts: Iterable[Attempt], policy: AutoFixPolicy, now: datetime) -> str | None:
    """What the last 24 hours have used up; None where there is enough of all for one attempt."""
    recent = [one for one in attempts if now - one.started_at < DAY and one.outcome != STORM]
    most = policy.per_day
    if len(recent) >= most.attempts:
        return f"{len(recent)} of {most.attempts} attempts"
    usd = sum(one.cost_usd for one in recent)
    if round(usd + policy.usd, 6) > most.usd:
        return f"{usd:.2f} of {most.usd:.2f} USD"
    pull_requests = sum(one.pull_requests for one in recent)
    if pull_requests >= most.pull_requests:
        return f"{pull_requests} of {most.pull_requests} pull requests"
    return None


def decide(
    candidates: Iterable[Issue],
    around: Callable[[Issue], Sequence[Issue]],
    policy: AutoFixPolicy,
    now: datetime,
) -> Iterator[Start | Storming]:
    """What to do with issues that are fixable, over the thresholds, and were not tried.

    `around` gives the issues that came up at about the same time. Ends with the first to start.
    """
    for issue in candidates:
        if issue.first_seen is not None and _is_young(now - issue.first_seen, policy):
            continue
        why = storm(issue, around(issue), policy.storm)
        if why is None:
            yield Start(issue)
            return
        yield Storming(issue, why)


def _is_young(age: timedelta, policy: AutoFixPolicy) -> bool:
    """A time from the future is a wrong one, and nothing to wait for."""
    return timedelta(0) <= age < policy.patience
