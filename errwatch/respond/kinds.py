"""Which alert rules hold, by what is known now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import re2

from errwatch.model.alert import AlertRule, Firing, Heard, Kind, Turn
from errwatch.model.issue import Issue
from errwatch.model.partial import BUCKET_SECONDS
from errwatch.respond.counts import met, severity_of, tallies
from errwatch.respond.words import spoken


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
    return (
        severity_of(issue).rank >= rule.min_severity.rank
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
    at = issue.last_seen or datetime.fromtimestamp(0, UTC)
    return Firing(rule.name, issue.fingerprint, occasion, severity_of(issue), title, at)


def _counts(rule: AlertRule, seen: Observation) -> Iterator[Firing]:
    issues = [issue for issue in seen.active if concerns(rule, issue)]
    heard = {source: said for source, said in seen.heard.items() if _named(rule, source)}
    for tally in tallies(rule, issues, heard):
        window = met(rule, tally)
        if window is None:
            continue
        than = f", usually {window.usual:.3g}" if rule.kind is Kind.SPIKE else ""
        title = f"{window.number} events in {spoken(rule.window)}{than}: {tally.title}"
        occasion, at = f"until {window.end}", window.at(tally)
        yield Firing(rule.name, tally.subject, occasion, tally.severity, title, at)


def _flatlines(rule: AlertRule, seen: Observation) -> Iterator[Firing]:
    end = seen.now.timestamp()
    begin = end - rule.window.total_seconds()
    for source, buckets in seen.heard.items():
        if not _named(rule, source) or buckets[0].start > begin - BUCKET_SECONDS:
            continue  # not known for as long as the window is
        last = buckets[-1]
        if last.start + BUCKET_SECONDS <= begin:
            occasion = f"silent since {last.start}"
            title = f"{source} has said nothing for {spoken(rule.window)}"
            yield Firing(rule.name, source, occasion, rule.severity, title, seen.now)
            continue
        recent = [one for one in buckets if one.start >= begin]
        events = sum(one.events for one in recent)
        if events >= rule.count and events >= sum(one.lines for one in recent):
            occasion = f"errors since {recent[0].start}"
            title = f"{source} has said nothing but errors for {spoken(rule.window)}"
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
