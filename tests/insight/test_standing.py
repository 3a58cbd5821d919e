"""How things stand since a time: which issues, and which of their events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from errwatch.insight.standing import standing
from errwatch.model.event import Event
from errwatch.model.issue import Issue
from errwatch.model.levels import Level
from errwatch.model.partial import BUCKET_SECONDS
from errwatch.render.report import report_lines

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def issue(number: int, *hours: int, count: int = 0) -> Issue:
    """One event at each of these hours before noon, and `count` without a time."""
    times = sorted(NOON - timedelta(hours=back) for back in hours)
    event = Event("app.log", 1, 0, 1, Level.ERROR, "boom", "boom")
    first, last = (times[0], times[-1]) if times else (None, None)
    buckets = {int(time.timestamp()): 1 for time in times}
    name = f"{number:08x}"
    total = len(times) + count
    return Issue(f"EW-{name}", f"v1:{name}", total, first, last, (event,), buckets)


ISSUES = [issue(1, 0, 1, 30, count=2), issue(2, 30), issue(3, count=7)]


def said(since: datetime | None) -> str:
    return "\n".join(line.plain for line in report_lines(standing(ISSUES, [], since)))


def test_events_before_a_time_and_without_one_do_not_count_since_it() -> None:
    found = standing(ISSUES, [], NOON - timedelta(hours=2))
    assert [each.id for each in found.issues] == ["EW-00000001"]
    assert (found.events, found.untimed) == (2, 1)


def test_all_events_count_where_no_time_is_given() -> None:
    found = standing(ISSUES, [], None)
    assert (len(found.issues), found.events, found.untimed) == (3, 13, 0)


def test_the_bucket_that_a_time_is_in_counts() -> None:
    late = timedelta(seconds=BUCKET_SECONDS - 1)
    found = [standing(ISSUES, [], NOON - timedelta(hours=1) + each).events for each in (late,)]
    found.append(standing(ISSUES, [], NOON - timedelta(hours=1) + late * 2).events)
    assert found == [2, 1]


def test_the_report_says_what_it_leaves_out() -> None:
    assert "1 issue without a time left out" in said(NOON - timedelta(hours=2))
    assert "1 issue without a time left out" in said(NOON + timedelta(days=1))
    assert "left out" not in said(None)
