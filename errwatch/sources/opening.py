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


ENOUGH = 8
"""Control characters; fewer may be chance."""
LIKELY = 0.03
"""The share of control characters from which on bytes are no text; logs have next to none."""
_CONTROL = bytes(set(range(1, 32)) - set(b"\b\t\n\f\r\x1b")) + b"\x7f"


def require_text(head: bytes, name: str) -> None:
    """Refuse what is no log at all, by its first bytes: nothing in it is not "no errors". Raises
    SourceError.

    NUL bytes, colours and letters in any encoding are in many a log.
    """
    told = head.replace(b"\0", b"")
    control = len(told) - len(told.translate(None, _CONTROL))
    if control > LIKELY * len(told) and control >= ENOUGH:
        message = f"{name}: no text, so it is no log; if it is packed, unpack it first"
        raise SourceError(message)
