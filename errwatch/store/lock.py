"""One watcher a state: a lock beside the file, which the kernel drops with its holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errwatch.errors import StateError


@contextmanager
def watch_lock(state: Path) -> Iterator[None]:
    """Held inside the `with`. Raises StateError where another process has it."""
    path = state.with_name(state.name + ".watch")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"{path}: cannot be locked: {error.strerror}"
        raise StateError(message) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(handle, 32).decode("ascii", "replace").strip() or "another process"
        os.close(handle)
        message = f"{state}: watched already, by {holder}; stop that one, or use another state"
        raise StateError(message) from error
    os.ftruncate(handle, 0)
    os.write(handle, f"process {os.getpid()}".encode())
    try:
        yield
    finally:
        os.close(handle)
