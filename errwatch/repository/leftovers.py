"""What an errwatch that was killed could not remove: temporary folders and worktrees."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from errwatch import lazy_re as re
from errwatch.errors import GitError
from errwatch.repository.runner import Git

_OURS = re.compile(r"errwatch-(\d{1,9})-\w+(?:-\w+)?")
TREE = "tree"
"""The name of a worktree in its temporary folder."""


def prefix() -> str:
    """How the name of a temporary folder of this process begins."""
    return f"errwatch-{os.getpid()}-"


def sweep(git: Git) -> None:
    """Remove those of processes that are gone; whatever is not named as ours is stays."""
    for folder in Path(tempfile.gettempdir()).glob("errwatch-*"):
        if _is_stale(folder.name) and not folder.is_symlink() and _is_mine(folder):
            shutil.rmtree(folder, ignore_errors=True)
    for line in git.run("worktree", "list", "--porcelain").splitlines():
        path = Path(line.removeprefix("worktree "))
        named = line.startswith("worktree ") and path.name == TREE
        if named and _is_stale(path.parent.name) and not path.exists():
            with suppress(GitError):  # another process was quicker
                git.run("worktree", "remove", "--force", str(path))


def _is_stale(name: str) -> bool:
    ours = _OURS.fullmatch(name)
    if ours is None:
        return False
    try:
        os.kill(int(ours[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _is_mine(folder: Path) -> bool:
    with suppress(OSError):
        return folder.lstat().st_uid == os.geteuid()
    return False
