"""What a killed errwatch left behind goes; what is somebody's stays."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from errwatch.repository.git import open_repository
from tests.repository.scratch import git, make_repository


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def dead() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid


def test_only_worktrees_of_the_dead_are_removed(tmp_path: Path, temporary: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.py": ""})
    kept = [
        tmp_path / "mine",
        temporary / "errwatch-mine" / "tree",
        temporary / f"errwatch-{os.getpid()}-abcd1234" / "tree",
    ]
    stale = temporary / f"errwatch-{dead()}-abcd1234" / "tree"
    for path in (*kept, stale):
        git(root, "worktree", "add", "--detach", str(path))
    home = temporary / f"errwatch-{dead()}-home-abcd1234"
    home.mkdir()
    (temporary / f"errwatch-{dead()}-link").symlink_to(tmp_path / "mine")
    (stale / ".git").unlink()
    open_repository(root).sweep()
    assert not stale.parent.exists()
    assert not home.exists()
    listed = git(root, "worktree", "list")
    assert str(stale) not in listed
    assert all(str(path) in listed and path.is_dir() for path in kept)
