"""The state is kept small: a real state and real files; only the time is ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from errwatch.daemon.housekeeper import EVERY, Housekeeper, Keeping
from errwatch.errors import StateError
from errwatch.model.alert import Heard
from errwatch.model.change import Change, Counted, Silenced
from errwatch.model.fix import Fix
from errwatch.model.partial import Partial
from errwatch.model.position import FilePosition
from errwatch.sources.vanished import vanished
from errwatch.store.sqlite import SqliteStore
from tests.store.values import KEY, NOON, event, position

DAY = timedelta(days=1)
KEEPING = Keeping(
    fine=7 * DAY,
    hourly=30 * DAY,
    daily=365 * DAY,
    heard=2 * DAY,
    told=90 * DAY,
    samples=90 * DAY,
    resolved=180 * DAY,
    issues=365 * DAY,
    files=30 * DAY,
)


class Failing(SqliteStore):
    """Whose disk is full for a time."""

    full = True

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        if self.full:
            message = "the state failed: the disk is full"
            raise StateError(message)
        return super().commit(*changes, actor=actor)


@dataclass
class Bench:
    store: SqliteStore
    began: datetime
    seconds: float = 0.0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.housekeeper = Housekeeper(
            self.store,
            KEEPING,
            vanished=vanished,
            tell=self.said.append,
            clock=lambda: self.seconds,
            now=lambda: self.began + timedelta(seconds=self.seconds),
        )

    def later(self, span: timedelta) -> None:
        self.seconds += span.total_seconds()
        self.housekeeper.tend()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "state.db") as store:
        yield store


@pytest.fixture
def bench(store: SqliteStore) -> Bench:
    """It begins now, for the store stamps what it writes."""
    return Bench(store, datetime.now().astimezone())


def read(bench: Bench, path: Path, *, inode: int | None = None) -> FilePosition:
    """As a reader would have committed it."""
    status = path.stat()
    where = position(0, inode=inode if inode is not None else status.st_ino, path=str(path))
    where = FilePosition(str(path), status.st_dev, where.inode, where.head, 0, where.tail)
    bench.store.commit(Counted(Partial(), where), actor="watch")
    return where


def test_the_first_round_is_at_the_start_and_the_next_in_its_time(bench: Bench) -> None:
    long_ago = bench.began - 8 * DAY
    early = Partial.of([(KEY, event(1, seconds=(long_ago - NOON).total_seconds()))])
    bench.store.commit(Counted(early), actor="watch")
    bench.housekeeper.tend()
    assert (bench.store.issue(KEY).buckets, sum(bench.store.issue(KEY).past.values())) == ({}, 1)
    late = Partial.of([(KEY, event(2, seconds=(long_ago - NOON).total_seconds()))])
    bench.store.commit(Counted(late), actor="watch")
    bench.later(timedelta(seconds=EVERY - 1))
    assert sum(bench.store.issue(KEY).buckets.values()) == 1
    bench.later(timedelta(seconds=1))
    assert (bench.store.issue(KEY).buckets, sum(bench.store.issue(KEY).past.values())) == ({}, 2)


def test_what_sources_said_and_silences_go(bench: Bench, store: SqliteStore) -> None:
    start = int(bench.began.timestamp())
    store.commit(
        Counted(Partial(), heard=Heard("a.log", start - 3 * 86_400, 5, 0)),
        Counted(Partial(), heard=Heard("a.log", start - 300, 5, 0)),
        Counted(Partial(), heard=Heard("quiet.log", start - 9 * 86_400, 5, 0)),
        Silenced("x", bench.began + timedelta(hours=1), "why"),
        actor="watch",
    )
    bench.later(timedelta(hours=2))
    heard = store.heard(bench.began - 20 * DAY)
    assert {name: len(all_) for name, all_ in heard.items()} == {"a.log": 1, "quiet.log": 1}
    assert store.silences() == []


def test_positions_of_files_that_are_gone_go(bench: Bench, tmp_path: Path) -> None:
    logs = {name: tmp_path / f"{name}.log" for name in ("kept", "gone", "moved")}
    for log in logs.values():
        log.write_text("x")
    stored = {name: read(bench, log) for name, log in logs.items()}
    logs["gone"].rename(tmp_path.parent / f"{tmp_path.name}.elsewhere")
    logs["moved"].rename(tmp_path / "moved.log.1")

    def known() -> set[str]:
        rows = ((n, bench.store.position(one.device, one.inode)) for n, one in stored.items())
        return {name for name, row in rows if row is not None}

    bench.later(29 * DAY)
    assert known() == {"kept", "gone", "moved"}, "it was read not long ago"
    bench.later(2 * DAY)
    assert known() == {"kept", "moved"}
    logs["kept"].unlink()
    bench.later(29 * DAY)
    assert known() == {"kept", "moved"}, "it was there not long ago"
    bench.later(2 * DAY)
    assert known() == {"moved"}


def test_positions_of_texts_whose_inode_holds_another_go(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("x")
    first = read(bench, log)
    again = replace(first, generation=first.generation + 1)
    bench.store.commit(Counted(Partial(), again), actor="watch")
    bench.later(29 * DAY)
    assert len(bench.store.positions(str(log))) == 2
    bench.later(2 * DAY)
    bench.later(DAY)
    assert bench.store.positions(str(log)) == [again]


def test_a_disk_that_is_away_takes_no_position_with_it(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    (folder / "a.log").write_text("x")
    one = read(bench, folder / "a.log")
    (folder / "a.log").unlink()
    folder.rmdir()
    bench.later(40 * DAY)
    assert bench.store.position(one.device, one.inode) is not None
    folder.mkdir()
    bench.later(40 * DAY)
    assert bench.store.position(one.device, one.inode) is None


def test_another_disk_in_its_place_takes_none_either(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x")
    status = (tmp_path / "a.log").stat()
    digest = position(0).head
    elsewhere = FilePosition(str(tmp_path / "b.log"), status.st_dev + 1, 1, digest, 0, digest)
    linked = FilePosition(str(tmp_path / "c.log"), status.st_dev, 1, digest, 0, digest)
    assert vanished([elsewhere, linked]) == [linked]


def test_a_link_to_it_is_enough(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "logs").mkdir()
    target = tmp_path / "far" / "real.log"
    target.write_text("x")
    (tmp_path / "logs" / "a.log").symlink_to(target)
    status = target.stat()
    digest = position(0).head
    one = FilePosition(
        str(tmp_path / "logs" / "a.log"), status.st_dev, status.st_ino, digest, 0, digest
    )
    assert vanished([one]) == []
    target.unlink()
    assert vanished([one]) == [one]


def test_a_full_disk_is_said_once_and_tried_again(tmp_path: Path) -> None:
    store = Failing(tmp_path / "state.db")
    with closing(store):
        bench = Bench(store, datetime.now().astimezone())
        for _ in range(3):
            bench.later(DAY)
        assert len(bench.said) == 1
        assert "the disk is full" in bench.said[0]
        store.full = False
        bench.later(DAY)
        store.full = True
        bench.later(DAY)
        assert len(bench.said) == 2
