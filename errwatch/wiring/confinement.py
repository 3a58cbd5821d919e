"""The sandbox for commands of a repository."""

from __future__ import annotations

from pathlib import Path

from errwatch.config import Project
from errwatch.interfaces import Sandbox
from errwatch.sandbox.local import Limits, best_sandbox
from errwatch.sandbox.python import project_python
from errwatch.sandbox.tiers import CONFINING, STRICTEST_FIRST

_BESIDE = ("", "-wal", "-shm")
"""The files of an SQLite database."""


def open_sandbox(project: Project, root: Path | None, *, strict: bool) -> Sandbox:
    """The strictest that works here; the checkout and the state are hidden in it.

    Raises SandboxError, also where only limits work and that is not enough.
    """
    settings = project.settings
    place = root or project.repository
    state = [project.state.with_name(project.state.name + ending) for ending in _BESIDE]
    return best_sandbox(
        Limits(seconds=settings.fix.timeout),
        CONFINING if strict or settings.fix.require_sandbox else STRICTEST_FIRST,
        python=project_python(place, settings.repo.python),
        hidden=[place, *state],
    )
