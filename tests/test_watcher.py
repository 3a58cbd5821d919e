"""The watch loop on real files and a real state; only the clock is ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.errors import StateError
from errwatch.eyes import Eyes
from errwatch.model.change import Change, StatusSet
from errwatch.model.fix import Fix
from errwatch.model.issue import Issue, Status
from errwatch.pipeline import scan
from errwatch.sources.expand import expand
from errwatch.sources.fleet import LOOK_EVERY, Fleet
from errwatch.store.sqlite import SqliteStore
from errwatch.watcher import QUIET, Watcher

EYES = Eyes(load_rules(config.resource("rules.toml").read_text("utf-8"), "rules.toml"))


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def error(number: int) -> str:
    return f"2026-11-20 10:00:{number % 60:02},000 ERROR app: order {number} failed\n"


TRACE = """2026-11-20 10:01:00,000 ERROR app: job failed
Traceback (most recent call last):
  File "/app/a.py", line 3, in run
    go()
KeyError: 'plan'
"""


@dataclass
class Bench:
    folder: Path
    now: float = 0.0
    date: float = 0.0
    """What is added to it for the time of day."""
    announced: list[Issue] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "app.log"

    def __post_init__(self) -> None:
        self.open()

    def open(self, *, from_start: bool = False) -> None:
        """As a new process would: nothing is remembered but the state."""
        self.store = SqliteStore(self.folder / "state.db")
        self.fleet = Fleet(
            [str(self.log)], self.store, from_start=from_start, clock=lambda: self.now
        )
        self.watcher = self.watching(self.store)

    def watching(self, store: SqliteStore) -> Watcher:
        return Watcher(
            self.fleet,
            EYES,
            store,
            clock=lambda: self.now,
            now=lambda: datetime.fromtimestamp(self.date + self.now, UTC),
            announce=self.announced.append,
            tell=self.told.append,
        )

    def close(self) -> None:
        self.fleet.close()
        self.store.close()

    def write(self, text: str) -> None:
        with self.log.open("a") as file:
            file.write(text)

    def cycle(self, seconds: float = 0.0) -> None:
        self.now += seconds
        while self.watcher.cycle():
            pass

    def counts(self) -> dict[str, int]:
        return {issue.title: issue.count for issue in self.store.issues()}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_starts_at_the_end_and_counts_what_comes(bench: Bench) -> None:
    bench.write(error(1))
    bench.cycle()
    bench.write(error(2) + error(3))
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 2
    assert [issue.status for issue in bench.announced] == [Status.NEW]


def test_from_the_start_on_request(bench: Bench) -> None:
    bench.close()
    bench.write(error(1))
    bench.open(from_start=True)
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 1


def test_an_open_trace_is_counted_when_it_is_quiet_and_only_once(bench: Bench) -> None:
    bench.cycle()
    bench.write(TRACE)
    bench.cycle()
    assert bench.counts() == {}
    bench.cycle(QUIET)
    assert bench.counts() == {"KeyError: 'plan'": 1}
    bench.write("2026-11-20 10:02:00,000 INFO app: on we go\n")
    bench.cycle()
    bench.cycle(QUIET)
    assert bench.counts() == {"KeyError: 'plan'": 1}


def test_a_trace_cut_by_a_restart_is_one_event(bench: Bench) -> None:
    bench.cycle()
    bench.write(TRACE[:120])
    bench.cycle(QUIET)
    bench.cycle(QUIET)
    bench.close()
    bench.write(TRACE[120:])
    bench.open()
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 1


def test_restart_counts_what_was_written_meanwhile(bench: Bench) -> None:
    bench.cycle()
    bench.write(error(1))
    bench.cycle(QUIET)
    bench.cycle(QUIET)
    bench.close()
    bench.write(error(2))
    bench.open()
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 2


def test_rotation_by_rename_loses_and_doubles_nothing(bench: Bench) -> None:
    bench.cycle()
    bench.write(error(1))
    bench.cycle()
    bench.write(error(2))
    bench.log.rename(bench.folder / "app.log.1")
    bench.write(error(3))
    bench.cycle()
    with (bench.folder / "app.log.1").open("a") as late:
        late.write(error(4))
    for _ in range(20):
        bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 4


def test_a_scan_meanwhile_counts_nothing_twice(bench: Bench) -> None:
    bench.cycle()
    bench.write(error(1))
    with SqliteStore(bench.folder / "state.db") as other:
        scan(expand([str(bench.log)], other, None).sources, EYES, store=other)
    bench.write(error(2))
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 2


def test_a_scan_that_ends_between_interleaved_streams_counts_each_event_once(
    bench: Bench,
) -> None:
    first = "web-1  | Traceback (most recent call last):\n"
    bench.write(f"{first}job-1  | {error(1)}job-1  | 2026-11-20 10:00:09,000 INFO app: done\n")
    scan(expand([str(bench.log)], bench.store, None).sources, EYES, store=bench.store)
    counted = sum(bench.counts().values())
    bench.write('web-1  |   File "/app/a.py", line 3, in run\nweb-1  | KeyError: 3\n')
    bench.cycle()
    bench.cycle(QUIET)
    assert counted == sum(bench.counts().values()) == 2


def test_the_place_of_the_first_look_outlives_a_kill(bench: Bench) -> None:
    bench.write(error(1))
    bench.cycle()
    bench.close()
    bench.write(error(2))
    bench.open()
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 1


def test_each_return_of_an_issue_is_announced(bench: Bench) -> None:
    bench.cycle()
    for number in range(3):
        bench.write(error(number))
        bench.cycle()
        bench.cycle(QUIET)
        [issue] = bench.store.issues()
        bench.store.commit(StatusSet(issue.fingerprint, Status.RESOLVED), actor="test")
    assert [issue.status for issue in bench.announced] == [
        Status.NEW,
        Status.REGRESSED,
        Status.REGRESSED,
    ]


def test_a_scan_of_what_was_empty_at_the_last_commit_counts_nothing_twice(bench: Bench) -> None:
    bench.log.touch()
    bench.cycle()
    bench.write(error(1))
    with SqliteStore(bench.folder / "state.db") as other:
        scan(expand([str(bench.log)], other, None).sources, EYES, store=other)
    bench.write(error(2))
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 2


class Unjudging(SqliteStore):
    """Takes counts, and refuses the first verdict on them."""

    refusals = 1

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        if actor == "classify" and self.refusals:
            self.refusals -= 1
            message = "state.db: the disk is full"
            raise StateError(message)
        return super().commit(*changes, actor=actor)


def test_a_notice_outlives_a_full_disk(bench: Bench) -> None:
    store = Unjudging(bench.folder / "state.db")
    bench.watcher = bench.watching(store)
    bench.cycle()
    bench.write(error(1))
    for _ in range(4):
        bench.cycle(QUIET)
    store.close()
    assert [issue.status for issue in bench.announced] == [Status.NEW]
    assert bench.announced[0].classification is not None


def test_truncation_is_told_and_read_from_the_start(bench: Bench) -> None:
    bench.cycle()
    bench.write(error(1) + error(2))
    bench.cycle(QUIET)
    bench.log.write_text("")
    bench.cycle()
    bench.write(error(3))
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == 3


def test_a_resolved_issue_is_announced_when_it_comes_back(bench: Bench) -> None:
    bench.cycle()
    bench.write(error(1))
    bench.cycle()
    bench.cycle(QUIET)
    [issue] = bench.announced
    bench.store.commit(StatusSet(issue.fingerprint, Status.RESOLVED), actor="test")
    bench.write(error(2))
    bench.cycle()
    bench.cycle(QUIET)
    assert [issue.status for issue in bench.announced] == [Status.NEW, Status.REGRESSED]


class Full(SqliteStore):
    """A state on a disk that is full for a while."""

    full = True

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        if self.full:
            message = "state.db: the disk is full"
            raise StateError(message)
        return super().commit(*changes, actor=actor)


def test_a_full_disk_stops_reading_and_loses_nothing(bench: Bench) -> None:
    bench.write(error(1))
    store = Full(bench.folder / "state.db")
    bench.fleet.close()
    bench.fleet = Fleet([str(bench.log)], store, from_start=True, clock=lambda: bench.now)
    bench.watcher = bench.watching(store)
    for _ in range(5):
        bench.cycle(QUIET)
    assert len(bench.told) == 1
    assert "the disk is full" in bench.told[0]
    bench.write(error(2))
    store.full = False
    bench.cycle(QUIET)
    bench.cycle(QUIET)
    store.close()
    assert sum(bench.counts().values()) == 2
    assert "can be written again" in bench.told[1]


def test_trouble_with_an_input_is_over_when_it_can_be_read(bench: Bench) -> None:
    bench.log.mkdir()
    for _ in range(3):
        bench.cycle(QUIET)
        assert bench.watcher.troubled
    assert len(bench.told) == 1, "it is told once"
    bench.log.rmdir()
    bench.write(error(1))
    bench.cycle(LOOK_EVERY)
    bench.cycle(QUIET)
    assert not bench.watcher.troubled
    assert bench.watcher.was_troubled
    assert sum(bench.counts().values()) == 1


HOUR, YEAR = 3600.0, 365 * 86_400.0


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 10 * YEAR, -10 * YEAR, -NOON.timestamp()])
def test_a_clock_that_is_set_moves_no_position(bench: Bench, jump: float) -> None:
    """An hour as at the change to summer time, ten years, or to 1970 as after a boot."""
    bench.date = NOON.timestamp()
    bench.write("")
    bench.cycle()
    written = 0
    for step in (0.0, jump, -jump):
        bench.date += step
        for _ in range(2):
            written += 1
            bench.write(error(written))
            bench.cycle(QUIET)
            bench.cycle(QUIET)
            assert sum(bench.counts().values()) == written
    bench.log.rename(bench.folder / "app.log.1")
    bench.write(error(0))
    bench.close()
    bench.date += jump
    bench.open()
    bench.cycle()
    bench.cycle(QUIET)
    assert sum(bench.counts().values()) == written + 1
    assert (bench.told, len(bench.announced)) == ([], 1)
