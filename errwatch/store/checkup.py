"""Whether a state file is sound, and lies where it is safe."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from errwatch.errors import ErrwatchError
from errwatch.model.check import Check, Condition
from errwatch.store.database import Database, journal_mode
from errwatch.store.filesystems import shared

NAME = "state"
MEND = "errwatch state restore FILE puts a copy back; or move it aside"
SCARCE = 200 * 1024 * 1024
"""Bytes of free space under which a commit may soon fail."""
LARGE_LOG = 64 * 1024 * 1024
"""Bytes of the write-ahead log that mean that somebody reads for hours."""


def checkup(path: Path) -> Iterator[Check]:
    """Writes nothing; a state that is not there yet is in order."""
    yield _engine()
    yield from _place(path)
    yield _soundness(path) if _may(path, os.F_OK) else _prospect(path)


def _engine() -> Check:
    version = sqlite3.sqlite_version
    found = "write-ahead log"
    if journal_mode(sqlite3.sqlite_version_info) != "WAL":
        found = "rollback journal, for its write-ahead log can lose a commit before 3.51.3"
    return Check("sqlite", Condition.GOOD, f"SQLite {version}: {found}")


def _place(path: Path) -> Iterator[Check]:
    kind = shared(path)
    if kind is not None:
        yield Check(
            NAME,
            Condition.WARNING,
            f"{path} lies on {kind}, where locks cannot be trusted",
            "let ERRWATCH_STATE name a file on a local disk",
        )
    folder = _nearest(path)
    if (free := shutil.disk_usage(folder).free) < SCARCE:
        yield Check(
            NAME,
            Condition.WARNING,
            f"{folder}: {free // 1024 // 1024} MiB free",
            "free some space: a commit needs it",
        )
    log = path.with_name(f"{path.name}-wal")
    if _may(log, os.F_OK) and log.stat().st_size > LARGE_LOG:
        yield Check(
            NAME,
            Condition.WARNING,
            f"{log}: {log.stat().st_size // 1024 // 1024} MiB",
            "end what has been reading the state for hours, such as errwatch in a pager",
        )


def _nearest(path: Path) -> Path:
    """The folder above it that is there, as far as we are let look."""
    return next(one for one in path.absolute().parents if _may(one, os.F_OK))


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _prospect(path: Path) -> Check:
    """Of a state that is not there yet."""
    folder = _nearest(path)
    if not _may(folder, os.W_OK | os.X_OK):
        found = f"{path}: not there yet, and {folder} may not be written"
        advice = "allow it, or let ERRWATCH_STATE name another file"
        return Check(NAME, Condition.BAD, found, advice)
    return Check(NAME, Condition.GOOD, f"{path}: not there yet, a scan makes it")


def _soundness(path: Path) -> Check:
    try:
        database = Database(path, read_only=True)
    except ErrwatchError as error:
        return Check(
            NAME,
            Condition.BAD,
            str(error),
            MEND,
        )
    try:
        with database.reading() as connection:
            damage = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except ErrwatchError as error:
        damage = [str(error)]
    finally:
        database.close()
    if damage != ["ok"]:
        found = f"{path} is damaged: {'; '.join(damage)}"
        return Check(
            NAME,
            Condition.BAD,
            found,
            MEND,
        )
    return Check(NAME, Condition.GOOD, f"{path}: sound, {path.stat().st_size // 1024} KiB")
