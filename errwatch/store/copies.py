"""Copies of a state: made while others write, put back while nobody watches."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from errwatch.errors import StateError, StateMismatch
from errwatch.store.database import Database
from errwatch.store.lock import watch_lock

MOST_ASIDE = 3
"""States that were replaced and are kept, the latest as `.old-1`."""
_BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite may have left beside a file; with another file in its place it would spoil that."""


def backup(state: Path, copy: Path) -> None:
    """A sound copy of one moment. It takes the place of an earlier copy, and of nothing else."""
    if not state.exists():
        message = f"the state {state} is not there yet"
        raise StateError(message)
    if copy.exists():
        if copy.samefile(state):
            message = f"{copy} is the state itself; name another file"
            raise StateMismatch(message)
        Database(copy, read_only=True).close()
    _copy(state, copy)


def restore(state: Path, copy: Path) -> Path | None:
    """Put a copy in the state's place. Returns where the state of before is now, if there was one.

    Raises StateMismatch where the copy is none or is damaged, StateError where somebody watches.
    """
    if not copy.exists():
        message = f"{copy}: there is no such file"
        raise StateMismatch(message)
    if damage := damages(copy):
        message = f"{copy} is damaged: {'; '.join(damage)}"
        raise StateMismatch(message)
    if state.exists() and copy.samefile(state):
        message = f"{copy} is the state itself; name a copy"
        raise StateMismatch(message)
    with watch_lock(state):
        fresh = state.with_name(f"{state.name}.new")
        _copy(copy, fresh)
        aside = _move_aside(state) if state.exists() else None
        fresh.replace(state)
    return aside


def damages(path: Path) -> list[str]:
    """What is not sound in a state; none where all is. Raises StateMismatch, StateError."""
    with closing(Database(path, read_only=True)) as database, database.reading() as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
        found += [
            f"{table}: row {row} belongs to nothing in {parent}"
            for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
        ]
    return [line for line in found if line != "ok"]


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all, for its owner alone."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        whole = Path(name)
        try:
            with (
                closing(Database(source, read_only=True)) as database,
                closing(sqlite3.connect(whole)) as connection,
                database.translated(),
            ):
                database.connection.backup(connection)
            with whole.open("rb") as file:
                os.fsync(file.fileno())
            whole.replace(target)
        finally:
            whole.unlink(missing_ok=True)
    except OSError as error:
        message = f"{target}: cannot be written: {error.strerror}"
        raise StateError(message) from error


def _move_aside(state: Path) -> Path:
    """With what lies beside it, which may be needed to read it."""
    names = [state.with_name(f"{state.name}.old-{number}") for number in range(1, MOST_ASIDE + 1)]
    for older, newer in zip(names[::-1], (*names[-2::-1], state), strict=True):
        for end in ("", *_BESIDE):
            source, target = Path(f"{newer}{end}"), Path(f"{older}{end}")
            target.unlink(missing_ok=True)
            if source.exists():
                source.rename(target)
    return names[0]
