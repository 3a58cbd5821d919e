"""What is free in the state file goes back to the disk, step by step, and disturbs nobody."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from errwatch.model.change import Counted
from errwatch.model.partial import Partial
from errwatch.store.compact import AT_ONCE, SPARE, give_back
from errwatch.store.sqlite import SqliteStore
from tests.store.values import KEY, event


def fill_and_empty(path: Path) -> None:
    """30 MiB that came and went."""
    with SqliteStore(path) as store:
        store.commit(Counted(Partial.of([(KEY, event())])), actor="x")
        connection = store._database.connection
        connection.execute("CREATE TABLE heap (body)")
        connection.executemany(
            "INSERT INTO heap VALUES (?)", [(bytes(1024 * 1024),) for _ in range(30)]
        )
        connection.execute("DROP TABLE heap")


def test_it_shrinks_step_by_step_and_keeps_a_spare(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    fill_and_empty(path)
    sizes = [path.stat().st_size]
    with SqliteStore(path) as store:
        for _ in range(6):
            store.tidy()
            sizes.append(path.stat().st_size)
        assert store.issue(KEY).count == 1
        assert store._database.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    steps = [before - after for before, after in pairwise(sizes)]
    assert max(steps) <= AT_ONCE + 65536
    assert SPARE <= sizes[-1] < SPARE + 1024 * 1024
    assert steps[-1] == 0


def test_a_state_that_could_not_shrink_is_made_to(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    fill_and_empty(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (0,)
    fill_and_empty(path)
    with SqliteStore(path) as store:
        store.tidy()
        assert store.issue(KEY).count == 2
        assert store._database.connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    assert path.stat().st_size < 1024 * 1024


def test_nobody_is_disturbed(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    fill_and_empty(path)
    size = path.stat().st_size
    with closing(sqlite3.connect(path, isolation_level=None)) as other, SqliteStore(path) as store:
        other.execute("BEGIN IMMEDIATE")
        store.tidy()
        assert path.stat().st_size == size
        patience = store._database.connection.execute("PRAGMA busy_timeout").fetchone()
        assert patience == (5000,)
        other.execute("ROLLBACK")
        give_back(store._database.connection)
    assert path.stat().st_size < size
