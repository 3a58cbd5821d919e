"""How things stand: which issues, which of their events, and how that compares with before."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.model.change import Change, Classified, StatusSet
from errwatch.model.classification import Classification
from errwatch.model.issue import Status
from errwatch.model.levels import Severity
from errwatch.model.partial import BUCKET_SECONDS
from errwatch.model.period import Period
from tests.insight.made import HOUR, NOON, events, id_of, key, reported

COMMITS: list[list[Change]] = [
    [events(1, 0, 1, 30, timeless=2)],
    [events(2, 30)],
    [events(3, timeless=7)],
]


def verdict(severity: Severity, category: str = "internal_error") -> Classification:
    return Classification(category, severity, "a-rule", "why", fixable=True)


def test_all_events_count_where_no_time_is_given(tmp_path: Path) -> None:
    found = reported(tmp_path, *COMMITS)
    assert (found.figures.issues, found.figures.events, found.untimed) == (3, 13, 0)
    assert found.before is None
    assert found.statuses == {"new": 3}


def test_events_before_a_time_and_without_one_do_not_count_since_it(tmp_path: Path) -> None:
    found = reported(tmp_path, *COMMITS, since=NOON - 2 * HOUR)
    assert [one.issue.id for one in found.top] == [id_of(1)]
    assert (found.figures.events, found.untimed) == (2, 1)
    assert sum(point.events for point in found.hourly) == 2


def test_the_bucket_that_a_time_is_in_counts(tmp_path: Path) -> None:
    late = timedelta(seconds=BUCKET_SECONDS - 1)
    found = [
        reported(tmp_path, *commits, since=NOON - HOUR + step).figures.events
        for commits, step in ((COMMITS, late), ((), late * 2))
    ]
    assert found == [2, 1]


def test_the_period_before_is_as_long_and_just_before(tmp_path: Path) -> None:
    commits = [[events(1, 0.5, 1, 2.5, 3, 3.5, 9)], [events(2, 2.75)]]
    found = reported(tmp_path, *commits, since=NOON - 2 * HOUR, until=NOON)
    assert found.before is not None
    assert (found.figures.events, found.before.events) == (2, 4)
    assert (found.figures.new, found.before.new) == (0, 1)
    assert (found.figures.per_hour, found.before.per_hour) == (1.0, 2.0)
    (one,) = found.top
    assert (one.events, one.before) == (2, 3)


def test_new_regressed_and_resolved_are_those_of_the_period(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ago = (now - NOON) / HOUR
    commits: list[list[Change]] = [
        [events(1, 50 - ago), events(2, 50 - ago), events(3, 0.1 - ago)],
        [StatusSet(key(1), Status.RESOLVED), StatusSet(key(2), Status.RESOLVED)],
        [events(1, 0.2 - ago)],
    ]
    found = reported(tmp_path, *commits, since=now - HOUR, now=now + HOUR)
    figures = found.figures
    assert (figures.new, figures.regressed, figures.resolved) == (1, 1, 2)
    everything = reported(tmp_path, now=now + HOUR).figures
    assert (everything.new, everything.regressed, everything.resolved) == (1, 1, 1)


def test_what_is_ignored_is_counted_apart(tmp_path: Path) -> None:
    found = reported(
        tmp_path,
        [events(1, 0, 1), events(2, 0, 0, 0)],
        [StatusSet(key(2), Status.IGNORED), Classified(key(1), verdict(Severity.LOW))],
    )
    assert (found.figures.events, found.ignored_events) == (2, 3)
    assert [one.issue.id for one in found.top] == [id_of(1)]
    assert found.statuses == {"new": 1, "ignored": 1}
    assert [share.name for share in found.shares.severities] == ["low"]
    assert all(point.by.keys() <= {"low"} for point in found.hourly)


def test_open_ones_come_first_then_the_most_severe_then_the_most_frequent(tmp_path: Path) -> None:
    found = reported(
        tmp_path,
        [events(number, *[1] * number) for number in range(1, 6)],
        [Classified(key(n), verdict(s)) for n, s in ((1, Severity.HIGH), (5, Severity.CRITICAL))],
        [Classified(key(n), verdict(Severity.LOW)) for n in (2, 3, 4)],
        [StatusSet(key(5), Status.RESOLVED)],
    )
    assert [one.issue.id for one in found.top] == [id_of(n) for n in (1, 4, 3, 2, 5)]
    assert found.unfixed == tuple(id_of(n) for n in (1, 4, 3, 2))


def test_a_service_has_what_was_seen_in_it(tmp_path: Path) -> None:
    commits = [
        [events(1, 1, source="/logs/api.log")],
        [events(2, 1, source="/logs/web.log.1"), events(3, 1, source="/logs/api.log")],
        [events(3, 2, source="/logs/web.log")],
    ]
    found = reported(tmp_path, *commits, service="api")
    assert {one.issue.id for one in found.top} == {id_of(1), id_of(3)}
    assert found.lines_share is None
    both = reported(tmp_path).shares
    assert [(one.name, one.issues) for one in both.services] == [("web", 2), ("api", 1)]
    assert len(both.sources) == 3
    assert reported(tmp_path, service="other").figures.issues == 0


def test_events_of_the_future_do_not_hide_those_of_today(tmp_path: Path) -> None:
    commits = [[events(1, 0, 1, -24 * 365 * 20)], [events(2, 24 * 365 * 50)]]
    found = reported(tmp_path, *commits)
    assert found.figures.events == 4
    assert sum(point.events for point in found.hourly) == 2
    assert (len(found.daily), found.daily[-1].events) == (90, 2)


def test_days_and_hours_are_those_of_utc_though_the_clocks_change(tmp_path: Path) -> None:
    spring = datetime(2026, 3, 29, 12, tzinfo=UTC)
    ago = (NOON - spring) / HOUR
    commits = [[events(1, *(ago + back for back in range(60)))]]
    found = reported(tmp_path, *commits, now=spring + HOUR)
    assert [point.events for point in found.hourly] == [1] * 24
    assert [point.events for point in found.daily] == [23, 24, 13]


seconds = st.integers(-30 * 86_400, 86_400)
moments = st.none() | seconds.map(lambda s: NOON + timedelta(seconds=s))


@given(
    found=st.lists(st.tuples(st.integers(1, 3), seconds), min_size=1, max_size=15),
    since=moments,
    until=moments,
)
@settings(max_examples=60)
def test_sums_are_those_of_the_events(
    found: list[tuple[int, int]], since: datetime | None, until: datetime | None
) -> None:
    now = NOON + timedelta(days=2)
    period = Period(since, until, now)

    def inside(period: Period) -> int:
        return sum(
            period.holds_start((start := int(NOON.timestamp()) + s) - start % BUCKET_SECONDS)
            for _, s in found
        )

    with tempfile.TemporaryDirectory() as folder:
        commits = [[events(n, -s / 3600)] for n, s in found]
        made = reported(Path(folder), *commits, since=since, until=until, now=now)
    assert made.figures.events == inside(period)
    assert sum(share.events for share in made.shares.severities) == inside(period)
    assert sum(point.events for point in made.daily) == inside(period)
    assert sum(one.events for one in made.top) == inside(period)
    if period.before is not None:
        assert made.before is not None
        assert made.before.events == inside(period.before)
