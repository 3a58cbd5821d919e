"""One SQLite file: whose it is, how it is opened, its transactions, and its errors in our words."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errwatch.errors import StateError, StateMismatch
from errwatch.store.migrations import APPLICATION_ID, MIGRATIONS, migrate
from errwatch.store.transaction import transaction

BUSY_SECONDS = 5.0

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
"""Bytes at the front of a database that describe it."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_MOVE_ASIDE = "move it aside, or let ERRWATCH_STATE name another file"
_ADVICE = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space and run again",
    sqlite3.SQLITE_IOERR: "the disk refused it; check its space, its limits and its health",
    sqlite3.SQLITE_BUSY: f"another process held it for {BUSY_SECONDS:.0f} s; run again",
    sqlite3.SQLITE_READONLY: "it may not be written; check its permissions",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check the permissions of its folder",
    sqlite3.SQLITE_PERM: "it may not be opened; check its permissions",
}


class Database:
    """An open state file, in the newest schema."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        fresh = _inspect(path)
        if not read_only:
            if fresh:
                _create(path)
            _expect_writable(path)
        with self.translated():
            self.connection = _connect(path, fresh=fresh and read_only)
            self._file = None if fresh and read_only else _identity(path)
            try:
                self._prepare(read_only=read_only)
            except BaseException:
                self.connection.close()
                raise

    def _prepare(self, *, read_only: bool) -> None:
        try:
            version = _version(self.connection, self.path)
        except sqlite3.OperationalError as error:
            if not (read_only and _at_rest(self.path, error)):
                raise
            self.connection.close()
            self.connection = _connect_at_rest(self.path)
            version = _version(self.connection, self.path)
        if read_only and version < len(MIGRATIONS):
            self.connection = _copy_in_memory(self.connection)
        elif not read_only:
            if version == 0:
                self.connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            _set_journal(self.connection)
        self.connection.execute("PRAGMA foreign_keys = ON")
        migrate(self.connection)
        if read_only:
            self.connection.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One snapshot for all that is read inside."""
        self._expect_the_same()
        with self.translated(), transaction(self.connection, "BEGIN"):
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; waits for the writer before it."""
        self._expect_the_same()
        with self.translated(), transaction(self.connection):
            yield self.connection

    def _expect_the_same(self) -> None:
        """What is written to a file that is gone would be lost. Raises StateMismatch."""
        if self._file is None:
            return
        found = _identity(self.path)
        if found is None or found[:2] != self._file[:2]:
            what = "was removed" if found is None else "was replaced by another file"
        elif found[2] == 0:
            what = "was emptied"
        else:
            return
        message = f"the state {self.path} {what} while it was in use; restore a copy"
        raise StateMismatch(message)

    @contextmanager
    def translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code in _DAMAGED:
                message = f"the state {self.path} is damaged ({error}); {_MOVE_ASIDE}"
                raise StateMismatch(message) from error
            message = f"the state {self.path} failed: {_ADVICE.get(code, error)}"
            raise StateError(message) from error


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Device, inode and size; None where there is no such file."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        message = f"the state {path} cannot be read: {error.strerror}"
        raise StateError(message) from error
    return status.st_dev, status.st_ino, status.st_size


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL only where a reset of the log cannot lose a commit, by the release notes of SQLite.

    Two connections that write and checkpoint together, a watcher and a command, are all it takes.
    """
    fixed = version >= (3, 51, 3) or any(
        version[:2] == release[:2] and version >= release for release in ((3, 50, 7), (3, 44, 6))
    )
    return "WAL" if fixed else "DELETE"


def _set_journal(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA journal_mode = {journal_mode(sqlite3.sqlite_version_info)}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {16 * 1024 * 1024}")


def _inspect(path: Path) -> bool:
    """Whether a state is to be begun there; refuses what is no database before SQLite sees it."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            message = f"the state {path} is not a file; let ERRWATCH_STATE name a file"
            raise StateMismatch(message)
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except FileNotFoundError:
        return True
    except NotADirectoryError as error:
        message = f"the state {path} lies below something that is not a directory"
        raise StateMismatch(message) from error
    except OSError as error:
        message = f"the state {path} cannot be read: {error.strerror}"
        raise StateError(message) from error
    if head and not head.startswith(_MAGIC):
        message = f"the state {path} is not an errwatch state, but some other file; {_MOVE_ASIDE}"
        raise StateMismatch(message)
    if head and status.st_size < _promised(head) and not _journal(path).exists():
        message = f"the state {path} is damaged: its end is missing; {_MOVE_ASIDE}"
        raise StateMismatch(message)
    return not head


def _promised(head: bytes) -> int:
    """The size in bytes that a database has by its own header; SQLite may not miss the end."""
    page = int.from_bytes(head[16:18], "big")
    return (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")


def _journal(path: Path) -> Path:
    """What SQLite has beside the file while a commit is under way, or was cut short."""
    return path.with_name(f"{path.name}-journal")


def _create(path: Path) -> None:
    """An empty file that only its owner may read. SQLite gives its journal the same mode."""
    try:
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        message = (
            f"the state {path} cannot be created: {error.strerror}; "
            "let ERRWATCH_STATE name a file that may be written"
        )
        raise StateError(message) from error


def _expect_writable(path: Path) -> None:
    """SQLite would find out at the first commit, when the logs are read. Raises StateError."""
    for needed in (path, path.parent):
        if not os.access(needed, os.W_OK):
            message = f"the state {path} may not be written; let ERRWATCH_STATE name another file"
            raise StateError(message)


def _connect(path: Path, *, fresh: bool) -> sqlite3.Connection:
    """`mode=rw` for readers too: only a writer can undo what a crash left half-written."""
    uri = ":memory:" if fresh else f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


_LOCKED_OUT = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


def _at_rest(path: Path, error: sqlite3.OperationalError) -> bool:
    """Whether only the lack of a right to write stands in the way, and nobody writes: SQLite wants
    a file beside one in WAL mode, even to read it."""
    beside = (path.with_name(f"{path.name}-wal"), _journal(path))
    return error.sqlite_errorcode & 0xFF in _LOCKED_OUT and not any(one.exists() for one in beside)


def _connect_at_rest(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, isolation_level=None)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """How many migrations the file has seen; refuses one that is not ours, or newer."""
    with transaction(connection, "BEGIN"):
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID and (application or tables):
        message = f"the state {path} is a database of another program; {_MOVE_ASIDE}"
        raise StateMismatch(message)
    if version > len(MIGRATIONS):
        message = f"the state {path} was written by a newer errwatch; update errwatch to use it"
        raise StateMismatch(message)
    return int(version)


def _copy_in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A reader brings an older state up to date for itself, and leaves the file as it is."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(copy)
    connection.close()
    return copy
