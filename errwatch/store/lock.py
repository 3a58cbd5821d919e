"""One watcher a state: a lock beside the file, which the kernel drops with its holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from errwatch.errors import StateError


@contextmanager
def watch_lock(state: Path) -> Iterator[None]:
    """Held inside the `with`. Raises StateError where another process has it."""
    path = _path(state)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"{path}: cannot be locked: {error.strerror}"
        raise StateError(message) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        other = _written(handle)
        os.close(handle)
        message = f"{state}: watched already, by {other}; stop that one, or use another state"
        raise StateError(message) from error
    os.ftruncate(handle, 0)
    os.write(handle, f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC".encode())
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def publish_lock(state: Path) -> Iterator[None]:
    """Held inside the `with`: one process at a time looks for a pull request, and opens it. Waits
    for the one before it. Raises StateError."""
    path = state.with_name(state.name + ".publish")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"{path}: cannot be locked: {error.strerror}"
        raise StateError(message) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def holder(state: Path) -> str | None:
    """Who has the lock; None where nobody has."""
    try:
        handle = os.open(_path(state), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _written(handle)
    finally:
        os.close(handle)
    return None


def _path(state: Path) -> Path:
    return state.with_name(state.name + ".watch")


def _written(handle: int) -> str:
    return os.read(handle, 64).decode("ascii", "replace").strip() or "another process"
