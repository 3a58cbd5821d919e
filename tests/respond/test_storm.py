"""What is a storm, and what the watcher may have fixed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.attempt import Attempt
from errwatch.model.event import Event, Frame
from errwatch.model.issue import Issue
from errwatch.model.levels import Level
from errwatch.respond.autofix import AutoFixPolicy, Start, Storming, decide, spent
from errwatch.respond.storm import StormPolicy, storm, umbrella

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = StormPolicy(window=timedelta(minutes=5), issues=4, one_cause=3)


def issue(number: int, seconds: float | None, function: str | None = None) -> Issue:
    at = None if seconds is None else NOON + timedelta(seconds=seconds)
    culprit = Frame("app.py", number, function) if function else None
    event = Event("a.log", 1, 0, 9, Level.ERROR, "oh", "oh", time=at, culprit=culprit)
    return Issue(f"EW-{number:08x}", f"v1:{number:032x}", 1, at, at, (event,), {})


def test_a_few_new_issues_are_no_storm() -> None:
    others = [issue(number, number) for number in range(3)]
    assert storm(others[0], others, POLICY) is None


def test_many_new_issues_at_once_are_one() -> None:
    others = [issue(number, 70 * number) for number in range(4)]
    assert storm(others[2], others, POLICY) == "4 new issues within 5 minutes"


def test_only_those_near_in_time_count() -> None:
    others = [issue(number, 301 * number) for number in range(9)]
    assert storm(others[4], others, POLICY) is None


def test_one_function_behind_several_is_enough() -> None:
    others = [issue(number, number, "load") for number in range(3)]
    why = storm(others[0], others, POLICY)
    assert why == "3 new issues within 5 minutes point to app.py in load"


def test_a_storm_is_no_part_of_another() -> None:
    event = umbrella("whatever", NOON)
    standing = Issue("EW-ffffffff", "v1:" + "f" * 32, 1, NOON, NOON, (event,), {})
    others = [standing, *(issue(number, number) for number in range(3))]
    assert storm(others[1], others, POLICY) is None


def test_without_a_time_nothing_is_known() -> None:
    assert storm(issue(1, None), [issue(number, 0) for number in range(9)], POLICY) is None


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=12))
def test_the_order_of_the_issues_does_not_matter(seconds: list[float]) -> None:
    others = [issue(number, at) for number, at in enumerate(seconds)]
    answers = [storm(one, others, POLICY) for one in others]
    assert answers == [storm(one, others[::-1], POLICY) for one in others]
    assert (len(others) < POLICY.issues) <= (answers == [None] * len(others))


def test_the_first_that_is_no_part_of_a_storm_is_started() -> None:
    stormy = [issue(number, number) for number in range(4)]
    calm = [issue(10, 9_000), issue(11, 19_000)]
    everything = [*stormy, *calm]
    decisions = list(decide(everything, lambda _: everything, AutoFixPolicy(storm=POLICY)))
    assert [type(one) for one in decisions] == [Storming] * 4 + [Start]
    assert decisions[-1].issue == calm[0]


@pytest.mark.parametrize(("hours", "over"), [([1, 2], True), ([1, 25], False), ([1], False)])
def test_a_day_has_so_many_attempts(hours: list[int], over: bool) -> None:
    attempts = [Attempt("v1:a", NOON - timedelta(hours=hour)) for hour in hours]
    storms = [Attempt("v1:b", NOON, "storm")] * 5
    assert spent([*attempts, *storms], AutoFixPolicy(per_day=2), NOON) is over
