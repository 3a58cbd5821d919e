"""Run as a process of its own: `python -m tests.store.faults NAME STATE`. Exits with 0 when the
state came through the fault as it must."""

from __future__ import annotations

import functools
import os
import resource
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from errwatch.errors import StateError
from errwatch.model.change import Classified, Counted, Fixed, StatusSet
from errwatch.model.issue import Status
from errwatch.store.migrations import migrate
from errwatch.store.sqlite import SqliteStore
from tests.store.test_upgrade import OLD, begin, expect_all
from tests.store.values import CLASSIFICATION, FIX, KEY, OTHER, partial, position

CRASHED = 77
MANY = [Counted(partial(1, key=f"v1:{key:032x}")) for key in range(1000)]


def change(path: Path, number: int) -> None:
    """One commit of everything; the state before and after it is told apart by any row."""
    span = (number * 10, number * 10 + 10)
    with SqliteStore(path) as store:
        store.commit(
            Counted(partial(*span), position(span[1], span)),
            Counted(partial(*span, key=OTHER)),
            Classified(KEY, CLASSIFICATION),
            StatusSet(OTHER, Status.RESOLVED),
            Fixed(FIX),
            actor="scan",
        )


def dump(path: Path) -> list[str]:
    """All rows but for the time of writing."""
    with SqliteStore(path, read_only=True) as store:
        connection = store._database.connection
        connection.execute("PRAGMA query_only = OFF")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
        parts = [store.issues(), store.fixes(), store.positions("/app.log")]
        return [*map(repr, parts), repr([(row.action, row.subject) for row in store.audit()])]


def crash_at(statement: int, path: Path, number: int) -> bool:
    """Whether the process died at its n-th SQL statement, counted from opening the file."""
    child = os.fork()
    if child == 0:
        left = [statement]

        def count_down(_: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                os._exit(CRASHED)

        class Mortal(sqlite3.Connection):
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                self.set_trace_callback(count_down)

        vars(sqlite3)["connect"] = functools.partial(sqlite3.connect, factory=Mortal)
        change(path, number)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, CRASHED), code
    return code == CRASHED


def crash_anywhere(path: Path) -> None:
    """On a fresh state and on one with rows: what is there afterwards is the old or the new."""
    for number in (0, 1):
        old = dump(path)
        complete = path.with_name("complete")
        if path.exists():
            complete.write_bytes(path.read_bytes())
        change(complete, number)
        new = dump(complete)
        statement, outcomes = 1, set()
        while crash_at(statement, path, number):
            now = dump(path)
            assert now in (old, new), f"half a commit after statement {statement}"
            assert now == old, "COMMIT is the last statement"
            outcomes.add(statement)
            statement += 1
        assert dump(path) == new
        assert len(outcomes) > 20


def read_after_a_crash(path: Path) -> None:
    """A reader, too, must undo what a crash left half-written in the file itself."""
    change(path, 0)
    before = dump(path)
    if os.fork() == 0:
        with SqliteStore(path) as store:
            connection = store._database.connection
            connection.execute("PRAGMA cache_size = 10")  # so that pages are written early
            connection.set_trace_callback(lambda sql: os._exit(0) if sql == "COMMIT" else None)
            store.commit(*MANY, actor="scan")
    os.wait()
    assert len(list(path.parent.iterdir())) > 1, "there is something to undo"
    assert dump(path) == before


def disk_full(path: Path) -> None:
    """By the limit on file sizes: the kernel refuses the write in the middle of a commit."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    change(path, 0)
    before = dump(path)
    with SqliteStore(path) as store:
        free = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, free[1]))
        for _ in range(2):
            refused(store, *MANY)
        resource.setrlimit(resource.RLIMIT_FSIZE, free)
        assert dump(path) == before
        store.commit(*MANY, actor="scan")
        assert len(store.issues()) == 1002


def pages_full(path: Path) -> None:
    change(path, 0)
    before = dump(path)
    with SqliteStore(path) as store:
        connection = store._database.connection
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are
        for _ in range(2):
            refused(store, *MANY)
        connection.execute("PRAGMA max_page_count = 1000000")
        assert dump(path) == before
        store.commit(*MANY, actor="scan")
        assert len(store.issues()) == 1002


def refused(store: SqliteStore, *changes: Counted) -> None:
    with pytest.raises(StateError, match="space") as failure:
        store.commit(*changes, actor="scan")
    assert "\n" not in str(failure.value)


def write_at_once(path: Path) -> None:
    """From opening a state that is not there yet, to the last commit."""
    reading, writing = os.pipe()
    children = []
    for child in range(4):
        pid = os.fork()
        if pid == 0:
            os.close(writing)
            os.read(reading, 1)  # until all are there
            with SqliteStore(path) as store:
                for number in range(30):
                    where = position(number + 1, (number, number + 1), inode=child)
                    store.commit(Counted(partial(number), where), actor=str(child))
            os._exit(0)
        children.append(pid)
    os.close(writing)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    assert codes == [0] * 4
    with SqliteStore(path) as store:
        assert store.issue(KEY).count == 120
        assert sorted(one.cursor for one in store.positions("/app.log")) == [30] * 4


def upgrade_dies_at(statement: int, path: Path) -> bool:
    """Whether the process died at its n-th statement of bringing a state up to date."""
    child = os.fork()
    if child == 0:
        left = [statement]

        def count_down(_: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                os._exit(CRASHED)

        connection = sqlite3.connect(path, isolation_level=None)
        connection.set_trace_callback(count_down)
        migrate(connection)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == CRASHED


def upgrade_dies_anywhere(path: Path) -> None:
    """What is there afterwards is the old schema or the new, and can be read."""
    statement = 1
    begin(OLD[0], path)
    while upgrade_dies_at(statement, path):
        expect_all(path, read_only=True)
        path.unlink()
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        begin(OLD[0], path)
        statement += 1
    assert statement > 30
    expect_all(path, read_only=False)


FAULTS = (
    upgrade_dies_anywhere,
    crash_anywhere,
    read_after_a_crash,
    disk_full,
    pages_full,
    write_at_once,
)

if __name__ == "__main__":
    {fault.__name__: fault for fault in FAULTS}[sys.argv[1]](Path(sys.argv[2]))
