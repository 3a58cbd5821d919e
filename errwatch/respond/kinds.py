"""Which alert rules hold, by what is known now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import re2

from errwatch.model.alert import AlertRule, Firing, Heard, Kind, Turn
from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from errwatch.model.partial import BUCKET_SECONDS


@dataclass(frozen=True, slots=True)
class Observation:
    """What the rules are asked about."""

    now: datetime
    turns: Sequence[Turn] = ()
    active: Sequence[Issue] = ()
    """Issues that got events lately."""
    heard: Mapping[str, Sequence[Heard]] = field(default_factory=dict)
    """Source -> what it said, the oldest bucket first."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Name -> percent."""


def firings(rules: Iterable[AlertRule], seen: Observation) -> Iterator[Firing]:
    """All that hold, in the order of the rules."""
    for rule in rules:
        match rule.kind:
            case Kind.NEW | Kind.REGRESSED:
                yield from _turns(rule, seen)
            case Kind.FREQUENCY | Kind.SPIKE:
                yield from _counts(rule, seen)
            case Kind.FLATLINE:
                yield from _flatlines(rule, seen)
            case Kind.METRIC:
                yield from _metrics(rule, seen)


def concerns(rule: AlertRule, issue: Issue) -> bool:
    """Whether a rule is about an issue."""
    verdict = issue.classification
    severity = verdict.severity if verdict else Severity.INFO
    return (
        severity.rank >= rule.min_severity.rank
        and (rule.category is None or (verdict is not None and verdict.category == rule.category))
        and (rule.issue is None or issue.id.lower().startswith(rule.issue.lower()))
        and (rule.source is None or any(_named(rule, one.source) for one in issue.samples))
        and (rule.text is None or re2.search(rule.text, issue.title) is not None)
    )


def _named(rule: AlertRule, source: str) -> bool:
    return rule.source is None or fnmatchcase(source, rule.source)


def _turns(rule: AlertRule, seen: Observation) -> Iterator[Firing]:
    for turn in seen.turns:
        if turn.kind is rule.kind and concerns(rule, turn.issue):
            word = "new issue" if turn.kind is Kind.NEW else "back again"
            title = f"{word}: {turn.issue.title}"
            yield _of_issue(rule, turn.issue, f"turn {turn.number}", title)


def _of_issue(rule: AlertRule, issue: Issue, occasion: str, title: str) -> Firing:
    severity = issue.classification.severity if issue.classification else Severity.INFO
    at = issue.last_seen or datetime.fromtimestamp(0, UTC)
    return Firing(rule.name, issue.fingerprint, occasion, severity, title, at)


def _counts(rule: AlertRule, seen: Observation) -> Iterator[Firing]:
    """Windows end with the bucket of an issue's own last event: late events count where they
    belong, and a clock that is set changes nothing."""
    for issue in seen.active:
        if not issue.buckets or not concerns(rule, issue):
            continue
        end = max(issue.buckets) + BUCKET_SECONDS
        number = _within(issue, end, rule.window.total_seconds())
        if number < rule.count:
            continue
        usual = _usual(rule, issue, end)
        if rule.kind is Kind.SPIKE and (usual is None or number < rule.factor * usual):
            continue
        than = f", usually {usual:.3g}" if rule.kind is Kind.SPIKE else ""
        title = f"{number} events in {_spoken(rule)}{than}: {issue.title}"
        yield _of_issue(rule, issue, f"until {end}", title)


def _within(issue: Issue, end: float, seconds: float) -> int:
    return sum(count for start, count in issue.buckets.items() if end - seconds <= start < end)


def _usual(rule: AlertRule, issue: Issue, end: float) -> float | None:
    """Events in a window of the past, on average; None where there is too little of a past."""
    window, history = rule.window.total_seconds(), rule.history.total_seconds()
    until = end - window
    earliest = max(min(issue.buckets), until - history)
    windows = (until - earliest) / window
    if windows < 1:
        return None
    return _within(issue, until, until - earliest) / windows


def _flatlines(rule: AlertRule, seen: Observation) -> Iterator[Firing]:
    end = seen.now.timestamp()
    begin = end - rule.window.total_seconds()
    for source, buckets in seen.heard.items():
        if not _named(rule, source) or buckets[0].start > begin - BUCKET_SECONDS:
            continue  # not known for as long as the window is
        last = buckets[-1]
        if last.start + BUCKET_SECONDS <= begin:
            occasion = f"silent since {last.start}"
            title = f"{source} has said nothing for {_spoken(rule)}"
            yield Firing(rule.name, source, occasion, rule.severity, title, seen.now)
            continue
        recent = [one for one in buckets if one.start >= begin]
        events = sum(one.events for one in recent)
        if events >= rule.count and events >= sum(one.lines for one in recent):
            occasion = f"errors since {recent[0].start}"
            title = f"{source} has said nothing but errors for {_spoken(rule)}"
            yield Firing(rule.name, source, occasion, rule.severity, title, seen.now)


def _metrics(rule: AlertRule, seen: Observation) -> Iterator[Firing]:
    readings = _successes(rule, seen) if rule.metric == "success" else _figures(rule, seen)
    for subject, value in readings:
        over = rule.above is not None and value > rule.above
        under = rule.below is not None and value < rule.below
        if over or under:
            bound = f"above {rule.above:g}" if over else f"below {rule.below:g}"
            title = f"{subject}: {value:.1f} %, {bound}"
            yield Firing(rule.name, subject, bound, rule.severity, title, seen.now)


def _figures(rule: AlertRule, seen: Observation) -> Iterator[tuple[str, float]]:
    if rule.metric is not None and rule.metric in seen.metrics:
        yield rule.metric, seen.metrics[rule.metric]


def _successes(rule: AlertRule, seen: Observation) -> Iterator[tuple[str, float]]:
    begin = seen.now.timestamp() - rule.window.total_seconds()
    for source, buckets in seen.heard.items():
        recent = [one for one in buckets if one.start >= begin]
        lines = sum(one.lines for one in recent)
        if lines >= rule.count and _named(rule, source):
            events = sum(one.events for one in recent)
            yield f"success of {source}", 100 * max(0, lines - events) / lines


def _spoken(rule: AlertRule) -> str:
    minutes = rule.window.total_seconds() / 60
    return f"{minutes:g} minutes" if minutes < 120 else f"{minutes / 60:g} hours"
