"""Files beside a log that may have had its name before."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Positions
from errwatch.sources.names import is_compressed, originals
from errwatch.sources.opening import open_regular, peek, shown, unreadable
from errwatch.sources.packed import unpacker
from errwatch.sources.recode import is_utf16
from errwatch.sources.text import Text


@dataclass(frozen=True, slots=True, order=True)
class Sibling:
    modified: int
    """In nanoseconds."""
    path: Path
    inode: int
    rotated: bool
    """Whether it is called like an earlier part of the log."""


def siblings(path: Path, inodes: Collection[int]) -> list[Sibling]:
    """Those with one of `inodes`, under any name, and those that are called like an earlier part
    of `path`; the one modified last at the end."""
    try:
        with os.scandir(path.parent) as entries:
            found = [of_entry(entry, path.name, inodes) for entry in entries]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(path.parent, error) from error
    return sorted(each for each in found if each is not None)


def packed_siblings(path: Path) -> list[Sibling]:
    """Those that are called like compressed earlier parts of `path`."""
    found = []
    try:
        with os.scandir(path.parent) as entries:
            for entry in entries:
                if is_compressed(entry.name) and _is_part(entry.name, path.name):
                    with suppress(FileNotFoundError):
                        status = entry.stat()
                        if stat.S_ISREG(status.st_mode):
                            found.append(
                                Sibling(status.st_mtime_ns, Path(entry.path), status.st_ino, True)
                            )
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(path.parent, error) from error
    return sorted(found)


def _is_part(name: str, of: str) -> bool:
    plain = name[: name.rindex(".")]
    return plain == of or of in originals(plain)


def of_entry(entry: os.DirEntry[str], name: str, inodes: Collection[int]) -> Sibling | None:
    """The sibling of `name` that an entry of its folder is; None where it is none, or was deleted
    since the folder was listed."""
    rotated = _is_earlier_part(entry.name, name)
    if entry.name == name or not (rotated or entry.inode() in inodes) or not entry.is_file():
        return None
    try:
        return Sibling(entry.stat().st_mtime_ns, Path(entry.path), entry.inode(), rotated)
    except FileNotFoundError:
        return None


def open_text(path: Path, known: Positions, *, name: Path) -> Text:
    """What the file holds, to be followed as `name`. Raises SourceError."""
    with ExitStack() as stack:
        handle = stack.enter_context(open_regular(path))
        if unpacker(handle):
            message = f"{shown(path)}: compressed, so it cannot be followed; scan it instead"
            raise SourceError(message)
        if is_utf16(peek(handle, 0, 2)):
            message = f"{shown(path)}: UTF-16, so it cannot be followed; scan it instead"
            raise SourceError(message)
        text = Text(handle, name, known)
        stack.pop_all()
        return text


def _is_earlier_part(name: str, of: str) -> bool:
    # The first is quick, for a folder may hold thousands.
    alike = name.startswith(of.rpartition(".")[0] or of)
    return alike and of in originals(name) and not is_compressed(name)
