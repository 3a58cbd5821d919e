"""Every seam of errwatch: here and in `inputs` and `forge`. `wiring` chooses what stands behind
each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from errwatch.code.history import History
from errwatch.interfaces.forge import Forge, Upstream
from errwatch.interfaces.inputs import (
    Began,
    Block,
    Chunk,
    Ended,
    Follower,
    Followers,
    Happening,
    Left,
    Poll,
    Positions,
    Source,
    Span,
    Text,
)
from errwatch.model.alert import Alert, Delivery, Fired, Heard, Holding, Notice, Silence, Turn
from errwatch.model.analysis import Analysis, Opinion
from errwatch.model.attempt import Attempt
from errwatch.model.audit import AuditEntry
from errwatch.model.change import Change
from errwatch.model.completed import Completed
from errwatch.model.conversation import Reply, Request, Usage
from errwatch.model.fix import Candidate, Declined, Edit, Fix
from errwatch.model.grouping import Grouping
from errwatch.model.issue import Issue, Status
from errwatch.model.ledger import Ledger
from errwatch.model.levels import Severity
from errwatch.model.period import Period
from errwatch.model.pull_request import Tracked

__all__ = [
    "AlertsReader",
    "Began",
    "Block",
    "Chunk",
    "Ended",
    "FixEngine",
    "Follower",
    "Followers",
    "Forge",
    "Happening",
    "Left",
    "Model",
    "Notifier",
    "Poll",
    "Positions",
    "Problem",
    "Repository",
    "Sandbox",
    "Source",
    "Span",
    "StateReader",
    "StateWriter",
    "Store",
    "Text",
    "Tree",
    "Upstream",
    "Worktree",
]


class AlertsReader(Protocol):
    """What the state knows of alerts."""

    def heard(self, since: datetime) -> dict[str, list[Heard]]:
        """Source -> what it said since then, and in its last bucket before, the oldest first."""

    def trail(self) -> tuple[int, int]:
        """The row of the trail up to which alerts have looked, and the last row."""

    def turns(self, limit: int) -> list[Turn]:
        """Issues that were found or came back after that row, the oldest first."""

    def active(self, since: datetime) -> list[Issue]:
        """Issues with events since then, by the time of the events."""

    def fired(self) -> list[Fired]: ...

    def holding(self) -> list[Holding]: ...

    def waiting(self) -> tuple[datetime | None, list[Alert]]:
        """Since when alerts wait to be told, and which."""

    def told(self) -> list[Notice]:
        """All messages, the oldest first."""

    def digested(self) -> datetime | None:
        """When it was last said what was held back."""

    def deliveries(self, limit: int) -> list[Delivery]:
        """Messages that are still to be delivered, the first due first."""

    def dead_letters(self) -> list[Delivery]:
        """Those that were given up, the oldest first."""

    def silences(self) -> list[Silence]: ...


class StateReader(Positions, AlertsReader, Protocol):
    """The reading half of the state."""

    def issues(self) -> list[Issue]:
        """All issues, the one last seen first."""

    def issue(self, reference: str) -> Issue:
        """The issue of an `EW-` id, a prefix of one, or a fingerprint. Raises UnknownReference."""

    def issues_of(self, fingerprints: Iterable[str]) -> dict[str, Issue]:
        """Those that the fingerprints belong to, where there are any."""

    def fingerprint(self, reference: str) -> str:
        """The one that is named, as `issue`, be it merged or not. Raises UnknownReference."""

    def statuses(self, fingerprints: Iterable[str]) -> dict[str, Status]:
        """How the issues stand that the fingerprints belong to, where there are any."""

    def analysis(self, fingerprint: str) -> Analysis | None:
        """The latest analysis of an issue."""

    def fixes(self, fingerprint: str | None = None) -> list[Fix]:
        """All fixes, or those of one issue, newest first."""

    def pull_requests(self, fingerprint: str | None = None) -> list[Tracked]:
        """All pull requests of ours, or those of one issue, the last opened first."""

    def attempts(self, since: datetime) -> list[Attempt]:
        """Those of the watcher that started since then or have not ended, the latest first."""

    def untried(self, min_severity: Severity, min_count: int, limit: int) -> list[Issue]:
        """Open and fixable issues that no attempt was made on, the one last seen first."""

    def first_seen(self, since: datetime, until: datetime, limit: int) -> list[Issue]:
        """Issues that came up between two moments, the oldest first."""

    def ledger(self, period: Period, *, all_sources: bool) -> Ledger:
        """What a report on that period is added up from. `all_sources`: that of each issue; else
        the one that it was first seen in."""

    def grouping(self, about: Iterable[str] | None = None) -> Grouping:
        """What near-duplicates are told by, and which issues fingerprints belong to: all, or these
        and those that have a template or were merged."""

    def audit(self) -> list[AuditEntry]:
        """The whole trail, oldest first."""


class StateWriter(Protocol):
    """The writing half: every change of the state goes through one short transaction."""

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        """Apply all changes and their audit rows, or none; returns the fixes as they are stored.

        Raises StateError; StateConflict where another process counted some of the lines first.
        """


class Store(StateReader, StateWriter, AbstractContextManager["Store"], Protocol):
    """The whole state. A context manager closes it."""


class Tree(Protocol):
    """The files of one commit, read without a checkout."""

    @property
    def commit(self) -> str:
        """The full hash."""

    def files(self) -> frozenset[str]:
        """Paths of all regular files, relative to the root, with forward slashes."""

    def read(self, file: str) -> str | None:
        """The text of a file, or None where it is not there or not UTF-8."""


class Worktree(Protocol):
    """A separate checkout of one commit, outside the user's own."""

    @property
    def path(self) -> Path: ...

    def apply(self, edits: Sequence[Edit]) -> None:
        """Write the edits; refuses paths that leave the tree or go through a link."""

    def rewritten(self) -> frozenset[str]:
        """The files, of the commit or applied, that something has written since `apply`."""

    def commit(self, edits: Sequence[Edit], branch: str, message: str) -> str:
        """Commit exactly the files of `edits` on `branch`, which must be new or end in a commit of
        errwatch for the same issue; returns the hash. Runs no hook.

        Raises BranchKept where that commit is proven as well or better.
        """


class Repository(History, Protocol):
    """The user's repository. Nothing here touches the user's checkout, index, stash or config."""

    @property
    def root(self) -> Path: ...

    def tree(self) -> Tree:
        """The head of the default branch. Raises RepositoryUnusable."""

    def starting_at(self, commit: str) -> Repository:
        """As this one; its tree is that of a commit that is there."""

    def changed(self, commit: str, other: str) -> list[str]:
        """The files that differ between two commits. Raises GitError."""

    def worktree(self, commit: str) -> AbstractContextManager[Worktree]:
        """A worktree that is removed on the way out, whatever happened."""

    def sweep(self) -> None:
        """Remove the worktrees of errwatch processes that were killed. Raises GitError."""

    def contains(self, commit: str, other: str) -> bool | None:
        """Whether a commit is or comes after another; None where one of them is not here."""

    def notes(self) -> list[str]:
        """What the user should know: uncommitted changes, a shallow history."""


class Sandbox(Protocol):
    """Runs code of the repository: other people's code, on the user's machine."""

    @property
    def tier(self) -> str:
        """What holds it: `bubblewrap`, `namespaces` or `limits`."""

    def finds(self, program: str) -> bool:
        """Whether a command of that name, or absolute path, could be started."""

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        report: str | None = None,
        timeout: float | None = None,
        roots: Sequence[str] = (),
    ) -> Completed:
        """Run to the end, or to the time limit in seconds. `$ERRWATCH_REPORT` names the file to
        write where `report` is set. Python modules are looked for below `roots`, relative to
        `cwd`, before `src` and `cwd` itself. Raises SandboxError."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What an engine gets to work on."""

    issue: Issue
    analysis: Analysis
    tree: Tree
    rejected: tuple[str, ...] = field(default=())
    """Diffs that did not stand, so that they are not proposed again."""


class FixEngine(Protocol):
    """Something that proposes changes, in the order in which it believes in them."""

    @property
    def name(self) -> str: ...

    def propose(
        self, problem: Problem, verdict: Callable[[], str]
    ) -> Iterable[Candidate | Declined]:
        """`verdict` says what became of the candidate that was given last."""


class Analyst(Protocol):
    """Who is asked what to make of an issue, beyond what the code shows."""

    def opinion(self, issue: Issue, analysis: Analysis, tree: Tree) -> Opinion | str:
        """The opinion, each place in it checked; or why there is none."""


class Model(Protocol):
    def reply(self, request: Request, again: Callable[[Usage], bool]) -> Reply:
        """One turn. `again` hears what an attempt that failed has used, and says whether another
        one may start. Raises ModelError."""


class Notifier(Protocol):
    """One channel to people."""

    def send(self, notice: Notice) -> None:
        """Raises NotifyError, with no secret in it. May take a while."""
