"""States of every schema before this one, as SQL text, are brought up to date and lose nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from errwatch.store.migrations import MIGRATIONS
from errwatch.store.sqlite import SqliteStore
from tests.store.values import KEY

SCHEMAS = Path(__file__).parent / "schemas"
OLD = sorted(SCHEMAS.glob("*.sql"), key=lambda path: int(path.stem))


def begin(schema: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema.read_text("utf-8"))


def expect_all(path: Path, *, read_only: bool) -> None:
    with SqliteStore(path, read_only=read_only) as store:
        (issue,) = store.issues()
        assert (issue.fingerprint, issue.count, len(issue.samples)) == (KEY, 5, 1)
        assert issue.buckets == {1769860800: 2, 1769861400: 1, 1769904000: 2}
        (where,) = store.positions("/app.log")
        assert (where.cursor, where.counted.spans) == (10, ((0, 10),))
        assert [row.action for row in store.audit()] == ["found"]


def test_there_is_one_of_every_schema() -> None:
    assert [int(path.stem) for path in OLD] == list(range(1, len(MIGRATIONS)))


@pytest.mark.parametrize("schema", OLD, ids=lambda path: path.stem)
def test_an_old_state_is_read_and_brought_up_to_date(tmp_path: Path, schema: Path) -> None:
    path = tmp_path / "state.db"
    begin(schema, path)
    before = path.read_bytes()
    expect_all(path, read_only=True)
    assert path.read_bytes() == before
    expect_all(path, read_only=False)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
