"""How often something is told."""

from __future__ import annotations

import time as system
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.alert import Alert, AlertRule, Fired, Firing, Kind, Silence
from errwatch.model.levels import Severity
from errwatch.respond.messages import MOST, digest, message
from errwatch.respond.meter import Manners, Quiet, meter

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULE = AlertRule("new", Kind.NEW, cooldown=HOUR, longest_cooldown=4 * HOUR)


@dataclass
class World:
    rule: AlertRule = RULE
    manners: Manners = field(default_factory=Manners)
    silences: list[Silence] = field(default_factory=list)
    known: dict[tuple[str, str], Fired] = field(default_factory=dict)
    now: datetime = NOON

    def fire(
        self, occasion: str, after: timedelta = timedelta(0), **values: Any
    ) -> tuple[Alert, ...]:
        self.now += after
        given: dict[str, Any] = {
            "severity": Severity.HIGH,
            "at": self.now,
            "subject": "v1:a",
        } | values
        firing = Firing(rule="new", occasion=occasion, title="oh", **given)
        found = meter([firing], [self.rule], self.known, self.silences, self.manners, self.now)
        self.known |= {(one.rule, one.subject): one for one in found.fired}
        return found.alerts

    @property
    def held(self) -> int:
        return sum(one.held for one in self.known.values())


def test_each_occasion_counts_once_however_often_it_is_looked_at() -> None:
    world = World()
    assert [len(world.fire("turn 1")) for _ in range(5)] == [1, 0, 0, 0, 0]
    assert world.held == 0


def test_what_comes_within_the_pause_is_held_back_and_counted() -> None:
    world = World()
    world.fire("1")
    assert world.fire("2", HOUR / 2) == ()
    assert world.fire("3", HOUR / 4) == ()
    assert [alert.held for alert in world.fire("4", HOUR / 4)] == [2]
    assert world.held == 0


def test_the_pause_doubles_up_to_the_longest_and_starts_again_after_a_rest() -> None:
    world = World()
    told = [NOON]
    world.fire("0")
    for number in range(1, 200):
        if world.fire(str(number), HOUR / 4):
            told.append(world.now)
    pauses = [after - before for before, after in pairwise(told)]
    assert pauses[:5] == [HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR]
    world.fire("later", timedelta(days=2))
    assert world.fire("again", HOUR)


def test_subjects_do_not_hold_each_other_back() -> None:
    world = World()
    assert world.fire("1")
    assert world.fire("1", subject="v1:b")


@pytest.mark.parametrize("occasion", ["silent since 5", "above 90"])
def test_what_lasts_is_told_again_when_the_pause_is_over(occasion: str) -> None:
    world = World()
    assert world.fire(occasion)
    assert not world.fire(occasion, HOUR / 2)
    assert world.fire(occasion, HOUR / 2)
    assert not world.fire(occasion, HOUR)
    assert world.held == 0


def test_a_backlog_wakes_nobody() -> None:
    world = World()
    assert world.fire("1", at=NOON - timedelta(days=3)) == ()
    assert world.held == 1


@pytest.mark.parametrize(
    ("begin", "end", "hour", "quiet"),
    [(22, 7, 23, True), (22, 7, 6, True), (22, 7, 7, False), (9, 17, 12, True), (9, 17, 8, False)],
)
def test_quiet_hours_may_span_midnight(begin: int, end: int, hour: int, quiet: bool) -> None:
    local = datetime(2026, 11, 20, hour).astimezone()
    assert Quiet(time(begin), time(end)).holds(local) is quiet


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    system.tzset()
    yield
    monkeypatch.undo()
    system.tzset()


@pytest.mark.parametrize(
    ("utc", "quiet"),
    [
        ("2026-03-28T05:59", True),  # 6:59 in winter
        ("2026-03-28T06:00", False),
        ("2026-03-28T20:59", False),  # 21:59
        ("2026-03-28T21:00", True),
        ("2026-03-29T01:00", True),  # 2:00 is 3:00
        ("2026-03-29T04:59", True),  # 6:59 in summer
        ("2026-03-29T05:00", False),
        ("2026-03-29T19:59", False),
        ("2026-03-29T20:00", True),
        ("2026-10-25T00:30", True),  # 2:30 for the first time
        ("2026-10-25T01:30", True),  # and for the second
        ("2026-10-25T05:59", True),
        ("2026-10-25T06:00", False),
    ],
)
@pytest.mark.usefixtures("berlin")
def test_quiet_hours_are_those_of_the_wall_when_clocks_change(utc: str, quiet: bool) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert Quiet(time(22), time(7)).holds(moment) is quiet


def test_what_is_critical_is_told_in_quiet_hours() -> None:
    world = World(manners=Manners(Quiet(time(0), time(23, 59, 59))))
    world.now = datetime(2026, 11, 20, 12).astimezone(UTC)
    assert world.fire("1") == ()
    assert world.fire("1", subject="v1:b", severity=Severity.CRITICAL)


@pytest.mark.parametrize("subject", ["v1:a", "new", "v1:*"])
def test_a_silence_ends(subject: str) -> None:
    world = World(silences=[Silence(1, subject, NOON + HOUR, "known")])
    assert world.fire("1") == ()
    assert [alert.held for alert in world.fire("2", HOUR)] == [1]


steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(0, 7200)), max_size=30
)


@given(steps)
def test_nothing_is_lost_from_the_count(steps: Sequence[tuple[str, int, int]]) -> None:
    """Each change of occasion is told, or held and told of later."""
    world = World()
    occasions, told, last = 0, 0, dict[str, int]()
    for subject, number, seconds in steps:
        alerts = world.fire(str(number), timedelta(seconds=seconds), subject=subject)
        occasions += last.get(subject) != number
        last[subject] = number
        told += sum(1 + alert.held for alert in alerts)
    assert told + world.held == occasions


def firing(number: int, severity: Severity = Severity.LOW) -> Firing:
    return Firing("new", f"v1:{number}", "1", severity, f"title {number}", NOON)


def test_a_burst_is_one_message_with_the_worst_first() -> None:
    alerts = [Alert(firing(number)) for number in range(99)]
    alerts.append(Alert(firing(99, Severity.CRITICAL), held=3))
    notice = message(alerts, NOON)
    assert notice.title == "100 alerts, first: title 99"
    assert notice.severity is Severity.CRITICAL
    lines = notice.body.splitlines()
    assert lines[0].endswith("title 99 (3 more were held back before)")
    assert len(lines) == MOST + 1
    assert notice.key == message(alerts[::-1], NOON + HOUR).key


def test_a_digest_says_how_often() -> None:
    held = [Fired("new", "v1:a", "1", held=2), Fired("new", "b.log", "1", held=40)]
    notice = digest(held, {"v1:a": "KeyError"}, NOON)
    assert notice.title == "42 alerts were held back"
    assert notice.body.splitlines() == ["40 x new: b.log", "2 x new: KeyError"]
