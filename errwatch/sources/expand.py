"""What the user named -> sources; what cannot be read is a failure beside them, never instead."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Positions
from errwatch.sources.files import FileSource, PipeSource
from errwatch.sources.names import LOG_NAMES, is_log
from errwatch.sources.opening import open_regular, shown, unreadable
from errwatch.sources.rotation import in_order

STDIN = "-"

_LOOKED_FOR = f"looked for {' '.join(LOG_NAMES)}, compressed or not; name a file or a glob instead"

Key = tuple[int, int]
"""Device and inode."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Each file once, however many inputs lead to it: it belongs to the first of them."""

    sources: tuple[FileSource | PipeSource, ...]
    failures: tuple[SourceError, ...]


def expand(inputs: Sequence[str], known: Positions, stdin: BufferedReader | None) -> Inputs:
    """Paths, directories (the logs below them), globs, and `-` for standard input."""
    sources: dict[Key | None, FileSource | PipeSource] = {}
    failures: list[SourceError] = []
    for given in inputs:
        if given == STDIN:
            if stdin is None:
                failures.append(SourceError("-: standard input is closed"))
            else:
                sources.setdefault(None, PipeSource(stdin))
            continue
        for found in named(given):
            match _opened(found) if isinstance(found, Path) else found:
                case SourceError() as failure:
                    failures.append(failure)
                case (path, key):
                    sources.setdefault(key, FileSource(path, known, given=shown(given)))
    return Inputs(_ordered(list(sources.values())), tuple(failures))


def _ordered(
    sources: Sequence[FileSource | PipeSource],
) -> tuple[FileSource | PipeSource, ...]:
    """The parts of a rotated log one after the other, the oldest first, each told of the others."""
    files = {source.path: source for source in sources if isinstance(source, FileSource)}
    ordered: list[FileSource | PipeSource] = []
    for log in in_order(list(files)):
        for place, path in enumerate(log):
            files[path].between(log[:place][::-1], log[place + 1 :])
            ordered.append(files[path])
    pipes = [source for source in sources if isinstance(source, PipeSource)]
    return (*ordered, *pipes)


def named(given: str) -> Iterator[Path | SourceError]:
    """The files that one argument leads to. A name that exists is no glob, whatever is in it."""
    path, name = Path(given), shown(given)
    if _is_folder(path):
        yield from _or_else(_below(path), f"{name}: no logs in this directory: {_LOOKED_FOR}")
    elif os.path.lexists(path) or not glob.has_magic(given):
        yield path
    else:
        yield from _or_else(_matched(given), f"{name}: no file matches")


def _or_else(found: Iterator[Path | SourceError], message: str) -> Iterator[Path | SourceError]:
    empty = True
    for one in found:
        empty = False
        yield one
    if empty:
        yield SourceError(message)


def _matched(pattern: str) -> Iterator[Path | SourceError]:
    for name in sorted(set(_names(pattern))):
        path = Path(name)
        yield from _below(path) if _is_folder(path) else [path]


def _is_folder(path: Path) -> bool:
    """Not one that cannot be looked at, as below a folder of somebody else: opening it says why."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises


def _names(pattern: str) -> Iterator[str]:
    """What a glob matches; `**` goes through no link to a folder, for links may lead in circles."""
    parts = pattern.split("/")
    if "**" not in parts:
        yield from glob.glob(pattern)  # noqa: PTH207 - Path.glob takes no absolute pattern
        return
    at = parts.index("**")
    head, tail = "/".join(parts[:at]), "/".join(parts[at + 1 :] or ["*"])
    for root in glob.glob(f"{head}/") if at else [""]:  # noqa: PTH207
        for folder, folders, _ in os.walk(root or os.curdir):
            folders[:] = [name for name in folders if not name.startswith(".")]
            below = folder if root else folder.removeprefix(".").removeprefix("/")
            yield from _names(os.path.join(glob.escape(below), tail))  # noqa: PTH118


def _below(folder: Path) -> Iterator[Path | SourceError]:
    """Logs by their names, in order; not in hidden folders, nor through links to folders."""
    failures: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if is_log(name):
                yield Path(root, name)
    for error in failures:
        yield unreadable(error.filename, error)


def _opened(path: Path) -> tuple[Path, Key] | SourceError:
    try:
        return path, key_of(path)
    except SourceError as error:
        return error


def key_of(path: Path) -> Key:
    """Device and inode of a file that can be read. Raises SourceError."""
    with open_regular(path) as handle:
        status = os.fstat(handle.fileno())
    return (status.st_dev, status.st_ino)
