"""Opening what a name refers to, without ever waiting for it."""

from __future__ import annotations

import os
import stat
from io import FileIO
from pathlib import Path

from errwatch.errors import SourceError

_KINDS = (
    (stat.S_ISDIR, "is a directory"),
    (stat.S_ISFIFO, "is a named pipe; feed it to standard input: `errwatch scan - < PIPE`"),
    (stat.S_ISSOCK, "is a socket; errwatch reads files and standard input"),
    (stat.S_ISCHR, "is a device; errwatch reads files and standard input"),
    (stat.S_ISBLK, "is a device; errwatch reads files and standard input"),
)


def shown(path: str | Path) -> str:
    """The path as text that can be printed and stored, whatever bytes its name is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def open_regular(path: Path) -> FileIO:
    """A regular file, for reading. Raises SourceError, in one line that names the file.

    The type is checked before and after: before, because opening a device may do something; after,
    because the name may have been given to something else meanwhile.
    """
    try:
        _check(path, path.stat().st_mode)
        handle = FileIO(path, opener=_open_without_waiting)
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        _check(path, os.fstat(handle.fileno()).st_mode)
    except SourceError:
        handle.close()
        raise
    return handle


def peek(handle: FileIO, start: int, length: int) -> bytes:
    """What stands at `start`, less than `length` where the file ends. Raises SourceError."""
    try:
        return os.pread(handle.fileno(), length, start)
    except OSError as error:
        raise unreadable(handle.name, error) from error


def unreadable(path: str | Path, error: OSError) -> SourceError:
    match error:
        case FileNotFoundError():
            return SourceError(f"{shown(path)}: there is no such file")
        case PermissionError():
            return SourceError(f"{shown(path)}: permission denied; let this user read it")
        case _:
            return SourceError(f"{shown(path)}: cannot be read: {error.strerror or error}")


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _check(path: Path, mode: int) -> None:
    for is_kind, what in _KINDS:
        if is_kind(mode):
            message = f"{shown(path)}: {what}"
            raise SourceError(message)
