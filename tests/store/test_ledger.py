"""What a report is added up from is what the state holds of each issue."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.model.change import (
    Change,
    Classified,
    Counted,
    Fixed,
    Forgotten,
    Merged,
    Proposed,
    StatusSet,
)
from errwatch.model.classification import BY_USER
from errwatch.model.conversation import Transcript
from errwatch.model.event import ExceptionInfo, Frame
from errwatch.model.fix import Evidence
from errwatch.model.issue import Status
from errwatch.model.levels import Severity
from errwatch.model.packed import DAY
from errwatch.model.partial import Partial
from errwatch.model.period import Period
from errwatch.model.pull_request import PullRequestState, Tracked
from errwatch.store.sqlite import SqliteStore
from tests.store.values import CLASSIFICATION, FIX, KEY, NOON, OTHER, event, partial

EVERYTHING = Period(None, None, NOON + timedelta(days=1))
KEYS = (KEY, OTHER, "v1:0000000000000000000000000000000a")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "state.db") as store:
        yield store


def test_a_line_says_what_the_issue_is(store: SqliteStore) -> None:
    one = replace(
        event(source="/logs/api.log"),
        language="python",
        exceptions=(ExceptionInfo("KeyError", "no plan"),),
        culprit=Frame("plans.py", 41, "price_of"),
    )
    other = replace(event(5), source="/logs/web.log")
    store.commit(
        Counted(Partial.of([(KEY, one), (KEY, other)])),
        Classified(KEY, replace(CLASSIFICATION, fixable=True)),
        actor="scan",
    )
    (line,) = store.ledger(EVERYTHING, all_sources=True).lines
    issue = store.issue(KEY)
    assert (line.id, line.fingerprint, line.count) == (issue.id, KEY, 2)
    assert (line.first_seen, line.last_seen) == (issue.first_seen, issue.last_seen)
    assert (line.category, line.severity, line.fixable) == ("internal_error", Severity.HIGH, True)
    assert (line.title, line.language) == (issue.title, "python") == ("KeyError: no plan", "python")
    assert line.place == "plans.py price_of"
    assert line.sources == ("/logs/api.log", "/logs/web.log")
    (line,) = store.ledger(EVERYTHING, all_sources=False).lines
    assert line.sources == ("/logs/api.log",)


def test_what_nobody_classified_has_no_category(store: SqliteStore) -> None:
    store.commit(Counted(partial(1)), actor="scan")
    (line,) = store.ledger(EVERYTHING, all_sources=False).lines
    assert (line.category, line.severity, line.fixable, line.language) == (None, None, False, None)


def test_merged_issues_are_one_line(store: SqliteStore) -> None:
    by_user = replace(CLASSIFICATION, category="cache_error", rule=BY_USER)
    store.commit(Counted(partial(10, 20)), Classified(KEY, CLASSIFICATION), actor="scan")
    store.commit(Counted(partial(5, 400, key=OTHER)), Classified(OTHER, by_user), actor="scan")
    store.commit(Fixed(replace(FIX, issue=OTHER)), StatusSet(OTHER, Status.RESOLVED), actor="fix")
    store.commit(Merged(KEY, OTHER, by_hand=True), actor="issues")
    ledger = store.ledger(EVERYTHING, all_sources=True)
    (line,), issue = ledger.lines, store.issue(KEY)
    assert (line.count, line.status) == (4, issue.status)
    assert (line.first_seen, line.last_seen) == (issue.first_seen, issue.last_seen)
    assert line.category == issue.classification.category == "cache_error"  # type: ignore[union-attr]
    assert ledger.daily == {KEY: {int(NOON.timestamp()) // DAY: 4}}
    assert {day.fingerprint for day in ledger.fine} == {KEY}
    assert {one.issue for one in ledger.tries} == {one.issue for one in ledger.moves} == {KEY}


def test_fixes_and_moves_come_with_what_is_counted_of_them(store: SqliteStore) -> None:
    asked = (Transcript("haiku", "", (), 0.25), Transcript("haiku", "", (), 0.5))
    store.commit(Counted(partial(1)), actor="scan")
    (fix,) = store.commit(Fixed(replace(FIX, cost_usd=0.75, transcripts=asked)), actor="fix")
    store.commit(StatusSet(KEY, Status.RESOLVED), actor="issues")
    store.commit(Counted(partial(500)), actor="scan")
    store.commit(Proposed(tracked(fix.id)), actor="fix")
    ledger = store.ledger(EVERYTHING, all_sources=False)
    (one,) = ledger.tries
    assert (one.id, one.issue, one.status, one.created_at) == (fix.id, KEY, FIX.status, NOON)
    assert (one.engine, one.engines, one.cost_usd) == ("recipes", ("recipes",), 0.75)
    assert one.spent == {"haiku": 0.75}
    assert (one.pull_request, one.merged) == ("https://x.invalid/7", True)
    assert [move.to for move in ledger.moves] == [Status.RESOLVED, Status.REGRESSED]


def tracked(fix: str) -> Tracked:
    return Tracked(
        "local", 7, "https://x.invalid/7", KEY, fix, "auto-fix/x", "c0ffee", "main", Evidence.E2,
        PullRequestState.MERGED, draft=False, opened_at=NOON, updated_at=NOON,
    )  # fmt: skip


times = st.integers(-20 * DAY, 20 * DAY)
occurrences = st.lists(st.tuples(st.sampled_from(KEYS), times), min_size=1, max_size=20)


def changes(found: list[tuple[str, int]]) -> Iterator[Change]:
    """Each in a commit of its own, so that days are added to."""
    for key, seconds in found:
        yield Counted(partial(seconds, key=key))


@given(found=occurrences, keep=st.none() | st.integers(1, 10))
@settings(max_examples=40)
def test_days_add_up_whatever_was_made_coarser(
    found: list[tuple[str, int]], keep: int | None
) -> None:
    with tempfile.TemporaryDirectory() as folder, SqliteStore(Path(folder) / "s.db") as store:
        for change in changes(found):
            store.commit(change, actor="scan")
        if keep is not None:
            store.commit(forgotten(keep), actor="watch")
        daily = store.ledger(EVERYTHING, all_sources=False).daily
    expected = Counter(
        (key, int((NOON + timedelta(seconds=seconds)).timestamp()) // DAY) for key, seconds in found
    )
    assert {(key, day): n for key, days in daily.items() for day, n in days.items()} == expected


def forgotten(days: int) -> Forgotten:
    fine = int((NOON - timedelta(days=days)).timestamp())
    return Forgotten(
        NOON,
        heard_before=0,
        fine_before=fine,
        hourly_before=fine - days * DAY,
        daily_before=fine - 400 * DAY,
        told_before=NOON,
        seen_before=NOON - timedelta(days=400),
        resolved_before=NOON - timedelta(days=400),
        issues_before=NOON - timedelta(days=400),
        unseen_since=NOON,
    )


def test_the_days_by_the_bucket_are_those_of_the_edges(store: SqliteStore) -> None:
    store.commit(Counted(partial(*(day * DAY for day in range(-20, 1)))), actor="scan")
    period = Period(NOON - timedelta(days=3), None, NOON + timedelta(hours=1))
    fine = store.ledger(period, all_sources=False).fine
    today = int(NOON.timestamp()) // DAY
    assert sorted(one.day - today for one in fine) == [-6, -3, -1, 0]
    empty = Period(datetime(1, 1, 1, tzinfo=UTC), None, NOON)
    assert store.ledger(empty, all_sources=False).lines
