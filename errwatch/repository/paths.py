"""Where in a tree a file may be written."""

from __future__ import annotations

from pathlib import Path

from errwatch.errors import GitError


def inside(root: Path, file: str) -> Path:
    """The place of `file` under `root`. Raises GitError where it would lead elsewhere."""
    parts = file.split("/")
    if any(part in ("", ".", "..") or "\0" in part or part.casefold() == ".git" for part in parts):
        reason = f"{file!r}: not a path inside the repository"
        raise GitError(reason)
    target = root
    for part in parts:
        target = target / part
        if target.is_symlink():
            reason = f"{file!r}: leads through a symbolic link"
            raise GitError(reason)
    return target
