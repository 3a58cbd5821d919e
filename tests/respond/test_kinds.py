"""Which alert rules hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from errwatch.model.alert import AlertRule, Heard, Kind, Per, Turn
from errwatch.model.classification import Classification
from errwatch.model.event import Event
from errwatch.model.issue import Issue
from errwatch.model.levels import Level, Severity
from errwatch.model.partial import BUCKET_SECONDS
from errwatch.respond.kinds import Observation, firings

NOW = datetime(2026, 11, 20, 12, 2, tzinfo=UTC)
THIS = int(NOW.timestamp()) // BUCKET_SECONDS * BUCKET_SECONDS


def issue(buckets: dict[int, int], severity: Severity = Severity.HIGH, text: str = "oh") -> Issue:
    """`buckets` by their distance from the present one."""
    verdict = Classification(category="timeout_error", severity=severity, rule="r", why="w")
    event = Event("web.log", 1, 0, 9, Level.ERROR, text, text, time=NOW)
    placed = {THIS - BUCKET_SECONDS * ago: count for ago, count in buckets.items()}
    return Issue(
        "EW-1a2b3c4d", "v1:1a2b3c4d", 1, NOW, NOW, (event,), placed, classification=verdict
    )


def heard(source: str, counts: dict[int, tuple[int, int]]) -> dict[str, list[Heard]]:
    found = [
        Heard(source, THIS - BUCKET_SECONDS * ago, *counts[ago])
        for ago in sorted(counts, reverse=True)
    ]
    return {source: found}


def titles(rule: AlertRule, **seen: Any) -> list[str]:
    return [firing.title for firing in firings([rule], Observation(NOW, **seen))]


def test_what_is_new_and_what_is_back() -> None:
    turns = [Turn(1, Kind.NEW, issue({}, text="a")), Turn(2, Kind.REGRESSED, issue({}, text="b"))]
    assert titles(AlertRule("r", Kind.NEW), turns=turns) == ["new issue: a"]
    assert titles(AlertRule("r", Kind.REGRESSED), turns=turns) == ["back again: b"]


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({"min_severity": Severity.HIGH}, True),
        ({"min_severity": Severity.CRITICAL}, False),
        ({"category": "timeout_error"}, True),
        ({"category": "auth_error"}, False),
        ({"issue": "ew-1A2B"}, True),
        ({"issue": "EW-ffff"}, False),
        ({"source": "web*"}, True),
        ({"source": "db*"}, False),
        ({"text": "^o"}, True),
        ({"text": "^x"}, False),
    ],
)
def test_conditions_of_a_rule(conditions: dict[str, Any], holds: bool) -> None:
    rule = AlertRule("r", Kind.NEW, **conditions)
    assert bool(titles(rule, turns=[Turn(1, Kind.NEW, issue({}))])) is holds


@pytest.mark.parametrize(("count", "holds"), [(9, False), (10, True)])
def test_frequency_counts_within_the_window(count: int, holds: bool) -> None:
    rule = AlertRule("r", Kind.FREQUENCY, count=10, window=timedelta(minutes=10))
    found = titles(rule, active=[issue({0: 4, 1: count - 4, 13: 99})])
    assert found == ([f"{count} events in 10 minutes: oh"] if holds else [])


def test_late_events_count_where_they_belong() -> None:
    """The window ends with the issue's last event, not with the moment of reading."""
    rule = AlertRule("r", Kind.FREQUENCY, count=10)
    assert titles(rule, active=[issue({7: 12})]) == ["12 events in 5 minutes: oh"]


def test_a_late_flood_before_the_last_event_is_seen() -> None:
    rule = AlertRule("r", Kind.FREQUENCY, count=10)
    assert titles(rule, active=[issue({0: 1, 6: 12})]) == ["12 events in 5 minutes: oh"]
    assert titles(rule, active=[issue({0: 1, 13: 12})]) == []
    (firing,) = firings([rule], Observation(NOW, active=[issue({0: 1, 6: 12})]))
    assert NOW - firing.at > timedelta(minutes=25)


def test_events_of_a_category_count_together() -> None:
    rule = AlertRule("r", Kind.FREQUENCY, count=10, per=Per.CATEGORY, category="timeout_error")
    issues = [replace(issue({0: 4}), fingerprint=f"v1:{n}", id=f"EW-{n}") for n in range(3)]
    assert titles(rule, active=issues[:2]) == []
    found = list(firings([rule], Observation(NOW, active=issues)))
    assert [one.title for one in found] == ["12 events in 5 minutes: timeout_error, in 3 issues"]
    assert (found[0].subject, found[0].severity) == ("category timeout_error", Severity.HIGH)


def test_events_of_a_source_count_together() -> None:
    rule = AlertRule("r", Kind.SPIKE, count=10, per=Per.SOURCE, source="a*", factor=3)
    usual = dict.fromkeys(range(1, 13), (50, 5))
    both = heard("a.log", usual | {0: (50, 16)}) | heard("b.log", usual | {0: (50, 16)})
    assert titles(rule, heard=both) == ["16 events in 5 minutes, usually 5: a.log"]
    assert titles(rule, heard=heard("a.log", usual | {0: (50, 14)})) == []


def test_a_spike_is_measured_by_the_own_past() -> None:
    rule = AlertRule("r", Kind.SPIKE, count=5, factor=3, history=timedelta(hours=1))
    past = dict.fromkeys(range(1, 13), 10)
    assert titles(rule, active=[issue(past | {0: 29})]) == []
    assert titles(rule, active=[issue(past | {0: 30})]) == [
        "30 events in 5 minutes, usually 10: oh"
    ]


def test_without_a_past_there_is_no_spike() -> None:
    rule = AlertRule("r", Kind.SPIKE, count=5)
    assert titles(rule, active=[issue({0: 1_000})]) == []
    assert titles(rule, active=[issue({})]) == []


def test_what_was_rare_before_may_spike() -> None:
    rule = AlertRule("r", Kind.SPIKE, count=5, factor=3, history=timedelta(hours=1))
    assert len(titles(rule, active=[issue({12: 1, 0: 6})])) == 1


def test_a_source_that_went_silent() -> None:
    rule = AlertRule("r", Kind.FLATLINE, window=timedelta(minutes=10))
    speaking = dict.fromkeys(range(9), (50, 0))
    assert titles(rule, heard=heard("a.log", speaking)) == []
    silent = dict.fromkeys(range(3, 9), (50, 0))
    assert titles(rule, heard=heard("a.log", silent)) == ["a.log has said nothing for 10 minutes"]


def test_a_source_that_says_nothing_but_errors() -> None:
    rule = AlertRule("r", Kind.FLATLINE, count=10, window=timedelta(minutes=10))
    failing = dict.fromkeys(range(3, 9), (50, 0)) | {0: (20, 20), 1: (20, 20), 2: (9, 0)}
    assert titles(rule, heard=heard("a.log", failing)) == [
        "a.log has said nothing but errors for 10 minutes"
    ]


def test_a_source_that_was_just_met_is_not_silent() -> None:
    rule = AlertRule("r", Kind.FLATLINE, window=timedelta(minutes=10))
    assert titles(rule, heard=heard("a.log", {1: (5, 5)})) == []


@pytest.mark.parametrize(("value", "told"), [(90.0, []), (90.1, ["cpu: 90.1 %, above 90"])])
def test_a_figure_of_the_machine(value: float, told: list[str]) -> None:
    rule = AlertRule("r", Kind.METRIC, metric="cpu", above=90)
    assert titles(rule, metrics={"cpu": value}) == told


def test_the_success_rate_of_a_source() -> None:
    rule = AlertRule("r", Kind.METRIC, metric="success", below=95, count=100)
    assert titles(rule, heard=heard("a.log", {0: (100, 6)})) == [
        "success of a.log: 94.0 %, below 95"
    ]
    assert titles(rule, heard=heard("a.log", {0: (99, 99)})) == []
