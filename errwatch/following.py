"""Follows the pull requests of the state: to the merge, through the quiet window, to the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from errwatch.analyze.deployed import deployed
from errwatch.errors import OperationError
from errwatch.follow import opened
from errwatch.follow.merged import Aftermath, Verdict, harm, verdict
from errwatch.follow.reverting import (
    reverse,
    revert_branch,
    revert_key,
    revert_message,
    revert_text,
)
from errwatch.follow.window import quiet_window, rate
from errwatch.interfaces import Repository, Store
from errwatch.model.alert import Heard
from errwatch.model.change import Fixed, Proposed, StatusSet
from errwatch.model.issue import Issue, Status
from errwatch.model.pull_request import (
    LABEL,
    NEEDS_HUMAN,
    Proposal,
    PullRequest,
    PullRequestState,
    Stage,
    Tracked,
    followed,
    latest,
    marker,
)
from errwatch.propose.publish import Desk, ask_for_review

ACTOR = "follow"


@dataclass(frozen=True, slots=True)
class Quiet:
    """How the quiet window is measured."""

    factor: float = 3.0
    shortest: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(days=14)
    deployment: timedelta = timedelta(minutes=15)
    """What the code before the merge may still log after it."""


@dataclass(frozen=True, slots=True)
class Follower:
    """`repository` starts at the base branch as it is upstream; `tell` hears of what changed."""

    store: Store
    repository: Repository
    desk: Desk
    quiet: Quiet
    now: Callable[[], datetime]
    tell: Callable[[str], None]

    def sync(self) -> bool:
        """Look at each that is not at its end. Whether all could be looked at."""
        whole = True
        for tracked in self.store.pull_requests():
            if tracked.forge == self.desk.forge.name and followed(tracked):
                try:
                    self._follow(tracked)
                except OperationError as error:
                    whole = False
                    self.tell(f"{tracked.url}: {error}")
        return whole

    def _follow(self, tracked: Tracked) -> None:
        issue = self.store.issue(tracked.issue)
        if tracked.stage is Stage.REGRESSED:
            self._reverted(tracked, issue)
            return
        pull = self.desk.forge.pull_request(tracked.number)
        if pull.state is PullRequestState.OPEN:
            self._open(tracked, pull, issue)
        elif pull.state is PullRequestState.CLOSED:
            self._closed(tracked, pull)
        else:
            merged = tracked if tracked.merged_at else self._merged(tracked, pull, issue)
            self._after(merged, issue)

    def _open(self, tracked: Tracked, pull: PullRequest, issue: Issue) -> None:
        forge = self.desk.forge
        checks, commits = forge.checks(pull.head), tuple(forge.commits(pull.number))
        seen = opened.Seen(pull, checks, commits, issue.status, self.now())
        stage = tracked.stage
        for step in opened.steps(tracked, seen, self.desk.manners.draft):
            match step:
                case opened.MakeReady(why):
                    forge.set_draft(pull.number, False)
                    ask_for_review(pull.number, tracked.reviewers, self.desk)
                    pull = replace(pull, draft=False)
                    self.tell(f"{pull.url} is ready to be reviewed: {why}")
                case opened.Say(key, body):
                    forge.comment(pull.number, key, body)
                case opened.CallPerson():
                    self._call(pull, tracked)
                case opened.Close():
                    forge.close(pull.number)
                    forge.delete_branch(pull.branch)
                    pull = replace(pull, state=PullRequestState.CLOSED)
                case opened.MakeAnew(why):
                    self.tell(f"{why}; errwatch fix {issue.id} makes it anew")
                case opened.Enter(stage):
                    self.tell(f"{pull.url}: {stage.value}")
        self._keep(replace(tracked, state=pull.state, draft=pull.draft, stage=stage), tracked)

    def _call(self, pull: PullRequest, tracked: Tracked) -> None:
        if NEEDS_HUMAN not in pull.labels:
            self.desk.forge.label(pull.number, [NEEDS_HUMAN])
            self.desk.forge.assign(pull.number, tracked.reviewers.people[:1])
            self.tell(f"{pull.url}: its checks are red")

    def _closed(self, tracked: Tracked, pull: PullRequest) -> None:
        """Somebody decided against it: that is how it stays, until told otherwise."""
        said = "Closed without a merge: errwatch opens no other one for this error."
        self.desk.forge.comment(pull.number, "closed", said)
        self._clean(tracked, pull)
        self._enter(replace(tracked, state=pull.state), Stage.CLOSED)

    def _merged(self, tracked: Tracked, pull: PullRequest, issue: Issue) -> Tracked:
        at = pull.merged_at or self.now()
        window = quiet_window(
            rate(issue, at),
            factor=self.quiet.factor,
            shortest=self.quiet.shortest,
            longest=self.quiet.longest,
        )
        merged = replace(
            tracked,
            state=pull.state,
            draft=False,
            merged_at=at,
            merge_commit=pull.merge_commit,
            quiet_until=at + self.quiet.deployment + window,
        )
        self._clean(tracked, pull)
        self._enter(merged, Stage.VERIFYING, "merged")
        return replace(merged, stage=Stage.VERIFYING)

    def _clean(self, tracked: Tracked, pull: PullRequest) -> None:
        """The branch goes, unless somebody else's commits are on it."""
        if pull.head == tracked.commit:
            self.desk.forge.delete_branch(tracked.branch)

    def _after(self, tracked: Tracked, issue: Issue) -> None:
        grace = self.quiet.deployment
        came_to = verdict(tracked, self._aftermath(tracked, issue), grace)
        others = [one for one in self.store.issues() if one.fingerprint != issue.fingerprint]
        against = harm(tracked, issue, others, grace)
        if came_to is Verdict.REGRESSED:
            against = against or f"{issue.id} came back"
            said = f"It did not mend the error: {against}."
            self.desk.forge.comment(tracked.number, "regressed", said)
            self._enter(self._offered(tracked, issue, against), Stage.REGRESSED)
            self._set(issue, Status.REGRESSED)
        elif against and tracked.revert is None:
            self._keep(self._offered(tracked, issue, against), tracked)
        elif came_to is Verdict.VERIFIED:
            self._enter(tracked, Stage.VERIFIED)
            self._set(issue, Status.RESOLVED)

    def _aftermath(self, tracked: Tracked, issue: Issue) -> Aftermath:
        assert tracked.merged_at is not None
        said = self.store.heard(tracked.merged_at)
        contained = {
            event.text: self._contains(deployed(event, self.repository, None), tracked)
            for event in issue.samples
            if event.time is not None and event.time > tracked.merged_at
        }
        return Aftermath(issue, _of_issue(said, issue), contained, self.now())

    def _contains(self, commit: str | None, tracked: Tracked) -> bool | None:
        if commit is None or tracked.merge_commit is None:
            return None
        return self.repository.contains(commit, tracked.merge_commit)

    def _offered(self, tracked: Tracked, issue: Issue, why: str) -> Tracked:
        """With a draft that takes the change back, where it can be taken back as it is."""
        if tracked.revert is not None or tracked.merge_commit is None:
            return tracked
        tree, merge = self.repository.tree(), tracked.merge_commit
        edits = reverse(
            tracked.files,
            lambda file: self.repository.text_at(f"{merge}^", file),
            lambda file: self.repository.text_at(merge, file),
            tree.read,
        )
        if isinstance(edits, str):
            said = f"It cannot be taken back as it was: {edits}."
            self.desk.forge.comment(tracked.number, "no-revert", said)
            self.tell(f"{tracked.url}: {said}")
            return tracked
        branch = revert_branch(issue)
        with self.repository.worktree(tree.commit) as worktree:
            commit = worktree.commit(edits, branch, revert_message(tracked, issue, why))
        tip = self.desk.upstream.fetch(branch)
        self.desk.upstream.push(branch, commit, tip.commit if tip else None)
        fixes = self.store.fixes(tracked.issue)
        fix = next((one for one in fixes if one.id == tracked.fix), None)
        pull = self.desk.forge.open(
            Proposal(
                issue=revert_key(tracked.issue),
                branch=branch,
                commit=commit,
                base=self.desk.base,
                text=revert_text(tracked, issue, fix, why),
                draft=True,
            )
        )
        self.desk.forge.label(pull.number, [LABEL, NEEDS_HUMAN])
        self.tell(f"{tracked.url}: {why}; {pull.url} takes it back, if you want that")
        return replace(tracked, revert=pull.url)

    def _reverted(self, tracked: Tracked, issue: Issue) -> None:
        key = marker(revert_key(tracked.issue))
        pull = latest(self.desk.forge.find(key, revert_branch(issue)))
        if pull is not None and pull.state is PullRequestState.MERGED:
            self._enter(tracked, Stage.REVERTED)

    def _enter(self, tracked: Tracked, stage: Stage, outcome: str | None = None) -> None:
        """The next stage, which is the outcome of the fix as well."""
        fixes = [fix for fix in self.store.fixes(tracked.issue) if fix.id == tracked.fix]
        ended = [Fixed(replace(fix, outcome=outcome or stage.value)) for fix in fixes]
        self.store.commit(Proposed(replace(tracked, stage=stage)), *ended, actor=ACTOR)
        until = f" until {tracked.quiet_until:%Y-%m-%d %H:%M}" if stage is Stage.VERIFYING else ""
        self.tell(f"{tracked.url}: {stage.value}{until}")

    def _keep(self, tracked: Tracked, before: Tracked) -> None:
        if tracked != before:
            self.store.commit(Proposed(tracked), actor=ACTOR)

    def _set(self, issue: Issue, status: Status) -> None:
        if issue.status not in (status, Status.IGNORED):
            self.store.commit(StatusSet(issue.fingerprint, status), actor=ACTOR)


def _of_issue(said: Mapping[str, list[Heard]], issue: Issue) -> list[Heard]:
    """What the sources said that the issue came from; all of them, where none is known by name."""
    names = {event.source for event in issue.samples}
    known = [said[name] for name in said if name in names] or list(said.values())
    return [one for each in known for one in each]
