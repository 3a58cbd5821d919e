"""Issues that are silent for long leave the state, but for those that somebody touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errwatch.model.change import (
    Change,
    Classified,
    Counted,
    Fixed,
    Forgotten,
    Merged,
    Split,
    StatusSet,
)
from errwatch.model.classification import BY_USER
from errwatch.model.issue import Status
from errwatch.model.partial import Partial, Tally
from errwatch.store.archive import AT_ONCE
from errwatch.store.sqlite import SqliteStore
from tests.store.values import CLASSIFICATION, FIX, KEY, OTHER, event, partial

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "state.db") as store:
        yield store


def keep_house(store: SqliteStore, *, days: int, resolved: int = 180, issues: int = 365) -> None:
    """As many days from now."""
    now = datetime.now(UTC) + days * DAY
    forgotten = Forgotten(
        now,
        heard_before=0,
        fine_before=0,
        hourly_before=0,
        daily_before=0,
        told_before=now,
        seen_before=now - 90 * DAY,
        resolved_before=now - resolved * DAY,
        issues_before=now - issues * DAY,
        unseen_since=now,
    )
    store.commit(forgotten, actor="housekeeping")


def left(store: SqliteStore) -> set[str]:
    return {issue.fingerprint for issue in store.issues()}


def rows(store: SqliteStore) -> int:
    """Of all tables that hold something of an issue."""
    with closing(sqlite3.connect(store._database.path)) as connection:
        (count,) = connection.execute(
            """SELECT (SELECT count(*) FROM issues) + (SELECT count(*) FROM samples)
                + (SELECT count(*) FROM buckets) + (SELECT count(*) FROM templates)
                + (SELECT count(*) FROM classifications) + (SELECT count(*) FROM analyses)"""
        ).fetchone()
    return int(count)


def test_a_silent_issue_leaves_with_all_its_rows_and_the_trail_says_so(store: SqliteStore) -> None:
    store.commit(Counted(partial(1, 2)), Classified(KEY, CLASSIFICATION), actor="scan")
    keep_house(store, days=364)
    assert left(store) == {KEY}
    keep_house(store, days=367)
    assert left(store) == set()
    assert rows(store) == 0
    (*_, last) = store.audit()
    assert (last.action, last.subject) == ("archived", KEY)
    assert '"count": 2' in last.detail


def test_what_comes_back_is_new(store: SqliteStore) -> None:
    store.commit(Counted(partial(1)), actor="scan")
    keep_house(store, days=367)
    store.commit(Counted(partial(2)), actor="scan")
    (issue,) = store.issues()
    assert (issue.status, issue.count) == (Status.NEW, 1)


def test_a_resolved_one_leaves_sooner(store: SqliteStore) -> None:
    store.commit(Counted(partial(1)), Counted(partial(1, key=OTHER)), actor="scan")
    store.commit(StatusSet(KEY, Status.RESOLVED), actor="issues")
    keep_house(store, days=182)
    assert left(store) == {OTHER}


def test_what_was_found_lately_in_an_old_log_stays(store: SqliteStore) -> None:
    """Its events are of long ago."""
    store.commit(Counted(partial(1)), actor="scan")
    keep_house(store, days=0, issues=30)
    assert left(store) == {KEY}


@pytest.mark.parametrize(
    "touches",
    [
        [StatusSet(KEY, Status.IGNORED)],
        [Classified(KEY, replace(CLASSIFICATION, rule=BY_USER))],
        [Fixed(FIX)],
        [Merged(OTHER, KEY, by_hand=True)],
        [Merged(OTHER, KEY, by_hand=True), Split(OTHER)],
    ],
    ids=["ignored", "category", "fixed", "merged", "split"],
)
def test_what_a_person_or_a_fix_touched_stays(
    store: SqliteStore, touches: Sequence[Change]
) -> None:
    store.commit(Counted(partial(1)), Counted(partial(1, key=OTHER)), actor="scan")
    store.commit(*touches, actor="issues")
    keep_house(store, days=1000)
    assert KEY in left(store)


def test_a_storm_leaves_a_part_at_a_time(store: SqliteStore) -> None:
    names = [f"v1:{number:032x}" for number in range(AT_ONCE + 10)]
    tallies = {name: Tally.of(name, event(1)) for name in names}
    store.commit(Counted(Partial(tallies)), actor="scan")
    keep_house(store, days=1000)
    assert len(left(store)) == 10
    keep_house(store, days=1000)
    assert rows(store) == 0
    assert store.issues() == []
