"""From a fix on a branch to a pull request in the state: the last step of `fix`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from errwatch.errors import ForgeError, OperationError
from errwatch.fix.pull_request import pull_request_text
from errwatch.interfaces import Repository, Store
from errwatch.model.analysis import Analysis
from errwatch.model.change import Fixed, Proposed
from errwatch.model.fix import Fix, FixStatus
from errwatch.model.issue import Issue
from errwatch.model.pull_request import ForgeIssue, Reviewers, Tracked, Withheld, branch_of
from errwatch.propose.codeowners import owners_of
from errwatch.propose.limits import Limits, too_many
from errwatch.propose.publish import Desk, Draught, publish
from errwatch.propose.reviewers import reviewers_of

UNPUBLISHED = "not published: "
"""What the reason of a fix ends with where its pull request could not be opened."""


@dataclass(frozen=True, slots=True)
class Press:
    """All that publishing takes, whatever the fix."""

    desk: Desk
    organisation: str | None
    """Whose teams can be asked."""
    reviewers: Reviewers | None
    """Whom the settings name; None: the owners of the files, and who last changed the lines."""
    lock: Callable[[], AbstractContextManager[None]]
    limits: Limits
    keeps: bool = True
    """Whether what is published is remembered: a dry run is not."""


def publishable(fix: Fix) -> bool:
    """Whether a branch holds it, or one that is proven as well."""
    return fix.branch is not None and fix.status in (FixStatus.PROVEN, FixStatus.UNPROVEN)


def unfinished(issue: Issue, repository: Repository, store: Store) -> Fix | None:
    """The last fix, if it is proven, stands on its branch where it would be cut today, and was
    never published: a run ended in between, and nobody pays for the same change twice."""
    fix = next(iter(store.fixes(issue.fingerprint)), None)
    if fix is None or fix.status is not FixStatus.PROVEN or fix.pull_request is not None:
        return None
    standing = fix.commit is not None and repository.resolve(branch_of(issue)) == fix.commit
    return fix if standing and fix.base == repository.tree().commit else None


def as_committed(fix: Fix, issue: Issue) -> Fix:
    """A fix of a dry run, as if it were on its branch: what would be done with it can be told."""
    if fix.evidence is None:
        return fix
    return replace(fix, branch=branch_of(issue), commit=fix.base)


def publish_fix(
    fix: Fix, issue: Issue, repository: Repository, press: Press, store: Store, *, now: datetime
) -> Tracked | Withheld:
    """One process at a time. What breaks is kept as the reason of the fix, and raised."""
    analysis = store.analysis(issue.fingerprint)
    assert analysis is not None
    with press.lock():
        stored = store.fixes(issue.fingerprint)
        on_branch = fix if fix.commit else _on_branch(fix, stored)
        if on_branch is None:
            return Withheld(f"{fix.branch} holds a change that this state does not know")
        tracked = [one for one in store.pull_requests() if one.forge == press.desk.forge.name]
        if press.keeps and (withheld := too_many(on_branch, tracked, press.limits, now)):
            return withheld
        try:
            draught = _draught(on_branch, issue, analysis, repository, press, store)
            outcome = publish(draught, press.desk, now)
        except OperationError as error:
            reason = "; ".join(filter(None, (_reason(on_branch), f"{UNPUBLISHED}{error}")))
            if press.keeps:
                store.commit(Fixed(replace(on_branch, reason=reason)), actor="fix")
            raise
        if isinstance(outcome, Tracked) and press.keeps:
            _remember(outcome, [on_branch, *stored], store)
        return outcome


def _on_branch(fix: Fix, stored: list[Fix]) -> Fix | None:
    """The last one that was put there."""
    return next((one for one in stored if one.branch == fix.branch and one.commit), None)


def _draught(
    fix: Fix,
    issue: Issue,
    analysis: Analysis,
    repository: Repository,
    press: Press,
    store: Store,
) -> Draught:
    forge = press.desk.forge
    related = _related(issue, press.desk)
    held = _held(fix, store, forge.name)
    return Draught(
        fix=fix,
        issue=issue,
        text=pull_request_text(fix, issue, analysis, related),
        reviewers=press.reviewers or _reviewers(fix, analysis, repository, press),
        held=held,
        held_text=pull_request_text(held, issue, analysis, related) if held else None,
    )


def _related(issue: Issue, desk: Desk) -> list[ForgeIssue]:
    """It is no reason to open no pull request that they cannot be searched."""
    try:
        return desk.forge.issues(issue.id)
    except ForgeError as error:
        desk.tell(str(error))
        return []


def _held(fix: Fix, store: Store, forge: str) -> Fix | None:
    """The fix that the last pull request of this issue holds, if that is another one."""
    tracked = [one for one in store.pull_requests(fix.issue) if one.forge == forge]
    ids = [one.fix for one in tracked[:1]]
    return next((one for one in store.fixes(fix.issue) if one.id in ids and one.id != fix.id), None)


def _reviewers(fix: Fix, analysis: Analysis, repository: Repository, press: Press) -> Reviewers:
    owners = owners_of(fix.files, repository.tree().read)
    blame = [one for one in analysis.blame if one.file in fix.files]
    return reviewers_of(owners, blame, press.desk.forge.account_of, press.organisation)


def _reason(fix: Fix) -> str | None:
    """Without what an earlier run said of publishing it."""
    return (fix.reason or "").partition(UNPUBLISHED)[0].removesuffix("; ") or None


def _remember(outcome: Tracked, fixes: list[Fix], store: Store) -> None:
    named = next((one for one in fixes if one.id == outcome.fix), None)
    changes: list[Proposed | Fixed] = [Proposed(outcome)]
    if named is not None and named.pull_request != outcome.url:
        told = replace(named, pull_request=outcome.url, reason=_reason(named))
        changes.append(Fixed(told))
    store.commit(*changes, actor="fix")
