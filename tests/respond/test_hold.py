"""What must hold for so long, looked at again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.alert import AlertRule, Firing, Holding, Kind
from errwatch.model.levels import Severity
from errwatch.respond.hold import LAPSE, held

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
METRIC = AlertRule("busy", Kind.METRIC, metric="cpu", above=90, hold=10 * MINUTE)
MANY = AlertRule("many", Kind.FREQUENCY, hold=10 * MINUTE)
AT_ONCE = AlertRule("now", Kind.METRIC, metric="cpu", above=90)


@dataclass
class World:
    """Remembers as the state does."""

    now: datetime = NOON
    known: dict[tuple[str, str], Holding] = field(default_factory=dict)
    written: int = 0

    def look(self, *firings: Firing) -> list[str]:
        found = held(firings, (METRIC, MANY, AT_ONCE), list(self.known.values()), self.now)
        for one in found.over:
            del self.known[one.rule, one.subject]
        for one in found.holding:
            self.known[one.rule, one.subject] = one
        self.written += bool(found.holding or found.over)
        return [firing.title for firing in found.firings]


def firing(rule: str, at: datetime, subject: str = "cpu") -> Firing:
    return Firing(rule, subject, "above 90", Severity.HIGH, "cpu: 95 %", at)


def test_it_is_told_once_it_has_held_for_so_long() -> None:
    world, told = World(), []
    for seconds in range(0, 15 * 60, 2):
        world.now = NOON + timedelta(seconds=seconds)
        if world.look(firing("busy", world.now)):
            told.append(seconds)
    assert told == list(range(600, 15 * 60, 2))
    assert world.written <= 16


def test_what_stops_begins_anew() -> None:
    world = World()
    for minute in range(30):
        world.now = NOON + minute * MINUTE
        there = minute % 10 != 9
        assert world.look(*[firing("busy", world.now)] * there) == []


def test_without_a_hold_it_is_told_at_once_and_nothing_is_remembered() -> None:
    world = World()
    assert world.look(firing("now", NOON)) == ["cpu: 95 %"]
    assert world.known == {}


@pytest.mark.parametrize(("away", "told"), [(LAPSE, True), (LAPSE + MINUTE, False)])
def test_what_nobody_looked_at_did_not_hold(away: timedelta, told: bool) -> None:
    """A restart goes on; after a night of sleep nobody knows how it was."""
    world = World()
    for minute in range(9):
        world.now = NOON + minute * MINUTE
        world.look(firing("busy", world.now))
    world.now += away
    assert bool(world.look(firing("busy", world.now))) is told


def test_a_clock_that_is_set_back_begins_anew() -> None:
    world = World()
    world.look(firing("busy", NOON))
    world.now = NOON - timedelta(hours=1)
    world.look(firing("busy", world.now))
    (one,) = world.known.values()
    assert one.since == world.now


def test_many_events_once_are_not_many_events_all_the_time() -> None:
    world = World()
    for minute in range(20):
        world.now = NOON + minute * MINUTE
        assert world.look(firing("many", NOON)) == []
    assert world.known == {}
    told = []
    for minute in range(20, 40):
        world.now = NOON + minute * MINUTE
        told += world.look(firing("many", world.now))
    assert told == ["cpu: 95 %, for 10 minutes"] * 10


@given(st.lists(st.tuples(st.integers(1, 200), st.booleans()), max_size=60))
def test_it_is_told_exactly_where_each_look_of_the_time_met_it(
    looks: list[tuple[int, bool]],
) -> None:
    world = World()
    since: datetime | None = None
    for seconds, there in looks:
        lapsed = timedelta(seconds=seconds) > LAPSE - MINUTE
        world.now += timedelta(seconds=seconds)
        told = bool(world.look(*[firing("busy", world.now)] * there))
        since = (since or world.now) if there else None
        if since is None or world.now - since < METRIC.hold:
            assert not told
        elif not lapsed and all(gap <= 60 for gap, _ in looks):
            assert told
