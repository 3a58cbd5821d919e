"""Says what would be done, and does nothing: what is read comes from a forge that is there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from errwatch.interfaces import Forge, Upstream
from errwatch.model.pull_request import (
    BranchCommit,
    BranchTip,
    Checks,
    Comment,
    ForgeIssue,
    Proposal,
    PullRequest,
    PullRequestState,
    PullRequestText,
    Reviewers,
)

UNOPENED = 0
"""The number of a pull request that was not opened."""


@dataclass(frozen=True, slots=True)
class DryRunUpstream:
    """Implements `interfaces.Upstream`."""

    inner: Upstream
    tell: Callable[[str], None]

    def fetch(self, branch: str) -> BranchTip | None:
        return self.inner.fetch(branch)

    def push(self, branch: str, commit: str, expected: str | None) -> None:
        over = f", over {expected[:12]}" if expected else ""
        self.tell(f"would push the branch {branch}{over}")


@dataclass(frozen=True, slots=True)
class DryRunForge:
    """Implements `interfaces.Forge`."""

    inner: Forge
    tell: Callable[[str], None]

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def web(self) -> str | None:
        return self.inner.web

    def default_branch(self) -> str:
        return self.inner.default_branch()

    def find(self, marker: str, branch: str) -> list[PullRequest]:
        return self.inner.find(marker, branch)

    def pull_request(self, number: int) -> PullRequest:
        return self.inner.pull_request(number)

    def open(self, proposal: Proposal) -> PullRequest:
        kind = "a draft pull request" if proposal.draft else "a pull request"
        self.tell(f"would open {kind} at {self.name}, for {proposal.base}: {proposal.text.title}")
        return PullRequest(
            number=UNOPENED,
            url=self.web or self.name,
            state=PullRequestState.OPEN,
            draft=proposal.draft,
            title=proposal.text.title,
            body=proposal.text.body,
            author="errwatch",
            branch=proposal.branch,
            head=proposal.commit,
            base=proposal.base,
            labels=(),
            created_at=datetime.fromtimestamp(0, UTC),
        )

    def rewrite(self, number: int, text: PullRequestText) -> None:
        self.tell(f"would rewrite {_named(number)}: {text.title}")

    def set_draft(self, number: int, draft: bool) -> None:
        self.tell(f"would make {_named(number)} {'a draft' if draft else 'ready for review'}")

    def label(
        self, number: int, add: Collection[str], remove: Collection[str] = frozenset()
    ) -> None:
        if add:
            self.tell(f"would label {_named(number)}: {', '.join(add)}")

    def request_review(self, number: int, reviewers: Reviewers) -> list[str]:
        who = ", ".join((*reviewers.people, *reviewers.teams))
        self.tell(f"would ask for a review of {_named(number)}: {who}")
        return []

    def assign(self, number: int, people: Collection[str]) -> None:
        self.tell(f"would assign {_named(number)} to {', '.join(people)}")

    def comment(self, number: int, key: str, body: str) -> None:
        self.tell(f"would comment on {_named(number)}: {body}")

    def comments(self, number: int) -> list[Comment]:
        return self.inner.comments(number) if number else []

    def commits(self, number: int) -> list[BranchCommit]:
        return self.inner.commits(number) if number else []

    def checks(self, commit: str) -> Checks:
        return self.inner.checks(commit)

    def close(self, number: int) -> None:
        self.tell(f"would close {_named(number)}")

    def delete_branch(self, branch: str) -> None:
        self.tell(f"would delete the branch {branch}")

    def account_of(self, commit: str) -> str | None:
        return self.inner.account_of(commit)

    def issues(self, words: str) -> list[ForgeIssue]:
        return self.inner.issues(words)


def _named(number: int) -> str:
    return f"pull request {number}" if number else "it"
