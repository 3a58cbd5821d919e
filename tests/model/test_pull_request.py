from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.pull_request import (
    ADDRESS,
    BranchCommit,
    Checks,
    CheckState,
    ForgeCheck,
    PullRequest,
    PullRequestState,
    latest,
    marker,
)

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@given(st.text(alphabet=st.sampled_from("abv1:/.-<>! \n"), max_size=30))
def test_a_marker_is_one_comment_on_one_line(key: str) -> None:
    line = marker(key)
    assert (line.count("<!--"), line.count("-->"), line.count("\n")) == (1, 1, 0)
    assert line.startswith("<!--")
    assert line.endswith("-->")
    assert "--" not in line[4:-3]


def test_different_fingerprints_have_different_markers() -> None:
    assert marker("v1:aa") != marker("v1:ab")
    assert marker("v1:aa") not in marker("v1:aab")


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([], None),
        ([CheckState.GREEN], CheckState.GREEN),
        ([CheckState.GREEN, CheckState.PENDING], CheckState.PENDING),
        ([CheckState.PENDING, CheckState.RED, CheckState.GREEN], CheckState.RED),
    ],
)
def test_checks_are_as_good_as_the_worst(
    states: list[CheckState], whole: CheckState | None
) -> None:
    assert Checks("c", tuple(ForgeCheck("ci", one) for one in states)).state is whole


def test_a_commit_is_ours_until_somebody_amends_it() -> None:
    assert BranchCommit("c", "m", ADDRESS, ADDRESS).by_us
    assert not BranchCommit("c", "m", ADDRESS, "ada@example.invalid").by_us


def pull(number: int, state: PullRequestState) -> PullRequest:
    return PullRequest(
        number, "u", state, False, "t", "b", "bot", "x", "c" * 40, "main", (), created_at=NOW
    )


def test_the_open_one_comes_before_a_later_closed_one() -> None:
    one, two = pull(1, PullRequestState.OPEN), pull(2, PullRequestState.CLOSED)
    assert latest([two, one]) == one
    assert latest([two, pull(3, PullRequestState.MERGED)]) == pull(3, PullRequestState.MERGED)
    assert latest([]) is None
