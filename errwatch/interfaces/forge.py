"""The seams of what is proposed: where a repository is kept, and where it is talked about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from errwatch.model.pull_request import (
    BranchCommit,
    BranchTip,
    Checks,
    Comment,
    ForgeIssue,
    Proposal,
    PullRequest,
    PullRequestText,
    Reviewers,
)


class Upstream(Protocol):
    """The repository that pull requests are for, as git reaches it. Nothing here touches the user's
    checkout, index, branches or config; objects come and go."""

    def fetch(self, branch: str) -> BranchTip | None:
        """What the branch ends in there, brought here; None where there is no such branch. Raises
        GitError, PushRefused."""

    def push(self, branch: str, commit: str, expected: str | None) -> None:
        """Make the branch stand at `commit`, where it stands at `expected` (None: nowhere).

        Done where it stands at `commit` already. Raises GitError, PushRefused; BranchMoved where it
        stands elsewhere.
        """


class Forge(Protocol):
    """The pull requests of one repository. Every method raises ForgeError in one clear line; what
    could not be looked up is never taken for not being there."""

    @property
    def name(self) -> str:
        """`github.com/owner/name`; what the state tells forges apart by."""

    @property
    def web(self) -> str | None:
        """The address of the repository for people; None where there is none."""

    def default_branch(self) -> str: ...

    def find(self, marker: str, branch: str) -> list[PullRequest]:
        """Those of ours that are on this branch or whose body holds this marker, in every state,
        the latest first."""

    def pull_request(self, number: int) -> PullRequest: ...

    def open(self, proposal: Proposal) -> PullRequest:
        """Open it, or give the open one that is there; never two, whatever breaks on the way."""

    def rewrite(self, number: int, text: PullRequestText) -> None: ...

    def set_draft(self, number: int, draft: bool) -> None: ...

    def label(
        self, number: int, add: Collection[str], remove: Collection[str] = frozenset()
    ) -> None: ...

    def request_review(self, number: int, reviewers: Reviewers) -> list[str]:
        """Whom it could not ask, and why."""

    def assign(self, number: int, people: Collection[str]) -> None: ...

    def comment(self, number: int, key: str, body: str) -> None:
        """Say it once: a comment with this key that is there already is left as it is."""

    def comments(self, number: int) -> list[Comment]:
        """The oldest first."""

    def commits(self, number: int) -> list[BranchCommit]:
        """The oldest first."""

    def checks(self, commit: str) -> Checks: ...

    def close(self, number: int) -> None:
        """Done where it is closed already."""

    def delete_branch(self, branch: str) -> None:
        """Done where there is no such branch."""

    def account_of(self, commit: str) -> str | None:
        """The account that wrote a commit, where the forge knows one."""

    def issues(self, words: str) -> list[ForgeIssue]:
        """Open issues of the tracker whose title or text holds these words."""
