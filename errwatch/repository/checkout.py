"""Which files are checked out here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from errwatch.errors import GitError, RepositoryUnusable
from errwatch.repository import git

MOST = 100_000
"""Files that are listed of a folder that is no repository."""

_SKIPPED = frozenset(("node_modules", "site-packages", "__pycache__", "venv", "vendor"))


def checkout_files(path: Path) -> list[str]:
    """The files of the checkout that `path` lies in, relative to its root, with forward slashes.

    Where git cannot tell, those below `path`.
    """
    try:
        return git.files(path)
    except (GitError, RepositoryUnusable):
        return list(islice(_below(path), MOST))


def _below(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in _SKIPPED and not f.startswith("."))
        below = Path(folder).relative_to(root)
        yield from ((below / name).as_posix() for name in sorted(names))
