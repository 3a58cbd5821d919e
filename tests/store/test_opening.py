from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.errors import StateError, StateMismatch
from errwatch.model.change import Counted
from errwatch.store.database import BUSY_SECONDS, journal_mode
from errwatch.store.migrations import APPLICATION_ID, MIGRATIONS, migrate
from errwatch.store.sqlite import SqliteStore
from tests.sources.nobody import nobody
from tests.store.values import KEY, partial


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of somebody who is not the super-user."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        os.chown(name, 65534 if user == 0 else user, -1)
        if user == 0:
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            os.seteuid(user)


def fill(path: Path, *starts: int) -> None:
    with SqliteStore(path) as store:
        store.commit(Counted(partial(*starts)), actor="scan")


def test_a_state_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "errwatch" / "shop" / "state.db"
    old = os.umask(0)
    try:
        fill(path, 1)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_an_empty_file_is_a_fresh_state(path: Path) -> None:
    path.touch()
    fill(path, 1)
    fill(path, 2)
    with sqlite3.connect(path) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert application.to_bytes(4, "big") == b"errw"
    assert version == len(MIGRATIONS)


def test_a_reader_leaves_no_trace(path: Path) -> None:
    for _ in range(2):
        with SqliteStore(path, read_only=True) as store:
            assert store.issues() == []
            with pytest.raises(StateError):
                store.commit(Counted(partial(1)), actor="scan")
        assert not list(path.parent.iterdir()) or path.read_bytes() == b""
        path.touch()
    fill(path, 1)
    before = path.read_bytes()
    with SqliteStore(path, read_only=True) as store:
        assert store.issue(KEY).count == 1
        with pytest.raises(StateError):
            store.commit(Counted(partial(2)), actor="scan")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def other_program(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("CREATE TABLE x (y)", "a database of another program"),
        ("PRAGMA application_id = 1; CREATE TABLE x (y)", "a database of another program"),
        ("PRAGMA application_id = 1", "a database of another program"),
        (
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 99",
            "written by a newer errwatch; update errwatch",
        ),
    ],
)
def test_a_database_that_is_not_ours_or_newer_is_left_alone(
    path: Path, script: str, said: str, read_only: bool
) -> None:
    other_program(path, script)
    before = path.read_bytes()
    with pytest.raises(StateMismatch, match=said) as failure:
        SqliteStore(path, read_only=read_only)
    assert str(path) in str(failure.value)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content", [b"not a database\n", bytes(8192), b"SQLite", b"SQLite format 4\0"]
)
def test_a_file_that_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StateMismatch, match="is not an errwatch state, but some other file; move"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_name_that_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    for name, said in (("", "is not a file"), ("pipe", "is not a file"), ("file/x", "lies below")):
        with pytest.raises(StateMismatch, match=said):
            SqliteStore(tmp_path / name)


def test_a_file_that_was_cut_is_never_taken_for_a_state(path: Path) -> None:
    fill(path, *range(5))
    whole = path.read_bytes()
    for size in [*range(1, len(whole), 997), *range(4096, len(whole), 4096), len(whole) - 1]:
        path.write_bytes(whole[:size])
        with pytest.raises(StateMismatch, match=r"state\.db is (damaged|not an errwatch state)"):
            SqliteStore(path)
        assert path.read_bytes() == whole[:size]


@pytest.mark.parametrize("intact", [4096, 20 * 4096])
def test_damage_inside_is_said(path: Path, intact: int) -> None:
    """In the schema, which is met on opening; in the rows, which are met later."""
    fill(path, *range(5))
    whole = path.read_bytes()
    path.write_bytes(whole[:intact] + b"\xa5" * (len(whole) - intact))
    with pytest.raises(StateMismatch, match=r"is damaged \(.*\); move it aside"):
        read_all(path)


def read_all(path: Path) -> None:
    with SqliteStore(path) as store:
        store.issues()
        store.audit()
        store.fixes()


def test_a_file_that_may_not_be_read_or_written(folder: Path) -> None:
    path = folder / "state.db"
    fill(path, 1)
    path.chmod(0o400)
    with pytest.raises(StateError, match="may not be written; check its permissions"):
        fill(path, 2)
    path.chmod(0)
    with pytest.raises(StateError, match="cannot be read: Permission denied"):
        SqliteStore(path)


def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    path = folder / "state.db"
    fill(path, 1)
    folder.chmod(0o500)
    with pytest.raises(StateError, match=r"state\.db failed: it"):
        fill(path, 2)
    with pytest.raises(StateError, match="cannot be created: Permission denied; let ERR"):
        SqliteStore(folder / "new" / "state.db")
    folder.chmod(0o700)
    fill(path, 2)
    with SqliteStore(path) as store:
        assert store.issue(KEY).count == 2


def test_a_lock_that_is_held_too_long_is_said(path: Path) -> None:
    with SqliteStore(path) as store:
        connection = store._database.connection
        (wait,) = connection.execute("PRAGMA busy_timeout").fetchone()
        assert wait == BUSY_SECONDS * 1000 >= 5000
        connection.execute("PRAGMA busy_timeout = 0")
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="another process held it for 5 s"):
            store.commit(Counted(partial(1)), actor="scan")
        assert store.issues() == [], "reading goes on"
        holder.execute("ROLLBACK")
        holder.close()
        store.commit(Counted(partial(1)), actor="scan")
        assert store.issue(KEY).count == 1


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 9), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_the_log_is_written_ahead_only_where_no_commit_can_be_lost(
    version: tuple[int, ...], mode: str
) -> None:
    assert journal_mode(version) == mode


def test_the_connection_is_set_up(path: Path) -> None:
    with SqliteStore(path) as store:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        got = [store._database.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert got == [journal_mode(sqlite3.sqlite_version_info).lower(), 2, 1]


def test_a_migration_that_fails_leaves_what_the_one_before_made(path: Path) -> None:
    def m002_broken(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE more (x)")
        connection.execute("INSERT INTO issues (nonsense) VALUES (1)")

    def m002_mended(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE more (x)")

    fill(path, 1)
    connection = sqlite3.connect(path, isolation_level=None)
    before = list(connection.iterdump())
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, m002_broken))
    assert not connection.in_transaction
    assert list(connection.iterdump()) == before
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    migrate(connection, (*MIGRATIONS, m002_mended))
    migrate(connection, (*MIGRATIONS, m002_mended))
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
    connection.close()


def test_the_audit_trail_cannot_be_altered(path: Path) -> None:
    fill(path, 1)
    connection = sqlite3.connect(path)
    row = connection.execute("SELECT * FROM audit").fetchone()
    for statement in (
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "REPLACE INTO audit VALUES (1, '', '', '', '', '')",
        "INSERT OR REPLACE INTO audit VALUES (1, '', '', '', '', '')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    assert connection.execute("SELECT * FROM audit").fetchall() == [row]
    connection.close()


def test_a_state_in_wal_mode_is_read_where_nothing_may_be_written() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "state.db")
        fill(path, 1)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
        with SqliteStore(path, read_only=True) as store:
            before = store.issues()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        with nobody(), SqliteStore(path, read_only=True) as store:
            assert store.issues() == before
        path.parent.chmod(0o755)
