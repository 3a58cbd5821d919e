from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from errwatch.follow.opened import (
    CallPerson,
    Close,
    Enter,
    MakeAnew,
    MakeReady,
    Say,
    Seen,
    Step,
    steps,
)
from errwatch.model.fix import Evidence
from errwatch.model.issue import Status
from errwatch.model.pull_request import (
    ADDRESS,
    BranchCommit,
    Checks,
    CheckState,
    Draft,
    ForgeCheck,
    PullRequest,
    PullRequestState,
    Stage,
    Tracked,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEAD = "a" * 40
OURS = BranchCommit(HEAD, "Fix", ADDRESS, ADDRESS)
PULL = PullRequest(
    1, "https://x/1", PullRequestState.OPEN, True, "t", "b", "bot", "auto-fix/x/EW-1", HEAD,
    "main", ("auto-fix",), NOON,
)  # fmt: skip
TRACKED = Tracked(
    "x", 1, "https://x/1", "v1:1", "FX-1", "auto-fix/x/EW-1", HEAD, "main", Evidence.E2,
    PullRequestState.OPEN, True, NOON, NOON,
)  # fmt: skip


def checks(*states: CheckState, commit: str = HEAD) -> Checks:
    return Checks(commit, tuple(ForgeCheck(f"ci/{n}", one) for n, one in enumerate(states)))


SEEN = Seen(PULL, checks(CheckState.GREEN), (OURS,), Status.ONGOING, NOON)


def done(seen: Seen, tracked: Tracked = TRACKED, draft: Draft = Draft.UNTIL_GREEN) -> list[Step]:
    return list(steps(tracked, seen, draft))


def test_proven_and_green_is_ready() -> None:
    assert done(SEEN) == [MakeReady("its checks are green")]


NOT_READY = {
    "it is no draft": (replace(SEEN, pull=replace(PULL, draft=False)), TRACKED),
    "a check runs": (replace(SEEN, checks=checks(CheckState.GREEN, CheckState.PENDING)), TRACKED),
    "the checks are of another commit": (
        replace(SEEN, checks=checks(CheckState.GREEN, commit="b" * 40)),
        TRACKED,
    ),
    "it is not proven": (SEEN, replace(TRACKED, evidence=Evidence.E1)),
    "nothing checks it yet": (replace(SEEN, checks=checks()), TRACKED),
    "it is held": (replace(SEEN, pull=replace(PULL, labels=("hold",))), TRACKED),
    "people have taken it over": (SEEN, replace(TRACKED, stage=Stage.HANDED_OVER)),
}


@pytest.mark.parametrize("case", NOT_READY)
def test_is_not_ready_where(case: str) -> None:
    assert not done(*NOT_READY[case])


def test_nothing_that_checks_is_waited_for_in_vain() -> None:
    seen = replace(SEEN, checks=checks(), now=NOON + timedelta(minutes=11))
    assert done(seen) == [MakeReady("nothing checks it")]
    assert not done(SEEN, draft=Draft.ALWAYS)


def test_red_is_said_once_a_head_and_a_person_is_called() -> None:
    red = ForgeCheck("x](http://evil) @all `", CheckState.RED)
    said, called = done(replace(SEEN, checks=Checks(HEAD, (red,))))
    assert said == Say(f"red:{HEAD[:12]}", f"Red on {HEAD[:12]}: `x(http//evil) all `.")
    assert called == CallPerson()


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.IGNORED])
def test_what_nobody_needs_any_more_is_closed(status: Status) -> None:
    said, *rest = done(replace(SEEN, status=status))
    assert isinstance(said, Say)
    assert rest == [Close(), Enter(Stage.CLOSED)]


def test_a_persons_commit_means_hands_off() -> None:
    theirs = replace(OURS, committer="ada@example.invalid")
    said, entered = done(replace(SEEN, commits=(OURS, theirs), status=Status.RESOLVED))
    assert isinstance(said, Say)
    assert entered == Enter(Stage.HANDED_OVER)


def test_a_conflict_takes_a_new_change() -> None:
    [anew] = done(replace(SEEN, pull=replace(PULL, conflicted=True)))
    assert isinstance(anew, MakeAnew)
