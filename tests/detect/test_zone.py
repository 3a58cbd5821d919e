"""Times that tell no zone are in the one that the settings say; others are not moved."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.detect.detector import Detector
from errwatch.parsers.times import is_floating, stamp_at

TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


def times(text: str, zone: str) -> list[datetime | None]:
    detector = Detector("app.log", zone=zone, now=TEN)
    return [event.time for event in (*detector.feed(text.encode()), *detector.flush())]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-11-20 10:00:00,000", 15),
        ("2026-11-20T10:00:00", 15),
        ("20/Nov/2026:10:00:00", 15),
        ("20261120T100000", 15),
        ("2026-11-20T10:00:00Z", 10),
        ("2026-11-20 10:00:00 UTC", 10),
        ("2026-11-20T10:00:00+02:00", 8),
        ("20261120T100000Z", 10),
        ("20/Nov/2026:10:00:00 +0000", 10),
    ],
)
def test_only_what_tells_no_zone_is_moved(written: str, hour: int) -> None:
    (time,) = times(f"{written} ERROR app: order failed\n", "America/New_York")
    assert time == TEN.replace(hour=hour)
    (time,) = times(f"{written} ERROR app: order failed\n", "UTC")
    assert time == TEN.replace(hour=10 if hour == 15 else hour)


def test_a_time_without_a_year_is_moved_too() -> None:
    (time,) = times("Nov 20 04:00:00 web app[7]: ERROR order failed\n", "America/New_York")
    assert time == TEN.replace(hour=9)


def test_each_of_many_that_are_alike_is_moved_and_by_its_own_day() -> None:
    """In summer the zone is another hour from UTC."""
    line = "2026-0{month}-20 10:00:00,000 ERROR app: order {month} failed\n"
    lines = [line.format(month=month) for month in (1, 7)]
    found = times("".join(lines * 50), "America/New_York")
    assert {time and (time.month, time.hour) for time in found} == {(1, 15), (7, 14)}
    assert len(found) == 100


def test_an_hour_that_there_is_not_or_twice_has_a_time() -> None:
    lines = "2026-03-08 02:30:00 ERROR a failed\n2026-11-01 01:30:00 ERROR b failed\n"
    first, second = times(lines, "America/New_York")
    assert first == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert second == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_local_is_the_zone_of_the_machine() -> None:
    (time,) = times("2026-11-20 10:00:00 ERROR app: failed\n", "local")
    assert time == datetime(2026, 11, 20, 10).astimezone()


def test_another_process_knows_what_told_no_zone() -> None:
    stamp = stamp_at("2026-11-20 10:00:00", 0)
    assert stamp is not None
    assert stamp.time is not None
    assert is_floating(pickle.loads(pickle.dumps(stamp.time)))  # noqa: S301
    assert not is_floating(TEN)


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_any_time_can_be_placed(time: datetime) -> None:
    (found,) = times(f"{time:%Y-%m-%d %H:%M:%S} ERROR app: failed\n".rjust(45, "0"), "Asia/Tokyo")
    assert found is None or found.tzinfo is not None
