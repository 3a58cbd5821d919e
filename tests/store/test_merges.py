"""Issues that turn out to be one: in any order, twice, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.interfaces import Store
from errwatch.model.change import Classified, Counted, Fixed, Merged, StatusSet
from errwatch.model.issue import Status
from errwatch.model.partial import MAX_TEMPLATES, Named, Partial
from errwatch.store.sqlite import SqliteStore
from tests.store.values import CLASSIFICATION, FIX, KEY, OTHER, event, partial

THIRD = "v1:00000000aa00000000aa00000000aa00"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "state.db") as store:
        yield store


def test_the_issue_that_was_stored_first_keeps_its_id(store: Store) -> None:
    store.commit(Counted(partial(300, key=OTHER)), actor="scan")
    store.commit(Counted(partial(0, 600)), actor="scan")
    store.commit(Merged(KEY, OTHER), actor="scan")
    store.commit(Merged(OTHER, KEY), actor="scan")
    (issue,) = store.issues()
    assert (issue.fingerprint, issue.count, sum(issue.buckets.values())) == (OTHER, 3, 3)
    assert [sample.start for sample in issue.samples] == [0, 300, 600]
    assert store.issue("EW-1a2b3c4d") == store.issue(KEY) == store.issue(OTHER) == issue
    assert [row.action for row in store.audit()] == ["found", "found", "merged"]


def test_later_events_of_both_are_counted_into_it(store: Store) -> None:
    store.commit(Merged(KEY, THIRD), Counted(partial(1)), actor="watch")
    store.commit(Counted(partial(2, key=THIRD)), actor="watch")
    (issue,) = store.issues()
    assert (issue.fingerprint, issue.count, issue.status) == (THIRD, 2, Status.ONGOING)
    assert store.grouping().issues == {THIRD: THIRD, KEY: THIRD}


def test_issues_and_grouping_of_some_fingerprints(store: Store) -> None:
    store.commit(Counted(partial(1)), Counted(partial(2, key=OTHER)), actor="watch")
    store.commit(Counted(partial(3, key="v1:dd")), actor="watch")
    store.commit(Merged(KEY, THIRD), actor="watch")
    found = store.issues_of([KEY, THIRD, OTHER, "v1:none"])
    assert {name: issue.fingerprint for name, issue in found.items()} == {
        KEY: KEY,
        THIRD: KEY,
        OTHER: OTHER,
    }
    assert store.grouping([OTHER, "v1:none"]).issues == {THIRD: KEY, OTHER: OTHER}
    templated = Partial.of([Named("v1:dd", event(4), "a b c")])
    store.commit(Counted(templated), actor="watch")
    assert store.grouping([]).issues == {THIRD: KEY, "v1:dd": "v1:dd"}
    assert store.grouping().issues == {n: n for n in (KEY, OTHER, "v1:dd")} | {THIRD: KEY}


def test_verdicts_and_fixes_go_with_it(store: Store) -> None:
    store.commit(Counted(partial(1, key=OTHER)), actor="scan")
    store.commit(Counted(partial(2)), actor="scan")
    store.commit(Classified(KEY, CLASSIFICATION), Fixed(FIX), actor="fix")
    store.commit(Merged(KEY, OTHER), actor="scan")
    assert store.issue(OTHER).classification == CLASSIFICATION
    assert [fix.issue for fix in store.fixes(OTHER)] == [OTHER]
    store.commit(Classified(KEY, CLASSIFICATION), StatusSet(KEY, Status.IGNORED), actor="user")
    assert store.issue(OTHER).status is Status.IGNORED


@settings(max_examples=25, deadline=None)
@given(
    pairs=st.lists(st.tuples(*[st.sampled_from([KEY, OTHER, THIRD, "v1:dd"])] * 2), max_size=5),
    when=st.integers(0, 5),
)
def test_any_order_gives_the_same_issues(pairs: list[tuple[str, str]], when: int) -> None:
    def counts(order: list[tuple[str, str]], counted: int) -> list[int]:
        with SqliteStore(Path("never-made"), read_only=True) as store:
            store._database.connection.execute("PRAGMA query_only = OFF")
            for place, pair in enumerate(order):
                if place == counted:
                    store.commit(Counted(whole), actor="scan")
                store.commit(Merged(*pair), actor="scan")
            if counted >= len(order):
                store.commit(Counted(whole), actor="scan")
            return sorted(issue.count for issue in store.issues())

    events = zip([KEY, OTHER, THIRD, "v1:dd"], (1, 2, 4, 8), strict=True)
    whole = Partial.of((key, event(n)) for key, size in events for n in range(size))
    assert counts(pairs, when) == counts(pairs[::-1], 0)


def test_the_templates_of_the_smallest_fingerprints_are_kept(store: Store) -> None:
    names = [f"v1:{number:032x}" for number in range(MAX_TEMPLATES + 9)]
    found = Partial.of(Named(name, event(n), "a b c") for n, name in enumerate(names))
    store.commit(Counted(found), actor="scan")
    assert sorted(store.grouping().templates) == names[:MAX_TEMPLATES]
