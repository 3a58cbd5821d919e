"""Pull requests: what we propose, and what a forge knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from errwatch.model.fix import Evidence, Fix
from errwatch.model.issue import Issue

ADDRESS = "errwatch@noreply.invalid"
"""Under which errwatch commits."""

LABEL = "auto-fix"
"""That every pull request of ours has, and the first part of the name of its branch."""

HOLD = "hold"
"""The label that says: leave it as it is."""

NEEDS_HUMAN = "needs-human"
"""The label that says: errwatch goes no further by itself."""

HANDS_OFF = "Somebody else committed to this branch: errwatch leaves it to you from here on."

MARK = "<!-- errwatch"
"""How the hidden line begins that tells whose a body or a comment is."""


def marker(key: str) -> str:
    """A line that no reader sees, found again word by word: an HTML comment, which a `-->` would
    end."""
    kept = "".join(sign for sign in key if sign.isalnum() or sign in ":/.-")
    return f"{MARK} {kept.replace('--', '').strip('-')} -->"


def branch_of(issue: Issue) -> str:
    """The name of the branch that a fix of it is on: as long as it is what it is, the same."""
    return f"{LABEL}/{category_of(issue)}/{issue.id}"


def category_of(issue: Issue) -> str:
    return issue.classification.category if issue.classification else "unclassified"


@dataclass(frozen=True, slots=True)
class PullRequestText:
    title: str
    body: str
    """Begins with the issue's marker."""


class Draft(Enum):
    """What is opened as a draft."""

    UNTIL_GREEN = "until-green"
    """Everything; it is made ready once it is proven, and its checks are green."""
    UNPROVEN = "unproven"
    """What no reproduction proved."""
    ALWAYS = "always"
    """Everything, and people make it ready."""


class PullRequestState(Enum):
    OPEN = "open"
    MERGED = "merged"
    """By a merge, a squash or a rebase."""
    CLOSED = "closed"
    """Without being merged."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """As a forge has it."""

    number: int
    url: str
    state: PullRequestState
    draft: bool
    title: str
    body: str
    author: str
    branch: str
    head: str
    """The commit that the branch stood at, as the forge last saw it."""
    base: str
    """The branch that it is for."""
    labels: tuple[str, ...]
    created_at: datetime
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merge_commit: str | None = None
    """The commit of the base branch that holds the change, once it is merged."""
    conflicted: bool | None = None
    """Whether it cannot be merged as it is; None while the forge has not found out."""

    @property
    def open(self) -> bool:
        return self.state is PullRequestState.OPEN


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request to open: `branch` is there already."""

    issue: str
    """The issue's fingerprint."""
    branch: str
    commit: str
    """That the branch stands at."""
    base: str
    text: PullRequestText
    draft: bool
    labels: tuple[str, ...] = ()
    diff: str = ""

    @property
    def marker(self) -> str:
        return marker(self.issue)


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Whom to ask: names of accounts, and names of teams of the repository's owner."""

    people: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.teams)


class CheckState(Enum):
    PENDING = "pending"
    GREEN = "green"
    RED = "red"


@dataclass(frozen=True, slots=True)
class ForgeCheck:
    """What one check of CI says of a commit."""

    name: str
    state: CheckState
    detail: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """What CI says of one commit, and of no other."""

    commit: str
    each: tuple[ForgeCheck, ...] = ()

    @property
    def state(self) -> CheckState | None:
        """Red where one is, pending while one is; None where nothing checks."""
        states = [check.state for check in self.each]
        ranked = (CheckState.RED, CheckState.PENDING, CheckState.GREEN)
        return next((state for state in ranked if state in states), None)


@dataclass(frozen=True, slots=True)
class Comment:
    number: int
    author: str
    body: str
    at: datetime
    by_us: bool = False


@dataclass(frozen=True, slots=True)
class BranchTip:
    """What a branch ends in."""

    commit: str
    issue: str | None = None
    """The fingerprint of the issue that the commit is for, where it is by us alone."""
    evidence: Evidence | None = None
    """Likewise."""


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit of a pull request; people are told by their addresses."""

    commit: str
    message: str
    author: str
    committer: str

    @property
    def by_us(self) -> bool:
        """Whoever amends or rebases a commit of ours becomes its committer."""
        return self.author == self.committer == ADDRESS


@dataclass(frozen=True, slots=True)
class ForgeIssue:
    """An issue of the forge's own tracker."""

    number: int
    title: str
    url: str
    body: str = ""


class Stage(Enum):
    """How far a pull request has come; nothing follows on the last five."""

    PROPOSED = "proposed"
    HANDED_OVER = "handed over"
    """Open, and people's own: somebody committed to its branch."""
    VERIFYING = "verifying"
    """Merged; whether the error comes back is watched."""
    VERIFIED = "verified"
    """The quiet window passed without it, while its source had traffic."""
    REGRESSED = "regressed"
    """It came back."""
    REVERTED = "reverted"
    """The change was taken back."""
    CLOSED = "closed"
    """Without being merged."""

    @property
    def ended(self) -> bool:
        return self in (Stage.VERIFIED, Stage.REGRESSED, Stage.REVERTED, Stage.CLOSED)


def did_not_stand(fix: Fix) -> bool:
    """Whether people or the error itself spoke against a change: it is not proposed again."""
    return fix.outcome in {one.value for one in (Stage.REGRESSED, Stage.REVERTED, Stage.CLOSED)}


@dataclass(frozen=True, slots=True)
class Tracked:
    """A pull request of ours, as the state remembers it."""

    forge: str
    """Where it is: `github.com/owner/name`, or the folder of a local forge."""
    number: int
    url: str
    issue: str
    """The issue's fingerprint."""
    fix: str
    """The id of the fix that it holds: `FX-1`."""
    branch: str
    commit: str
    """That we last pushed: what is there beyond it is somebody else's."""
    base: str
    evidence: Evidence
    state: PullRequestState
    draft: bool
    opened_at: datetime
    updated_at: datetime
    files: tuple[str, ...] = ()
    reviewers: Reviewers = Reviewers()
    """Whom to ask once it is ready."""
    stage: Stage = Stage.PROPOSED
    merged_at: datetime | None = None
    merge_commit: str | None = None
    quiet_until: datetime | None = None
    """The end of the quiet window, once it is merged."""
    revert: str | None = None
    """The address of a pull request that takes the change back, once one was offered."""


def followed(tracked: Tracked) -> bool:
    """Whether something may still become of it."""
    waits = tracked.stage is Stage.REGRESSED and tracked.revert is not None
    return waits or not tracked.stage.ended


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why no pull request was opened or changed."""

    reason: str


def latest(found: Sequence[PullRequest]) -> PullRequest | None:
    """The open one, else the last one that was opened."""
    ranked = sorted(found, key=lambda one: (one.open, one.number), reverse=True)
    return ranked[0] if ranked else None
