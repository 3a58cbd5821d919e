"""The promise that matters: after a fix the repository is as it was, and nothing of it ran."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from errwatch.model.fix import Edit
from errwatch.repository.git import open_repository
from tests.repository.scratch import commit, git, make_repository

HOOKS = [
    *("applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "prepare-commit-msg"),
    *("commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push"),
    *("reference-transaction", "post-index-change", "post-rewrite", "fsmonitor-watchman"),
]


def trap(program: Path, marker: Path) -> str:
    """A program that leaves `marker` behind and passes its input on."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\necho "$0" >> {marker}\ncat\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of every file, less what a new branch adds to git's own store."""
    added = (".git/objects", ".git/refs/heads/auto-fix", ".git/logs/refs/heads/auto-fix")
    return {
        name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not (name := str(path.relative_to(root))).startswith(added)
    }


def state(root: Path, home: Path) -> tuple[object, ...]:
    commands = ("status --porcelain=v2", "stash list", "config --list", "worktree list", "branch")
    told = [git(root, *command.split(), home=home) for command in commands]
    return (*told[:-1], (root / ".git/HEAD").read_bytes())


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def home(tmp_path: Path, marker: Path) -> Path:
    """A user whose global configuration names hooks and a filter too."""
    home = tmp_path / "home"
    for hook in HOOKS:
        trap(home / "hooks" / hook, marker)
    program = trap(home / "filter", marker)
    git(tmp_path, "config", "--global", "core.hooksPath", str(home / "hooks"), home=home)
    git(tmp_path, "config", "--global", "filter.house.clean", program, home=home)
    return home


@pytest.fixture
def root(tmp_path: Path, marker: Path) -> Path:
    """A repository with work in progress, and a trap at every place where git starts programs."""
    root = make_repository(tmp_path / "r", {"shop.py": "a = 1\n", "notes.txt": "one\n"})
    commit(root, {".gitattributes": "* filter=trap diff=trap\n"})
    (root / "notes.txt").write_text("two\n")
    git(root, "stash", "push", "--quiet")
    (root / "shop.py").write_text("a = 1  # half done\n")
    (root / "staged.py").write_text("b = 1\n")
    git(root, "add", "staged.py")
    (root / "untracked.py").write_text("c = 1\n")
    program = trap(tmp_path / "trap", marker)
    for key in ("clean", "smudge", "process"):
        git(root, "config", f"filter.trap.{key}", program)
    git(root, "config", "filter.trap.required", "true")
    for key in ("diff.external", "diff.trap.command", "diff.trap.textconv", "core.fsmonitor"):
        git(root, "config", key, program)
    for key in ("gpg.program", "core.sshCommand", "core.pager", "core.editor", "core.askPass"):
        git(root, "config", key, program)
    git(root, "config", "commit.gpgSign", "true")
    for hook in HOOKS:
        trap(root / ".git/hooks" / hook, marker)
    return root


def test_the_traps_work(root: Path, home: Path, marker: Path) -> None:
    git(root, "update-index", "--refresh", home=home, check=False)
    git(root, "config", "filter.trap.required", "false")
    git(root, "branch", "other", home=home, check=False)
    git(root, "diff", home=home, check=False)
    fired = {Path(line).name for line in marker.read_text().splitlines()}
    assert fired >= {"trap", "reference-transaction"}


def test_a_fix_leaves_the_repository_as_it_was(
    root: Path, home: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home))
    files = snapshot(root)

    repository = open_repository(root)
    tree = repository.tree()
    assert tree.read("shop.py") == "a = 1\n"
    assert repository.notes()
    assert repository.blame(tree.commit, "shop.py", 1, 1)
    edit = Edit("shop.py", "a = 1\n", "a = 2\n")
    with repository.worktree(tree.commit) as worktree:
        assert (worktree.path / "shop.py").read_text() == "a = 1\n"
        worktree.apply([edit])
        assert worktree.intact()
        made = worktree.commit([edit], "auto-fix/x/EW-1", "Set a\n\nErrwatch-Fingerprint: v1:a\n")

    assert snapshot(root) == files
    assert not marker.exists()
    assert git(root, "rev-parse", "auto-fix/x/EW-1").strip() == made


def test_what_the_user_sees_stays(tmp_path: Path) -> None:
    """Without traps, so that the user's own git commands may be asked before and after."""
    root = make_repository(tmp_path / "r", {"shop.py": "a = 1\n", "notes.txt": "one\n"})
    (root / "notes.txt").write_text("two\n")
    git(root, "stash", "push", "--quiet")
    (root / "shop.py").write_text("a = 1  # half done\n")
    before = state(root, tmp_path), snapshot(root)
    repository = open_repository(root)
    edit = Edit("shop.py", "a = 1\n", "a = 2\n")
    with repository.worktree(repository.tree().commit) as worktree:
        worktree.apply([edit])
        worktree.commit([edit], "auto-fix/x/EW-1", "Set a\n\nErrwatch-Fingerprint: v1:a\n")
    assert snapshot(root) == before[1]
    assert state(root, tmp_path) == before[0]
