"""Real git repositories for tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.invalid",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.invalid",
}


def git(repository: Path, *arguments: str, home: Path | None = None, check: bool = True) -> str:
    """Git as the user has it: with their home, their hooks and their filters."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home or "/nonexistent"), **IDENTITY}
    done = subprocess.run(
        ["git", *arguments],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=check,
    )
    return done.stdout


def commit(repository: Path, files: dict[str, str], message: str = "Change") -> str:
    for name, text in files.items():
        target = repository / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message)
    return git(repository, "rev-parse", "HEAD").strip()


def make_repository(path: Path, files: dict[str, str], branch: str = "main") -> Path:
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--initial-branch", branch)
    commit(path, files, "Start")
    return path
