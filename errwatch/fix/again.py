"""A fix once more: from what its models said then, or from what its branch holds today.

Both are a repair with an engine that knows its answer, and without a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from errwatch.errors import UsageError
from errwatch.fix.loop import Workshop, repair
from errwatch.interfaces import FixEngine, Problem, Repository, Tree
from errwatch.model.fix import Again, Candidate, Declined, Edit, Fix


def once_more(
    fix: Fix,
    problem: Problem,
    repository: Repository,
    workshop: Workshop,
    *,
    notes: Sequence[str] = (),
    at: datetime,
) -> Again:
    """`workshop` has the engines that know the answer. Raises what `repair` raises."""
    now = repair(problem, repository, replace(workshop, dry_run=True), branch="", created_at=at)
    return Again(fix, now, tuple(notes))


def base_of(fix: Fix, repository: Repository) -> Tree:
    """The tree that it was made for. Raises UsageError where that is gone."""
    commit = repository.resolve(fix.base) if fix.base else None
    if commit is None:
        reason = f"{fix.id}: its commit {(fix.base or 'of before')[:12]} is not in this repository"
        raise UsageError(reason)
    return repository.starting_at(commit).tree()


@dataclass(frozen=True, slots=True)
class OnBranch:
    """An engine that proposes what stands on the branch of a fix."""

    fix: Fix
    edits: tuple[Edit, ...]
    unreadable: tuple[str, ...]
    """Files that the branch has deleted, or made something else than a text."""

    @property
    def name(self) -> str:
        return self.fix.engine or "branch"

    def propose(
        self, problem: Problem, verdict: Callable[[], str]
    ) -> Iterator[Candidate | Declined]:
        fix = self.fix
        if self.unreadable:
            reason = f"deleted on its branch, or no plain text: {', '.join(self.unreadable)}"
            yield Declined(self.name, reason)
            return
        yield Candidate(
            self.name,
            "",
            fix.title or "",
            fix.rationale or "",
            self.edits,
            model=fix.model,
            test=fix.test,
        )


def on_branch(fix: Fix, repository: Repository) -> tuple[list[FixEngine], Tree, list[str]]:
    """What is on its branch, the tree to try it on, and what has changed since.

    Raises UsageError where it has no branch, or that is gone.
    """
    base, today = base_of(fix, repository), repository.tree()
    head = repository.resolve(fix.branch) if fix.branch else None
    if head is None:
        what = f"its branch {fix.branch} is gone" if fix.branch else "it has no branch"
        reason = f"{fix.id}: {what}; nothing to verify"
        raise UsageError(reason)
    files = repository.changed(base.commit, head)
    moved = [file for file in files if base.read(file) != today.read(file)]
    tree, branch = base if moved else today, repository.starting_at(head).tree()
    edits = {file: branch.read(file) for file in files}
    engine = OnBranch(
        fix,
        tuple(
            Edit(file, tree.read(file), text) for file, text in edits.items() if text is not None
        ),
        tuple(file for file, text in edits.items() if text is None),
    )
    return [engine], tree, list(_notes(fix, head, base, today, moved))


def _notes(fix: Fix, head: str, base: Tree, today: Tree, moved: list[str]) -> Iterator[str]:
    if head != fix.commit:
        yield f"the branch was at {(fix.commit or 'no commit')[:12]}, and is at {head[:12]}"
    if base.commit != today.commit:
        yield f"the default branch was at {base.commit[:12]}, and is at {today.commit[:12]}"
    if moved:
        yield f"it has changed {', '.join(moved[:5])}, so this was tried on {base.commit[:12]}"
