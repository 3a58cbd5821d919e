"""More files than may be open at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.eyes import Eyes
from errwatch.sources.fleet import LOOK_EVERY, Fleet
from errwatch.store.sqlite import SqliteStore
from errwatch.watcher import QUIET, Watcher
from tests.test_watcher import NOON

EYES = Eyes(load_rules(config.resource("rules.toml").read_text("utf-8"), "rules.toml"))


@dataclass
class Bench:
    folder: Path
    most_open: int
    from_start: bool = False
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.logs = self.folder / "logs"
        self.logs.mkdir(exist_ok=True)
        self.store = SqliteStore(self.folder / "state.db")
        self.open()

    def open(self) -> None:
        self.fleet = Fleet(
            [str(self.logs)],
            self.store,
            from_start=self.from_start,
            clock=lambda: self.seconds,
            most_open=self.most_open,
        )
        self.watcher = Watcher(
            self.fleet,
            EYES,
            self.store,
            clock=lambda: self.seconds,
            now=lambda: NOON,
            announce=lambda _issue: None,
            tell=self.told.append,
        )

    def close(self) -> None:
        self.fleet.close()
        self.store.close()

    def write(self, file: int, lines: int = 1) -> None:
        with (self.logs / f"{file}.log").open("a") as out:
            for _ in range(lines):
                self.number += 1
                out.write(f"2026-11-20 10:00:00,000 ERROR app: it failed {self.number}\n")

    def cycle(self, seconds: float = 0.0) -> None:
        self.seconds += seconds
        while self.watcher.cycle():
            pass

    def descriptors(self) -> int:
        folder = Path("/proc/self/fd")
        targets = [one.readlink() for one in folder.iterdir() if one.exists()]
        return sum(target.is_relative_to(self.logs) for target in targets)

    @property
    def total(self) -> int:
        return sum(issue.count for issue in self.store.issues())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, most_open=4)
    yield bench
    bench.close()


def test_no_more_files_are_open_than_may_be(bench: Bench) -> None:
    for file in range(50):
        bench.write(file)
    for _ in range(30):
        bench.cycle()
    assert bench.descriptors() <= 4
    assert bench.total == 0, "what was there is skipped"
    for file in range(50):
        bench.write(file)
    for _ in range(60):
        bench.cycle(QUIET)
    assert bench.descriptors() <= 4
    assert bench.total == 50
    assert bench.told == []


def test_what_is_written_before_a_file_has_its_turn_is_not_skipped(bench: Bench) -> None:
    for file in range(20):
        bench.write(file)
    bench.watcher.cycle()
    for file in range(20):
        bench.write(file)
    for _ in range(60):
        bench.cycle(QUIET)
    assert bench.total == 20


def test_a_file_that_sleeps_is_rotated_and_truncated(bench: Bench) -> None:
    for file in range(9):
        bench.write(file)
    for _ in range(12):
        bench.cycle()
    for file in range(9):
        bench.write(file)
        (bench.logs / f"{file}.log").rename(bench.logs / f"{file}.log.1")
        bench.write(file)
    for _ in range(60):
        bench.cycle(QUIET)
    assert bench.total == 18


def test_looking_for_new_files_takes_a_small_share_of_the_time(tmp_path: Path) -> None:
    """A clock that advances while it is asked: as if every look took long."""

    @dataclass
    class Slow:
        now: float = 0.0

        def __call__(self) -> float:
            self.now += 1.0
            return self.now

    clock = Slow()
    with SqliteStore(tmp_path / "state.db") as store:
        fleet = Fleet([str(tmp_path / "*.log")], store, from_start=True, clock=clock)
        fleet()
        assert fleet._look_at - clock.now >= 20 > LOOK_EVERY


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["write", "cycle", "rotate", "crash"]), st.integers(0, 5)),
        max_size=40,
    )
)
def test_whatever_happens_each_line_counts_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    bench = Bench(tmp_path_factory.mktemp("fleet"), most_open=2, from_start=True)
    for step, file in steps:
        match step:
            case "write":
                bench.write(file, lines=1 + file)
            case "cycle":
                bench.cycle(QUIET * file)
            case "rotate":
                log = bench.logs / f"{file}.log"
                old = bench.logs / f"{file}.log.1"
                if log.exists() and not old.exists():
                    log.rename(old)
            case "crash":
                bench.fleet.close()
                bench.open()
    for _ in range(20):
        bench.cycle(LOOK_EVERY)
    assert bench.total == bench.number
    bench.close()
