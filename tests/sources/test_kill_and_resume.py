"""Follower and SQLite state together: kill it at any commit, start it again, count once."""

from __future__ import annotations

from pathlib import Path

import pytest

from errwatch.errors import StateConflict
from errwatch.interfaces import StateWriter
from errwatch.model.change import Change, Counted
from errwatch.model.fix import Fix
from errwatch.model.partial import Partial
from errwatch.sources.files import FileSource
from errwatch.store.sqlite import SqliteStore
from tests.sources.reader import Reader, event


class Killed(Exception):
    pass


class Mortal(StateWriter):
    """Dies before or after its n-th commit."""

    def __init__(self, store: SqliteStore, commits: int, *, before: bool) -> None:
        self.store = store
        self.left = commits
        self.before = before

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        self.left -= 1
        if self.left == 0 and self.before:
            raise Killed
        fixes = self.store.commit(*changes, actor=actor)
        if self.left == 0:
            raise Killed
        return fixes


def counts(store: SqliteStore) -> dict[str, int]:
    return {issue.fingerprint: issue.count for issue in store.issues()}


def write(log: Path, lines: list[str]) -> None:
    with log.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("commits", range(1, 9))
def test_killed_at_any_commit(tmp_path: Path, commits: int, before: bool) -> None:
    log = tmp_path / "app.log"
    lines = [f"line{number}" for number in range(100)]
    with SqliteStore(tmp_path / "state.db") as store:
        reader = Reader(log, store, Mortal(store, commits, before=before), from_start=True)
        written = live(reader, log, lines)
    with SqliteStore(tmp_path / "state.db") as store:
        reader = Reader(log, store, store, from_start=True)
        reader.poll()
        reader.close()
        assert counts(store) == {f"v1:{line}": 1 for line in lines[:written]}
        (newest, *_) = store.positions(str(log))
        assert (newest.cursor, newest.inode) == (log.stat().st_size, log.stat().st_ino)
        assert not reader.lost


def live(reader: Reader, log: Path, lines: list[str]) -> int:
    """Write, rotate now and then, and read until killed; the number of lines written."""
    try:
        for start in range(0, len(lines), 10):
            if start % 20:
                log.rename(log.with_name(f"app.log.{99 - start}"))
            write(log, lines[start : start + 10])
            reader.poll()
    except Killed:
        return start + 10
    finally:
        reader.close()
    raise AssertionError


def test_a_scan_of_a_watched_file_counts_once(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    write(log, ["a", "b"])
    with SqliteStore(tmp_path / "state.db") as store:
        reader = Reader(log, store, store, from_start=True)
        reader.poll()
        write(log, ["c", "d"])
        with FileSource(log, store) as source:
            fresh = [("v1:c", event(4, b"c")), ("v1:d", event(6, b"d"))]
            assert [4 in source.counted, 2 in source.counted] == [False, True]
            position = source.position(8, lines=4)
        store.commit(Counted(Partial.of(fresh), position), actor="scan")
        with pytest.raises(StateConflict, match="another errwatch"):
            reader.poll()  # it had read the same lines, and not counted them yet
        for text in reader.streams:
            text.refresh()
        write(log, ["e"])
        reader.poll()
        reader.close()
        assert counts(store) == dict.fromkeys(["v1:a", "v1:b", "v1:c", "v1:d", "v1:e"], 1)
