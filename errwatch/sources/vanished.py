"""Which files that were read once are gone from the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from errwatch.model.position import FilePosition


def vanished(positions: Iterable[FilePosition]) -> list[FilePosition]:
    """Those whose file is in its folder no more, under any name.

    Where that cannot be told, for the folder is gone, may not be read or lies on another disk than
    then, nothing is said to be gone: the disk may only be away.
    """
    folders: dict[Path, set[tuple[int, int]] | None] = {}
    gone = []
    for one in positions:
        folder = Path(one.path).parent
        if folder not in folders:
            folders[folder] = _inside(folder)
        inside = folders[folder]
        if inside is None or (one.device, one.inode) in inside:
            continue
        if any(device == one.device for device, _ in inside):
            gone.append(one)
    return gone


def _inside(folder: Path) -> set[tuple[int, int]] | None:
    """Device and inode of the folder and of all that is in it; None where it cannot be read."""
    try:
        status = folder.stat()
        found = {(status.st_dev, status.st_ino)}
        with os.scandir(folder) as entries:
            for entry in entries:
                found.add((status.st_dev, entry.inode()))
                if entry.is_symlink():
                    found |= _target(entry.path)
    except OSError:
        return None
    return found


def _target(link: str) -> set[tuple[int, int]]:
    try:
        status = os.stat(link)  # noqa: PTH116
    except OSError:
        return set()
    return {(status.st_dev, status.st_ino)}
