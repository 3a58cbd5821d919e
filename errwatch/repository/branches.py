"""Which branch is the default one, and whether a branch is ours to move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from errwatch.errors import BranchKept, GitError
from errwatch.model.fix import Evidence
from errwatch.repository.hardening import IDENTITY
from errwatch.repository.ours import EVIDENCE, FINGERPRINT
from errwatch.repository.runner import Git

_LOCAL, _REMOTE = "refs/heads/", "refs/remotes/origin/"
_USUAL = ("main", "master", "trunk")


@dataclass(frozen=True, slots=True)
class Head:
    """A branch and the commit that it stands at."""

    name: str
    commit: str
    upstream: str | None = None
    """The commit of origin's branch of that name, as last fetched."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The commit of ours that a branch ends in, with the trailer that tells how it is proven."""

    commit: str
    evidence: str


@dataclass(frozen=True, slots=True)
class References:
    """The branches, local ones and those of origin, with their commits."""

    local: Mapping[str, str]
    remote: Mapping[str, str]
    remote_default: str | None
    """What origin/HEAD points to."""

    @property
    def names(self) -> list[str]:
        return sorted(self.local or self.remote)

    def head(self, name: str) -> Head | None:
        """The local branch of that name, else origin's."""
        commit = self.local.get(name) or self.remote.get(name)
        return Head(name, commit, self.remote.get(name)) if commit else None

    def default(self) -> Head | None:
        """By origin/HEAD, else the only branch, else the only one with a usual name."""
        usual = [name for name in self.names if name in _USUAL]
        only = next((found[0] for found in (self.names, usual) if len(found) == 1), None)
        return self.head(self.remote_default or only or "")


def read_references(git: Git) -> References:
    listed = git.run(
        "for-each-ref", "--format=%(refname)%00%(objectname)%00%(symref)", _LOCAL, _REMOTE
    )
    rows = [line.split("\0") for line in listed.splitlines()]
    return References(
        local={name.removeprefix(_LOCAL): tip for name, tip, _ in rows if name.startswith(_LOCAL)},
        remote={
            name.removeprefix(_REMOTE): tip
            for name, tip, target in rows
            if name.startswith(_REMOTE) and not target
        },
        remote_default=next(
            (target.removeprefix(_REMOTE) for _, _, target in rows if target), None
        ),
    )


def place_branch(git: Git, branch: str, commit: str, message: str) -> str:
    """Point `branch` at `commit`: a new one, or ours of the same issue. Returns where it stands
    then: a commit that is the same change with the same evidence is left. Raises GitError."""
    _check_name(git, branch)
    tip = _movable_tip(git, branch, message)
    if tip is not None:
        if _is_same(git, tip, commit, message):
            return tip.commit
        _check_better(git, branch, tip, commit, message)
    old = tip.commit if tip else "0" * len(commit)
    try:
        git.run("update-ref", "-m", "errwatch: fix", _LOCAL + branch, commit, old)
    except GitError as error:
        now = read_references(git).local.get(branch, "0" * len(commit))
        if now == old:
            raise
        if tip is None and _is_same(git, _movable_tip(git, branch, message), commit, message):
            return now
        reason = f"{branch}: another fix of this issue moved the branch meanwhile"
        raise GitError(reason) from error
    return commit


def _is_same(git: Git, tip: Tip | None, commit: str, message: str) -> bool:
    if tip is None or tip.evidence != _evidence(message):
        return False
    return all(
        git.run("rev-parse", f"{tip.commit}{what}") == git.run("rev-parse", f"{commit}{what}")
        for what in ("^{tree}", "^")
    )


def _evidence(message: str) -> str:
    """The line of the trailer."""
    return next((line for line in message.splitlines() if line.startswith(f"{EVIDENCE}: ")), "")


def _check_name(git: Git, branch: str) -> None:
    try:
        git.run("check-ref-format", _LOCAL + branch)
    except GitError as error:
        reason = f"{branch}: not a name that a branch can have"
        raise GitError(reason) from error


def _check_better(git: Git, branch: str, tip: Tip, commit: str, message: str) -> None:
    """Raises BranchKept where the branch holds what is proven better; or as well, from the same
    base."""
    new = _evidence(message)
    same_base = git.run("rev-parse", f"{tip.commit}^") == git.run("rev-parse", f"{commit}^")
    proven = tip.evidence >= f"{EVIDENCE}: {Evidence.E2.value}"
    if tip.evidence > new or (proven and tip.evidence == new and same_base):
        held = tip.evidence.partition(": ")[2]
        reason = f"{branch} is left alone: it holds a change with the evidence {held}"
        raise BranchKept(reason)


def _movable_tip(git: Git, branch: str, message: str) -> Tip | None:
    """What `branch` stands at, None where there is no such branch."""
    fields = (
        *("refname", "objectname", "committeremail", "worktreepath"),
        f"trailers:key={FINGERPRINT},key={EVIDENCE}",
    )
    form = "%00".join(f"%({field})" for field in fields)
    listed = git.run("for-each-ref", f"--format={form}", _LOCAL + branch)
    if not listed.startswith(f"{_LOCAL}{branch}\0"):
        return None
    _, tip, email, checked_out, trailers = listed.split("\0")
    if checked_out:
        reason = f"{branch} is checked out in {checked_out}; switch to another branch there"
        raise GitError(reason)
    told = {line.partition(":")[0]: line for line in trailers.splitlines()}
    ours = told.get(FINGERPRINT) in message.splitlines()
    if email != f"<{IDENTITY[1]}>" or not ours:
        reason = f"{branch} holds somebody's commits; rename or delete that branch"
        raise GitError(reason)
    return Tip(tip, told.get(EVIDENCE, ""))
