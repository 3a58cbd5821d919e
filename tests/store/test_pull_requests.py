from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from errwatch.model.change import Counted, Merged, Proposed
from errwatch.model.fix import Evidence
from errwatch.model.pull_request import PullRequestState, Reviewers, Tracked
from errwatch.store.sqlite import SqliteStore
from tests.store.values import KEY, NOON, OTHER, partial

ONE = Tracked(
    forge="github.com/acme/shop",
    number=7,
    url="https://github.com/acme/shop/pull/7",
    issue=KEY,
    fix="FX-1",
    branch="auto-fix/internal_error/EW-1a2b3c4d",
    commit="c" * 40,
    base="main",
    evidence=Evidence.E2,
    state=PullRequestState.OPEN,
    draft=True,
    opened_at=NOON,
    updated_at=NOON,
    files=("plans.py",),
    reviewers=Reviewers(("ada",), ("payments",)),
)


def test_a_pull_request_is_kept_as_it_last_was(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with SqliteStore(path) as store:
        store.commit(Counted(partial(0)), actor="scan")
        store.commit(Proposed(ONE), actor="fix")
        merged = replace(ONE, state=PullRequestState.MERGED, draft=False)
        store.commit(Proposed(merged), Proposed(replace(ONE, number=8)), actor="sync")
    with SqliteStore(path, read_only=True) as store:
        assert store.pull_requests() == [replace(ONE, number=8), merged]
        assert store.pull_requests(OTHER) == []
        assert [row.action for row in store.audit()].count("pull request") == 3


def test_numbers_of_two_forges_are_not_the_same(tmp_path: Path) -> None:
    other = replace(ONE, forge="github.com/acme/other")
    with SqliteStore(tmp_path / "state.db") as store:
        store.commit(Proposed(ONE), Proposed(other), actor="fix")
        assert len(store.pull_requests(KEY)) == 2


def test_it_follows_its_issue_when_that_is_merged(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "state.db") as store:
        store.commit(Counted(partial(0, key=OTHER)), actor="scan")
        store.commit(Counted(partial(20)), actor="scan")
        store.commit(Proposed(ONE), actor="fix")
        store.commit(Merged(OTHER, KEY, by_hand=True), actor="merge")
        assert [one.number for one in store.pull_requests(OTHER)] == [7]
