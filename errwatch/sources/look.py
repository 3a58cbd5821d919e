"""How a file looks from outside: whether it is as it was, without opening it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Look(NamedTuple):
    """What tells, without opening a file, that it is as it was."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


def look(path: Path) -> Look | None:
    """None where there is nothing to see."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of them
    except OSError:
        return None
    return Look(
        status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )
