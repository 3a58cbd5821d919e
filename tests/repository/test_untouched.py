"""Each thing that is done to a repository leaves it as it was, and starts nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from errwatch.model.fix import Edit
from errwatch.repository.git import open_repository
from tests.repository.scratch import git, make_repository
from tests.repository.traps import leave_work_in_progress, set_traps, snapshot, trapped_home

EDIT = Edit("shop.py", "a = 1\n", "a = 2\n")
MESSAGE = "Set a\n\nErrwatch-Fingerprint: v1:a\n"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def home(tmp_path: Path, marker: Path) -> Path:
    return trapped_home(tmp_path / "home", marker)


@pytest.fixture
def root(tmp_path: Path, marker: Path) -> Path:
    root = make_repository(tmp_path / "r", {"shop.py": EDIT.before or ""})
    leave_work_in_progress(root, "shop.py")
    git(root, "stash", "push", "--quiet", "--include-untracked")
    set_traps(root, marker)
    (root / "shop.py").write_text("a = 1  # half done\n")
    return root


def test_the_traps_work(root: Path, home: Path, marker: Path) -> None:
    git(root, "update-index", "--refresh", home=home, check=False)
    git(root, "config", "filter.trap.required", "false")
    git(root, "branch", "other", home=home, check=False)
    git(root, "diff", home=home, check=False)
    fired = {Path(line).name for line in marker.read_text().splitlines()}
    assert fired >= {"trap", "reference-transaction"}


def test_everything_that_is_done_leaves_no_trace(
    root: Path, home: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home))
    files = snapshot(root)

    repository = open_repository(root)
    tree = repository.tree()
    assert tree.read("shop.py") == EDIT.before
    assert repository.notes()
    assert repository.blame(tree.commit, "shop.py", 1, 1)
    with repository.worktree(tree.commit) as worktree:
        assert (worktree.path / "shop.py").read_text() == EDIT.before
        worktree.apply([EDIT])
        assert not worktree.rewritten()
        made = worktree.commit([EDIT], "auto-fix/x/EW-1", MESSAGE)

    assert snapshot(root) == files
    assert not marker.exists()
    assert git(root, "rev-parse", "auto-fix/x/EW-1").strip() == made
