from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.follow.window import quiet_window, rate
from tests.fix.scripted import issue

HOUR, LONG = timedelta(hours=1), timedelta(days=14)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@given(st.floats(0, 10, allow_nan=False), st.floats(0.5, 0.999))
def test_the_window_leaves_no_more_to_chance_than_was_said(often: float, sure: float) -> None:
    factor = -math.log(1 - sure)
    window = quiet_window(often, factor=factor, shortest=HOUR, longest=LONG)
    assert HOUR <= window <= LONG
    by_chance = math.exp(-often * window.total_seconds())
    assert by_chance <= (1 - sure) * 1.000001 or window == LONG


def test_three_events_an_hour_take_an_hour() -> None:
    assert quiet_window(3 / 3600, factor=3.0, shortest=timedelta(0), longest=LONG) == HOUR
    assert quiet_window(0, factor=3.0, shortest=HOUR, longest=LONG) == LONG


def test_the_rate_is_that_of_late() -> None:
    at = int(NOON.timestamp())
    one = replace(
        issue(), buckets={at - 7200: 4, at - 3600: 2, at + 300: 99}, past={at - 30 * 86400: 500}
    )
    assert rate(one, NOON) == pytest.approx(6 / 7200)
    assert rate(replace(issue(), buckets={at + 300: 9}), NOON) == 0.0
    assert rate(replace(issue(), buckets={at - 10: 3}), NOON) == pytest.approx(3 / 300)
