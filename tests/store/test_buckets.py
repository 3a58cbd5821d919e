"""Events by time, on their way from five minutes to hours to days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.change import Counted, Forgotten, Merged
from errwatch.model.issue import Issue
from errwatch.model.packed import DAY, HOUR, packed, unpacked
from errwatch.model.partial import Partial, Tally, bucket_of, order_of
from errwatch.store.buckets import folded
from errwatch.store.sqlite import SqliteStore
from tests.store.values import KEY, NOON, OTHER, event

DAYS = 40
starts = st.integers(-10 * DAYS * 288, 10 * DAYS * 288).map(lambda number: number * 300)
bucket_maps = st.dictionaries(starts, st.integers(1, 2**50), max_size=30)


@given(buckets=bucket_maps)
def test_what_is_packed_is_unpacked(buckets: dict[int, int]) -> None:
    for width in (300, HOUR, DAY):
        wide = folded(buckets, width)
        assert sum(wide.values()) == sum(buckets.values())
        for day in {start // DAY for start in wide}:
            inside = {start: n for start, n in wide.items() if start // DAY == day}
            assert unpacked(packed(inside, day, width), day, width) == inside


def forgotten(now: datetime, *, fine: int = 2, hourly: int = 7, daily: int = 30) -> Forgotten:
    def before(days: int) -> int:
        return int((now - timedelta(days=days)).timestamp())

    return Forgotten(
        now,
        heard_before=0,
        fine_before=before(fine),
        hourly_before=before(hourly),
        daily_before=before(daily),
        told_before=now,
        seen_before=now - timedelta(days=10),
        resolved_before=now - timedelta(days=400),
        issues_before=now - timedelta(days=400),
        unseen_since=now,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "state.db") as store:
        yield store


def history(issue: Issue) -> dict[int, int]:
    return dict(sorted({**issue.past, **issue.buckets}.items()))


def at(*minutes: int, key: str = KEY) -> Counted:
    return Counted(Partial.of((key, event(n, seconds=-60 * n)) for n in minutes))


def test_what_is_old_becomes_hours_and_days_and_goes(store: SqliteStore) -> None:
    day = 24 * 60
    store.commit(at(1, 7, 3 * day, 3 * day + 7, 9 * day, 9 * day + 61, 40 * day), actor="x")
    store.commit(forgotten(NOON), actor="housekeeping")
    issue = store.issue(KEY)
    assert issue.count == 7
    assert sorted(issue.buckets.values()) == [1, 1]
    noon = int(NOON.timestamp())
    hour, midnight = noon - 3 * DAY - HOUR, noon - noon % DAY - 9 * DAY
    assert issue.past == {hour: 1, hour + HOUR: 1, midnight: 2}


@pytest.mark.parametrize("often", [1, 3])
def test_what_comes_late_is_folded_too(store: SqliteStore, often: int) -> None:
    hours_ago = 3 * 24 * 60 + 10
    for number in range(4):
        store.commit(at(hours_ago + number), actor="x")
        for _ in range(often):
            store.commit(forgotten(NOON), actor="housekeeping")
    issue = store.issue(KEY)
    assert (issue.count, list(issue.past.values()), issue.buckets) == (4, [4], {})


@given(
    events=st.lists(st.integers(0, 20 * 288), max_size=30),
    rounds=st.lists(st.integers(0, 30), max_size=3),
    merged=st.booleans(),
)
def test_the_order_of_events_and_rounds_changes_no_sum(
    events: list[int], rounds: list[int], merged: bool
) -> None:
    """Whenever it was made coarser: the last round decides what is left."""

    def left(rounds: list[int]) -> list[tuple[int, list[tuple[int, int]]]]:
        with SqliteStore(Path("never-made"), read_only=True) as store:
            store._database.connection.execute("PRAGMA query_only = OFF")
            for place, number in enumerate(events):
                if place in rounds:
                    store.commit(forgotten(NOON), actor="housekeeping")
                key = OTHER if number % 2 else KEY
                store.commit(at(number * 5, key=key), actor="x")
            if merged:
                store.commit(Merged(KEY, OTHER), actor="x")
            store.commit(forgotten(NOON), actor="housekeeping")
            return sorted((one.count, list(history(one).items())) for one in store.issues())

    assert left(rounds) == left([])
    assert sum(count for count, _ in left(rounds)) == len(events)


def test_events_of_before_1970_have_their_buckets(tmp_path: Path) -> None:
    times = [-1.0, -86_401.0, 0.0, 299.0, 300.0, 86_399.0, 1.7e9]
    tallies = [
        Tally.of(KEY, event(n, seconds=seconds - NOON.timestamp()))
        for n, seconds in enumerate(times)
    ]
    path = tmp_path / "state.db"
    with SqliteStore(path) as store:
        store.commit(*(Counted(Partial({KEY: tally})) for tally in tallies), actor="x")
        expected = store.issue(KEY).buckets
    assert expected == {
        bucket: sum(1 for seconds in times if seconds // 300 * 300 == bucket)
        for bucket in {bucket_of(order_of(t.samples[0])) for t in tallies} - {None}
        if bucket is not None
    }


def test_few_samples_of_what_is_not_seen_any_more(store: SqliteStore) -> None:
    for number in range(8):
        store.commit(at(30 * 24 * 60 - number), actor="x")
        store.commit(at(number, key=OTHER), actor="x")
    before = store.issue(KEY).samples
    store.commit(forgotten(NOON), actor="housekeeping")
    assert store.issue(KEY).samples == (before[0], before[-1])
    assert len(store.issue(OTHER).samples) == len(before) == 5
    store.commit(at(5), actor="x")
    assert store.issue(KEY).count == 9


def test_a_bucket_takes_little_room(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with SqliteStore(path) as store:
        store.commit(at(*range(0, 24 * 60, 5)), actor="x")
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sum(length(counts)) FROM buckets").fetchone()
    assert rows[0] < 288 * 6
