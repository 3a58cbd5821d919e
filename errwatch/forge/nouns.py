"""What PyGithub gives -> our nouns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from errwatch.forge.trouble import Incomplete
from errwatch.model.pull_request import (
    MARK,
    BranchCommit,
    CheckState,
    Comment,
    ForgeCheck,
    ForgeIssue,
    PullRequest,
    PullRequestState,
)

if TYPE_CHECKING:
    from github.CheckRun import CheckRun
    from github.Commit import Commit
    from github.CommitStatus import CommitStatus
    from github.Issue import Issue
    from github.IssueComment import IssueComment
    from github.NamedUser import NamedUser
    from github.Organization import Organization
    from github.PullRequest import PullRequest as GitHubPull

_GREEN = frozenset(("success", "neutral", "skipped"))


def pull_request(pull: GitHubPull, *, whole: bool) -> PullRequest:
    """`whole`: not from a list, which does not say whether there are conflicts."""
    _expect(pull.number)
    merged = pull.merged_at is not None
    state = PullRequestState.OPEN if pull.state == "open" else PullRequestState.CLOSED
    mergeable = pull.mergeable if whole else None
    return PullRequest(
        number=pull.number,
        url=pull.html_url,
        state=PullRequestState.MERGED if merged else state,
        draft=pull.draft,
        title=pull.title,
        body=pull.body or "",
        author=login(pull.user),
        branch=pull.head.ref,
        head=pull.head.sha,
        base=pull.base.ref,
        labels=tuple(label.name for label in pull.labels),
        created_at=_utc(pull.created_at),
        closed_at=_utc(pull.closed_at) if pull.closed_at else None,
        merged_at=_utc(pull.merged_at) if pull.merged_at else None,
        merge_commit=pull.merge_commit_sha if merged else None,
        conflicted=None if mergeable is None else not mergeable,
    )


def comment(one: IssueComment, author: str) -> Comment:
    """`author`: whose pull request it is."""
    _expect(one.id)
    name = login(one.user)
    by_us = name == author and one.body.startswith(MARK)
    return Comment(one.id, name, one.body, _utc(one.created_at), by_us)


def commit(one: Commit) -> BranchCommit:
    inner = one.commit
    return BranchCommit(one.sha, inner.message, inner.author.email, inner.committer.email)


def check_run(one: CheckRun) -> ForgeCheck:
    state = CheckState.PENDING
    if one.status == "completed":
        state = CheckState.GREEN if one.conclusion in _GREEN else CheckState.RED
    detail = one.output.title or one.conclusion or one.status
    return ForgeCheck(one.name, state, detail, one.html_url)


def status(one: CommitStatus) -> ForgeCheck:
    states = {"success": CheckState.GREEN, "pending": CheckState.PENDING}
    state = states.get(one.state, CheckState.RED)
    return ForgeCheck(one.context, state, one.description or "", one.target_url)


def issue(one: Issue) -> ForgeIssue:
    return ForgeIssue(one.number, one.title, one.html_url, one.body or "")


def _expect(number: int | None) -> None:
    """An answer that says it was done, and no more, leaves everything empty."""
    if number is None:
        raise Incomplete


def login(user: NamedUser | Organization | None) -> str:
    """Who has left has no account any more."""
    return user.login if user else "ghost"


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
