"""What the counting rules count: events of an issue, of a category, or of a source, by time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from errwatch.model.alert import AlertRule, Heard, Kind, Per
from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from errwatch.model.partial import BUCKET_SECONDS

LATE = timedelta(hours=1)
"""Before the last event of a subject in which its windows are looked at again: events may
arrive late."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Events of one subject, by the start of their bucket."""

    subject: str
    title: str
    severity: Severity
    buckets: Mapping[int, int]
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One in which a rule is met."""

    end: int
    number: int
    usual: float | None

    def at(self, tally: Tally) -> datetime:
        """When its last event may have been."""
        end = datetime.fromtimestamp(self.end, UTC)
        return end if tally.last_seen is None else min(end, tally.last_seen)


def tallies(
    rule: AlertRule, issues: Iterable[Issue], heard: Mapping[str, Sequence[Heard]]
) -> Iterator[Tally]:
    """`issues` and `heard` are those that the rule is about."""
    match rule.per:
        case Per.ISSUE:
            for one in issues:
                severity = severity_of(one)
                yield Tally(one.fingerprint, one.title, severity, one.buckets, one.last_seen)
        case Per.CATEGORY:
            yield from _by_category(issues)
        case Per.SOURCE:
            for source, said in heard.items():
                buckets = {one.start: one.events for one in said if one.events}
                yield Tally(source, source, rule.severity, buckets)


def met(rule: AlertRule, tally: Tally) -> Window | None:
    """The latest window in which the rule is met.

    Windows end with buckets that have events: late events count where they belong, and a clock that
    is set changes nothing.
    """
    if not tally.buckets:
        return None
    last = max(tally.buckets)
    for start in sorted(tally.buckets, reverse=True):
        if start < last - LATE.total_seconds():
            return None
        window = _window(rule, tally, start + BUCKET_SECONDS)
        if window is not None:
            return window
    return None


def severity_of(issue: Issue) -> Severity:
    return issue.classification.severity if issue.classification else Severity.INFO


def _by_category(issues: Iterable[Issue]) -> Iterator[Tally]:
    groups: dict[str, list[Issue]] = defaultdict(list)
    for one in issues:
        if one.classification is not None:
            groups[one.classification.category].append(one)
    for category, members in sorted(groups.items()):
        buckets = Counter[int]()
        for one in members:
            buckets.update(one.buckets)
        worst = max(map(severity_of, members), key=lambda severity: severity.rank)
        seen = [one.last_seen for one in members if one.last_seen is not None]
        title = f"{category}, in {len(members)} issues"
        yield Tally(f"category {category}", title, worst, buckets, max(seen, default=None))


def _window(rule: AlertRule, tally: Tally, end: int) -> Window | None:
    number = _within(tally, end, rule.window.total_seconds())
    if number < rule.count:
        return None
    usual = _usual(rule, tally, end)
    if rule.kind is Kind.SPIKE and (usual is None or number < rule.factor * usual):
        return None
    return Window(end, number, usual)


def _within(tally: Tally, end: float, seconds: float) -> int:
    return sum(count for start, count in tally.buckets.items() if end - seconds <= start < end)


def _usual(rule: AlertRule, tally: Tally, end: float) -> float | None:
    """Events in a window of the past, on average; None where there is too little of a past."""
    window, history = rule.window.total_seconds(), rule.history.total_seconds()
    until = end - window
    earliest = max(min(tally.buckets), until - history)
    windows = (until - earliest) / window
    if windows < 1:
        return None
    return _within(tally, until, until - earliest) / windows
