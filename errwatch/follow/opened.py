"""What is to be done about a pull request that is open, by what its forge says of it now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from errwatch.model.fix import Evidence
from errwatch.model.issue import Status
from errwatch.model.pull_request import (
    HANDS_OFF,
    HOLD,
    BranchCommit,
    Checks,
    CheckState,
    Draft,
    PullRequest,
    Stage,
    Tracked,
)

PATIENCE = timedelta(minutes=10)
"""After which a commit that nothing checks is taken for one that nothing will check."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`now` is when it was looked at."""

    pull: PullRequest
    checks: Checks
    commits: tuple[BranchCommit, ...]
    status: Status
    """The issue's."""
    now: datetime


@dataclass(frozen=True, slots=True)
class MakeReady:
    why: str


@dataclass(frozen=True, slots=True)
class Say:
    """A comment that is made once."""

    key: str
    body: str


@dataclass(frozen=True, slots=True)
class CallPerson:
    """The label for it, and somebody who is asked."""


@dataclass(frozen=True, slots=True)
class Close:
    pass


@dataclass(frozen=True, slots=True)
class MakeAnew:
    """The change, on the base as it is now."""

    why: str


@dataclass(frozen=True, slots=True)
class Enter:
    stage: Stage


Step = MakeReady | Say | CallPerson | Close | MakeAnew | Enter


def steps(tracked: Tracked, seen: Seen, draft: Draft) -> Iterator[Step]:
    """Nothing for one that is held, or that people have taken over."""
    if HOLD in seen.pull.labels or tracked.stage is Stage.HANDED_OVER:
        return
    if seen.commits and not all(commit.by_us for commit in seen.commits):
        yield Say("hands-off", HANDS_OFF)
        yield Enter(Stage.HANDED_OVER)
    elif why := _obsolete(seen):
        yield Say("obsolete", f"Closed by errwatch: {why}.")
        yield Close()
        yield Enter(Stage.CLOSED)
    elif seen.checks.state is CheckState.RED:
        yield from _red(seen)
    elif seen.pull.conflicted:
        yield MakeAnew(f"{seen.pull.url} conflicts with what was merged since")
    elif seen.pull.draft and draft is Draft.UNTIL_GREEN and (why := _ready(tracked, seen)):
        yield MakeReady(why)


def _obsolete(seen: Seen) -> str | None:
    if seen.status is Status.RESOLVED:
        return "the issue was resolved"
    return "the issue is ignored" if seen.status is Status.IGNORED else None


def _red(seen: Seen) -> Iterator[Step]:
    """Once for each head: whoever pushes again is told again."""
    red = [check.name for check in seen.checks.each if check.state is CheckState.RED]
    named = ", ".join(f"`{_plain(name)}`" for name in red[:5])
    yield Say(f"red:{seen.checks.commit[:12]}", f"Red on {seen.checks.commit[:12]}: {named}.")
    yield CallPerson()


def _plain(name: str) -> str:
    return "".join(sign for sign in name if sign.isalnum() or sign in " ._/-()")[:80]


def _ready(tracked: Tracked, seen: Seen) -> str | None:
    """Why it can be reviewed: it is proven, and the checks of the very commit are green."""
    if tracked.evidence not in (Evidence.E2, Evidence.E3):
        return None
    if seen.checks.commit != seen.pull.head:
        return None
    if seen.checks.state is CheckState.GREEN:
        return "its checks are green"
    waited = seen.now - tracked.updated_at >= PATIENCE
    return "nothing checks it" if seen.checks.state is None and waited else None
