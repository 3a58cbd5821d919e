"""A fix on a branch -> one pull request, opened or brought up to date.

What is there already is always looked for first, so that a run that was cut short is gone on with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from errwatch.errors import ForgeError
from errwatch.interfaces import Forge, Upstream
from errwatch.model.fix import Evidence, Fix, FixStatus
from errwatch.model.issue import Issue
from errwatch.model.pull_request import (
    HANDS_OFF,
    HOLD,
    LABEL,
    NEEDS_HUMAN,
    BranchTip,
    Draft,
    Proposal,
    PullRequest,
    PullRequestState,
    PullRequestText,
    Reviewers,
    Tracked,
    Withheld,
    category_of,
    latest,
    marker,
)


@dataclass(frozen=True, slots=True)
class Manners:
    draft: Draft = Draft.UNTIL_GREEN
    labels: tuple[str, ...] = ()
    """On top of those that each has."""
    again: bool = False
    """Open one even if people closed the last one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where pull requests are opened, and how."""

    forge: Forge
    upstream: Upstream
    base: str
    manners: Manners
    tell: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Draught:
    """What there is to publish."""

    fix: Fix
    """With a branch and a commit."""
    issue: Issue
    text: PullRequestText
    reviewers: Reviewers
    held: Fix | None = None
    """The fix that the state knows to be in the open pull request, if it is another one."""
    held_text: PullRequestText | None = None


def publish(draught: Draught, desk: Desk, now: datetime) -> Tracked | Withheld:
    """Raises ForgeError, GitError, PushRefused; BranchMoved where somebody pushed meanwhile."""
    branch = draught.fix.branch or ""
    found = latest(desk.forge.find(marker(draught.issue.fingerprint), branch))
    if found is not None and found.open:
        return _continue(found, draught, desk, now)
    closed = found is not None and found.state is PullRequestState.CLOSED
    if found is not None and closed and not desk.manners.again:
        reason = f"{found.url} was closed without being merged; --again opens another one"
        return Withheld(reason)
    if found is not None and not closed and found.head == draught.fix.commit:
        return Withheld(f"{found.url} was merged with this change")
    return _open(branch, draught, desk, now)


def _open(branch: str, draught: Draught, desk: Desk, now: datetime) -> Tracked | Withheld:
    tip = desk.upstream.fetch(branch)
    if tip is not None and tip.issue is None:
        reason = f"{branch} holds somebody's commits upstream; rename or delete that branch there"
        return Withheld(reason)
    commit = draught.fix.commit or ""
    if tip is None or tip.commit != commit:
        desk.upstream.push(branch, commit, tip.commit if tip else None)
    pull = desk.forge.open(_proposal(branch, draught, desk))
    return _finished(pull, draught.fix, draught, desk, now)


def _proposal(branch: str, draught: Draught, desk: Desk) -> Proposal:
    return Proposal(
        issue=draught.issue.fingerprint,
        branch=branch,
        commit=draught.fix.commit or "",
        base=desk.base,
        text=draught.text,
        draft=_is_draft(draught.fix, desk.manners),
        diff=draught.fix.diff,
    )


def _continue(pull: PullRequest, draught: Draught, desk: Desk, now: datetime) -> Tracked | Withheld:
    """The branch gets another commit only where that is proven better, or the one there conflicts
    with what was merged since: nobody wants to review a moving thing."""
    if HOLD in pull.labels:
        return Withheld(f"{pull.url} is labelled {HOLD}: it is left as it is")
    tip = desk.upstream.fetch(pull.branch)
    if tip is None or tip.issue is None:
        desk.forge.comment(pull.number, "hands-off", HANDS_OFF)
        return Withheld(f"somebody committed to {pull.url}: it is theirs now")
    fix = draught.fix
    if tip.commit == fix.commit:
        if pull.head != fix.commit:  # a run before this one ended between the push and this
            pull = desk.forge.open(_proposal(pull.branch, draught, desk))
        _rewrite(pull, draught.text, desk)
        return _finished(pull, fix, draught, desk, now)
    if _is_better(fix, tip) or desk.forge.pull_request(pull.number).conflicted:
        return _replaced(pull, tip, draught, desk, now)
    if draught.held is None or draught.held_text is None:
        return Withheld(f"{pull.url} holds a change that is proven as well")
    _rewrite(pull, draught.held_text, desk)
    return _finished(pull, replace(draught.held, commit=tip.commit), draught, desk, now)


def _replaced(
    pull: PullRequest, tip: BranchTip, draught: Draught, desk: Desk, now: datetime
) -> Tracked:
    fix = draught.fix
    commit = fix.commit or ""
    desk.upstream.push(pull.branch, commit, tip.commit)
    _rewrite(pull, draught.text, desk)
    before = tip.evidence.value if tip.evidence else "none"
    after = fix.evidence.value if fix.evidence else "none"
    desk.forge.comment(
        pull.number,
        f"pushed:{commit[:12]}",
        f"Pushed {commit[:12]}: evidence {before} before, {after} now.",
    )
    if pull.draft is not _is_draft(fix, desk.manners) and desk.manners.draft is Draft.UNPROVEN:
        desk.forge.set_draft(pull.number, not pull.draft)
        pull = replace(pull, draft=not pull.draft)
    return _finished(replace(pull, head=commit), fix, draught, desk, now)


def _rewrite(pull: PullRequest, text: PullRequestText, desk: Desk) -> None:
    if (pull.title, pull.body) != (text.title, text.body):
        desk.forge.rewrite(pull.number, text)


def _finished(pull: PullRequest, fix: Fix, draught: Draught, desk: Desk, now: datetime) -> Tracked:
    """What it lacks now it is given by the next run: it is there, and that is what counts."""
    try:
        _dress(pull, fix, draught, desk)
    except ForgeError as error:
        desk.tell(str(error))
    assert fix.evidence is not None
    return Tracked(
        forge=desk.forge.name,
        number=pull.number,
        url=pull.url,
        issue=draught.issue.fingerprint,
        fix=fix.id,
        branch=pull.branch,
        commit=fix.commit or pull.head,
        base=pull.base,
        evidence=fix.evidence,
        state=pull.state,
        draft=pull.draft,
        opened_at=pull.created_at,
        updated_at=now,
        files=fix.files,
        reviewers=draught.reviewers,
    )


def _dress(pull: PullRequest, fix: Fix, draught: Draught, desk: Desk) -> None:
    """Labels, and a request for a review where it can be reviewed."""
    wanted = labels_of(fix, draught.issue, desk.manners)
    stale = {label for label in pull.labels if label.startswith("evidence: ")} | {NEEDS_HUMAN}
    desk.forge.label(pull.number, wanted, stale.difference(wanted))
    if not pull.draft:
        ask_for_review(pull.number, draught.reviewers, desk)


def ask_for_review(number: int, reviewers: Reviewers, desk: Desk) -> None:
    if reviewers:
        for refusal in desk.forge.request_review(number, reviewers):
            desk.tell(refusal)


def labels_of(fix: Fix, issue: Issue, manners: Manners) -> list[str]:
    labels = [LABEL, category_of(issue), f"evidence: {(fix.evidence or Evidence.E0).value}"]
    labels += [] if fix.status is FixStatus.PROVEN else [NEEDS_HUMAN]
    return list(dict.fromkeys((*labels, *manners.labels)))


def _is_draft(fix: Fix, manners: Manners) -> bool:
    return manners.draft is not Draft.UNPROVEN or fix.status is not FixStatus.PROVEN


def _is_better(fix: Fix, tip: BranchTip) -> bool:
    levels = list(Evidence)
    held = levels.index(tip.evidence) if tip.evidence else -1
    return fix.evidence is not None and levels.index(fix.evidence) > held
