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
from errwatch.respond.autofix import (
    DAY,
    Allowance,
    AutoFixPolicy,
    Start,
    Storming,
    beginning,
    decide,
    spent,
)
from errwatch.respond.storm import StormPolicy, storm, umbrella

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
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
    decisions = list(decide(everything, lambda _: everything, AutoFixPolicy(storm=POLICY), LATER))
    assert [type(one) for one in decisions] == [Storming] * 4 + [Start]
    assert decisions[-1].issue == calm[0]


@pytest.mark.parametrize(
    ("ages", "started"), [([29.0, 31.0], [1]), ([31.0], [0]), ([29.0], []), ([-7200.0], [0])]
)
def test_what_just_came_up_is_left_alone_for_a_moment(
    ages: list[float], started: list[int]
) -> None:
    """Unless it claims to come from the future: then its clock or its zone is wrong."""
    issues = [issue(number, -age) for number, age in enumerate(ages)]
    decisions = decide(issues, lambda one: [one], AutoFixPolicy(storm=POLICY), NOON)
    assert [one.issue for one in decisions] == [issues[number] for number in started]


@pytest.mark.parametrize(("hours", "over"), [([1, 2], True), ([1, 25], False), ([1], False)])
def test_a_day_has_so_many_attempts(hours: list[int], over: bool) -> None:
    attempts = [Attempt("v1:a", NOON - timedelta(hours=hour)) for hour in hours]
    storms = [Attempt("v1:b", NOON, "storm")] * 5
    policy = AutoFixPolicy(per_day=Allowance(attempts=2))
    assert spent([*attempts, *storms], policy, NOON) == ("2 of 2 attempts" if over else None)


@pytest.mark.parametrize(
    ("allowance", "used_up"),
    [
        (Allowance(usd=1.0), None),
        (Allowance(usd=0.99), "0.70 of 0.99 USD"),
        (Allowance(pull_requests=2), "2 of 2 pull requests"),
        (Allowance(pull_requests=3), None),
    ],
)
def test_a_day_has_so_much_money_and_so_many_pull_requests(
    allowance: Allowance, used_up: str | None
) -> None:
    attempts = [
        Attempt("v1:a", NOON - timedelta(hours=1), "proven", 0.1, 1),
        Attempt("v1:b", NOON - timedelta(hours=2), "declined", 0.2, 0),
        Attempt("v1:c", NOON - timedelta(hours=3), None, 0.4, 1),
        Attempt("v1:d", NOON - timedelta(hours=25), "proven", 9.0, 9),
    ]
    policy = AutoFixPolicy(per_day=allowance, usd=0.3)
    assert spent(attempts, policy, NOON) == used_up


@given(
    st.lists(st.tuples(st.floats(0, 48), st.floats(0, 0.5), st.integers(0, 1)), max_size=40),
    st.integers(1, 6),
    st.floats(0, 3),
    st.integers(1, 4),
)
def test_no_24_hours_use_more_than_they_have(
    wishes: list[tuple[float, float, int]], attempts: int, usd: float, pull_requests: int
) -> None:
    policy = AutoFixPolicy(per_day=Allowance(attempts, usd, pull_requests))
    made: list[Attempt] = []
    for hours, cost, opened in sorted(wishes):
        now = NOON + timedelta(hours=hours)
        if spent(made, policy, now) is None:
            assert beginning(issue(1, 0), policy, now).cost_usd >= cost
            made.append(Attempt("v1:a", now, "proven", cost, opened))
    for first in made:
        day = [one for one in made if timedelta(0) <= one.started_at - first.started_at < DAY]
        assert len(day) <= attempts
        assert sum(one.cost_usd for one in day) <= usd + 1e-5
        assert sum(one.pull_requests for one in day) <= pull_requests
