"""Files beside a log that may have had its name before."""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Positions
from errwatch.sources.folders import Entry, Folder
from errwatch.sources.names import is_compressed
from errwatch.sources.opening import open_regular, peek, shown
from errwatch.sources.packed import unpacker
from errwatch.sources.recode import HEAD, is_utf16
from errwatch.sources.text import Text


@dataclass(frozen=True, slots=True, order=True)
class Sibling:
    modified: int
    """In nanoseconds."""
    path: Path
    device: int
    inode: int
    rotated: bool
    """Whether it is called like an earlier part of the log."""


def siblings(folder: Folder, path: Path, inodes: Collection[int]) -> list[Sibling]:
    """Those with one of `inodes`, under any name, and those that are called like an earlier part
    of `path`; the one modified last at the end. `folder` is the one that it lies in."""
    parts = folder.parts.get(path.name, [])
    known = (entry for inode in inodes for entry in folder.inodes.get(inode, []))
    # A compressed file is none of those, though it may have got the inode of one.
    named = (one for one in known if one.name != path.name and not is_compressed(one.name))
    others = set(named).difference(parts)
    return sorted([*_seen(path, parts, rotated=True), *_seen(path, others, rotated=False)])


def packed_siblings(folder: Folder, path: Path) -> list[Sibling]:
    """Those that are called like compressed earlier parts of `path`, likewise."""
    return sorted(_seen(path, folder.packed.get(path.name, []), rotated=True))


def _seen(path: Path, entries: Iterable[Entry], *, rotated: bool) -> list[Sibling]:
    """The regular files among them, but for those that went since the folder was listed."""
    found = []
    for entry in entries:
        place = path.with_name(entry.name)
        try:
            status = place.stat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            key = (status.st_dev, status.st_ino)
            found.append(Sibling(status.st_mtime_ns, place, *key, rotated))
    return found


def open_text(path: Path, known: Positions, *, name: Path) -> Text:
    """What the file holds, to be followed as `name`. Raises SourceError."""
    with ExitStack() as stack:
        handle = stack.enter_context(open_regular(path))
        if unpacker(handle):
            message = f"{shown(path)}: compressed, so it cannot be followed; scan it instead"
            raise SourceError(message)
        if is_utf16(peek(handle, 0, HEAD)):
            message = f"{shown(path)}: UTF-16, so it cannot be followed; scan it instead"
            raise SourceError(message)
        text = Text(handle, name, known)
        stack.pop_all()
        return text
