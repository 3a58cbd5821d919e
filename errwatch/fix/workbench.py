"""Where commands run on a candidate: each run of a gate in a worktree of its own."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from errwatch.errors import UsageError
from errwatch.interfaces import Repository, Sandbox
from errwatch.model.completed import Completed
from errwatch.model.fix import Edit


@dataclass(frozen=True, slots=True)
class Run:
    done: Completed
    rewritten: frozenset[str]
    """Files of the repository that did not come out as they went in: something else may have been
    tested than what would be committed."""


@dataclass(frozen=True, slots=True)
class Workbench:
    repository: Repository
    sandbox: Sandbox
    commit: str
    """The commit that candidates change."""

    def run(
        self,
        command: Sequence[str],
        edits: Sequence[Edit] = (),
        *,
        report: str | None = None,
        roots: Sequence[str] = (),
    ) -> Run:
        """Run `command` on the commit with `edits`; Python looks below `roots` first.

        Raises GitError and SandboxError.
        """
        with self.repository.worktree(self.commit) as worktree:
            worktree.apply(edits)
            done = self.sandbox.run(command, cwd=worktree.path, report=report, roots=roots)
            return Run(done, worktree.rewritten())

    def has_pytest(self, python: str) -> bool:
        return self.run((python, "-c", "import pytest")).done.returncode == 0


def harmed(rewritten: frozenset[str], edits: Sequence[Edit], usual: frozenset[str]) -> str:
    """The rewritten files that a verdict on the edits cannot stand with, by name; empty where there
    are none. What is `usual` is rewritten without the edits, too."""
    files = {edit.file for edit in edits}
    wrong = sorted((rewritten - usual) | (rewritten & files))
    return ", ".join(wrong[:3]) + (", ..." if len(wrong) > 3 else "")


def split_command(option: str, command: str) -> list[str]:
    """The words of a command line, which no shell ever sees. Raises UsageError."""
    try:
        return shlex.split(command)
    except ValueError as error:
        reason = f"{option}: {command!r}: {error}"
        raise UsageError(reason) from error
