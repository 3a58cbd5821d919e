"""What lies in a folder, listed once for all the logs in it."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from errwatch.sources.names import is_compressed, originals
from errwatch.sources.opening import unreadable

KEPT = 16
"""Folders that are remembered."""

YOUNG = 1_000_000_000
"""Nanoseconds after a change in which the clock of the file system may hide another one."""


class Entry(NamedTuple):
    name: str
    inode: int


Stamp = tuple[int, int, int]
"""Device, inode, and when something was last renamed, made or deleted in it."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A listing, by what is asked of it."""

    stamp: Stamp | None
    """None where there is no such folder."""
    parts: dict[str, list[Entry]]
    """Log -> what is called like a plain earlier part of it."""
    packed: dict[str, list[Entry]]
    """Log -> what is called like a compressed one."""
    inodes: dict[int, list[Entry]]

    def parts_of(self, log: Path) -> frozenset[Entry]:
        parts, packed = self.parts.get(log.name, []), self.packed.get(log.name, [])
        return frozenset((*parts, *packed))


class Folders:
    """Called, lists a folder: anew only where something in it may have changed.

    `now` is the time of day in nanoseconds, as file systems tell it.
    """

    def __init__(self, now: Callable[[], int] = time.time_ns) -> None:
        self._now = now
        self._listed: OrderedDict[Path, Folder] = OrderedDict()

    def __call__(self, path: Path) -> Folder:
        """Raises SourceError."""
        known = self._listed.pop(path, None)
        if known is None or not is_unchanged(path, known.stamp, self._now()):
            known = listed(path)
        self._listed[path] = known
        if len(self._listed) > KEPT:
            self._listed.popitem(last=False)
        return known


def stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    return (status.st_dev, status.st_ino, status.st_mtime_ns)


def is_unchanged(path: Path, before: Stamp | None, now: int) -> bool:
    """Whether a folder holds for sure what it held when it had that stamp. Raises SourceError."""
    return before is not None and stamp(path) == before and abs(now - before[2]) >= YOUNG


def listed(path: Path) -> Folder:
    """Raises SourceError."""
    before = stamp(path)
    try:
        with os.scandir(path) as entries:
            found = [Entry(entry.name, entry.inode()) for entry in entries]
    except FileNotFoundError:
        found = []
    except OSError as error:
        raise unreadable(path, error) from error
    return _indexed(before, found)


def _indexed(before: Stamp | None, found: Iterable[Entry]) -> Folder:
    folder = Folder(before, {}, {}, {})
    for entry in found:
        folder.inodes.setdefault(entry.inode, []).append(entry)
        if is_compressed(entry.name):
            plain = entry.name[: entry.name.rindex(".")]
            for log in {plain, *originals(plain)}:
                folder.packed.setdefault(log, []).append(entry)
        else:
            for log in originals(entry.name):
                folder.parts.setdefault(log, []).append(entry)
    return folder
