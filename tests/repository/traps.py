"""A trap at every place where git starts a program that a configuration names."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.repository.scratch import commit, git

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


def trapped_home(home: Path, marker: Path) -> Path:
    """A user whose global configuration names hooks and a filter."""
    for hook in HOOKS:
        trap(home / "hooks" / hook, marker)
    program = trap(home / "filter", marker)
    git(home, "config", "--global", "core.hooksPath", str(home / "hooks"), home=home)
    git(home, "config", "--global", "filter.house.clean", program, home=home)
    return home


def set_traps(root: Path, marker: Path) -> None:
    """Commits the attributes that make git use its filters, so do this first."""
    commit(root, {".gitattributes": "* filter=trap diff=trap\n"})
    program = trap(marker.parent / "trap", marker)
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


def leave_work_in_progress(root: Path, file: str) -> None:
    """A stash, a change, a staged file and an untracked one."""
    text = (root / file).read_text()
    (root / file).write_text(text + "# stashed\n")
    git(root, "stash", "push", "--quiet")
    (root / file).write_text(text + "# half done\n")
    (root / "staged.py").write_text("b = 1\n")
    git(root, "add", "staged.py")
    (root / "untracked.py").write_text("c = 1\n")


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of every file, less what a new branch adds to git's own store."""
    added = (".git/objects", ".git/refs/heads/auto-fix", ".git/logs/refs/heads/auto-fix")
    return {
        name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not (name := str(path.relative_to(root))).startswith(added)
    }


def seen_by_the_user(root: Path) -> list[str]:
    """What git tells. Asking refreshes the index, so take a snapshot after it, not before."""
    commands = ("status --porcelain=v2", "stash list", "config --list", "worktree list")
    return [git(root, *command.split()) for command in commands]
