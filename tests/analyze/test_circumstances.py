"""Chains, counts, recent changes and kin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from errwatch.analyze.circumstances import changed_since, factors
from errwatch.model.analysis import Blame
from errwatch.model.event import Link
from tests.analyze.memory import COMMIT, NOON, error, event, issue

PLAIN = event(error("KeyError", "'x'"))


def blame(days: float) -> Blame:
    return Blame("shop/stock.py", 62, COMMIT, "Ada", NOON + timedelta(days=days), "Sweep carts")


def test_a_chain_says_how_its_exceptions_hang_together() -> None:
    chain = event(
        error("PaymentUnavailable", "no answer"),
        error("TimeoutError", "timed out\nsecond line", link=Link.CAUSE),
        error("KeyError", "'x'", link=Link.CONTEXT),
    )
    assert factors(issue(chain), ()) == (
        "PaymentUnavailable was raised because of TimeoutError: timed out",
        "TimeoutError was raised while handling KeyError: 'x'",
    )


def test_the_members_of_a_group_hang_on_the_group() -> None:
    group = event(
        error("ExceptionGroup", "two"),
        error("ValueError", "a", link=Link.MEMBER),
        error("OSError", "b", link=Link.MEMBER),
    )
    assert factors(issue(group), ()) == (
        "ExceptionGroup holds ValueError: a",
        "ExceptionGroup holds OSError: b",
    )


def test_how_often_and_when() -> None:
    start = int(NOON.timestamp())
    often = issue(
        PLAIN, count=7, last=NOON + timedelta(hours=3), buckets={start: 5, start + 3600: 2}
    )
    assert factors(often, ()) == (
        "seen 7 times between 2026-11-03 12:00 and 2026-11-03 15:00",
        "5 of them within 5 minutes from 2026-11-03 12:00",
    )
    assert factors(issue(PLAIN), ()) == ()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-2, "shop/stock.py:62 was changed 2 days before the first occurrence, in c0ffeec0 "),
        (-0.25, "shop/stock.py:62 was changed 6 hours before the first occurrence, in c0ffeec0 "),
    ],
)
def test_a_change_near_the_first_occurrence_is_named(days: float, said: str) -> None:
    assert factors(issue(PLAIN), (blame(days),)) == (said + "(Sweep carts)",)


def test_an_old_change_is_not() -> None:
    assert factors(issue(PLAIN), (blame(-30),)) == ()


def test_a_change_of_the_culprit_after_the_last_occurrence_is_noted() -> None:
    said = "shop/stock.py:62 was changed after the last occurrence, in c0ffeec0 (Sweep carts)"
    assert list(changed_since(issue(PLAIN), (blame(1),), 62)) == [said]
    assert list(changed_since(issue(PLAIN), (blame(1),), 61)) == []
    assert list(changed_since(issue(PLAIN), (blame(-1),), 62)) == []
