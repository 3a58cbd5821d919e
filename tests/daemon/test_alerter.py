"""Alerts on a real state; only the clocks are ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.daemon.alerter import LOOK_EVERY, Alerter, Tempo
from errwatch.intake import identified
from errwatch.model.alert import AlertRule, Heard, Kind, Per
from errwatch.model.change import Counted, Silenced, StatusSet
from errwatch.model.counting import counted
from errwatch.model.event import Event
from errwatch.model.issue import Status
from errwatch.model.levels import Level
from errwatch.model.partial import Partial
from errwatch.pipeline import classify, save
from errwatch.respond.meter import Manners, Quiet
from errwatch.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PACK = load_rules(config.resource("rules.toml").read_text("utf-8"), "rules.toml")
RULES = (
    AlertRule("new", Kind.NEW),
    AlertRule("back", Kind.REGRESSED),
    AlertRule("many", Kind.FREQUENCY, count=5),
    AlertRule("quiet", Kind.FLATLINE, window=timedelta(minutes=10)),
)
TOGETHER = 10.0
MANNERS = Manners()


@dataclass
class Bench:
    path: Path
    seconds: float = 0.0
    said: list[str] = field(default_factory=list)
    rules: tuple[AlertRule, ...] = RULES
    manners: Manners = MANNERS
    metrics: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = SqliteStore(self.path)
        self.open()

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def open(self) -> None:
        self.alerter = Alerter(
            self.store,
            self.rules,
            self.manners,
            Tempo(timedelta(seconds=TOGETHER), timedelta(hours=24)),
            channels=lambda _severity: (),
            metrics=lambda: self.metrics,
            tell=self.said.append,
            clock=lambda: self.seconds,
            now=lambda: self.now,
        )

    def happen(self, text: str, times: int = 1) -> str:
        named = identified(
            Event("a.log", 1, place, 9, Level.ERROR, text, text, time=self.now)
            for place in range(times)
        )
        heard = Heard("a.log", int(self.now.timestamp()) // 300 * 300, times, times)
        save(counted(named), None, self.store, actor="watch", heard=heard)
        name = named[0].fingerprint
        classify([self.store.issue(name)], PACK, self.store)
        return name

    def run(self, seconds: float) -> None:
        until = self.seconds + seconds
        while self.seconds < until:
            self.seconds += LOOK_EVERY
            self.alerter.tend()

    def told(self) -> list[str]:
        return [notice.title for notice in self.store.told()]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "state.db")
    yield bench
    bench.store.close()


def test_what_was_there_before_is_no_news(bench: Bench) -> None:
    path = bench.path.with_name("other.db")
    with SqliteStore(path) as store:
        named = identified([Event("a.log", 1, 0, 9, Level.ERROR, "old", "old", time=NOON)])
        save(counted(named), None, store, actor="scan")
    other = Bench(path)
    other.run(2 * TOGETHER)
    assert other.told() == []
    other.happen("the disk is full")
    other.run(2 * TOGETHER)
    assert other.told() == ["new issue: the disk is full"]
    other.store.close()


def test_a_new_issue_and_one_that_is_back(bench: Bench) -> None:
    name = bench.happen("the disk is full")
    bench.run(2 * TOGETHER)
    assert bench.told() == ["new issue: the disk is full"]
    bench.store.commit(StatusSet(name, Status.RESOLVED), actor="test")
    bench.happen("the disk is full")
    bench.run(2 * TOGETHER)
    assert bench.told()[1:] == ["back again: the disk is full"]


def test_a_burst_is_one_message(bench: Bench) -> None:
    for word in ("disk", "mail", "cart", "price", "invoice"):
        bench.happen(f"the {word} is broken")
    bench.run(2 * TOGETHER)
    assert bench.told() == ["5 alerts, first: new issue: the disk is broken"]


def test_many_events_of_one_issue(bench: Bench) -> None:
    bench.happen("the disk is full", times=5)
    bench.run(2 * TOGETHER)
    (notice,) = bench.store.told()
    assert "5 events in 5 minutes: the disk is full" in notice.body


def test_a_crash_before_the_message_loses_and_doubles_nothing(bench: Bench) -> None:
    bench.happen("the disk is full")
    bench.run(LOOK_EVERY)
    assert bench.told() == []
    for _ in range(3):
        bench.open()
        bench.run(TOGETHER)
    assert bench.told() == ["new issue: the disk is full"]


def test_what_came_while_nobody_watched_is_told(bench: Bench) -> None:
    bench.happen("the disk is full")
    bench.open()
    bench.run(2 * TOGETHER)
    assert bench.told() == ["new issue: the disk is full"]


def test_silence_of_a_source_and_of_a_person(bench: Bench) -> None:
    bench.happen("the disk is full")
    bench.store.commit(Silenced("new", NOON + timedelta(hours=1), "moving"), actor="test")
    bench.run(2 * TOGETHER)
    assert bench.told() == []
    bench.seconds += 1200
    bench.run(2 * TOGETHER)
    assert bench.told() == ["a.log has said nothing for 10 minutes"]


def test_a_day_later_it_is_said_what_was_held_back(bench: Bench) -> None:
    bench.store.commit(Silenced("new", NOON + timedelta(hours=1), "moving"), actor="test")
    bench.happen("the disk is full")
    bench.run(2 * TOGETHER)
    bench.seconds += 24 * 3600
    bench.run(2 * TOGETHER)
    digest = next(notice for notice in bench.store.told() if "held back" in notice.title)
    assert "1 x new: the disk is full" in digest.body
    assert all(fired.held == 0 for fired in bench.store.fired())


def test_an_empty_partial_says_nothing(bench: Bench) -> None:
    save(Partial(), None, bench.store, actor="watch")
    bench.run(2 * TOGETHER)
    assert bench.told() == []


MINUTE = 60.0
BUSY = AlertRule(
    "busy", Kind.METRIC, metric="cpu", above=90, hold=timedelta(minutes=10),
    cooldown=timedelta(minutes=30),
)  # fmt: skip


def test_a_busy_machine_is_told_when_it_has_been_busy_for_so_long(bench: Bench) -> None:
    bench.rules = (BUSY,)
    bench.metrics = {"cpu": 95.0}
    bench.open()
    bench.run(9 * MINUTE)
    bench.metrics = {"cpu": 50.0}
    bench.run(MINUTE)
    bench.metrics = {"cpu": 95.0}
    bench.run(9 * MINUTE)
    assert bench.told() == []
    bench.run(2 * MINUTE)
    assert bench.told() == ["cpu: 95.0 %, above 90, for 10 minutes"]


def test_a_restart_forgets_neither_how_long_it_holds_nor_that_it_was_told(bench: Bench) -> None:
    bench.rules = (BUSY,)
    bench.metrics = {"cpu": 95.0}
    for _ in range(25):
        bench.open()
        bench.run(MINUTE)
    assert bench.told() == ["cpu: 95.0 %, above 90, for 10 minutes"]


def test_too_many_timeouts_of_all_kinds_together(bench: Bench) -> None:
    bench.rules = (AlertRule("many", Kind.FREQUENCY, count=6, per=Per.CATEGORY),)
    bench.open()
    for word in ("disk", "mail", "cart"):
        bench.happen(f"request to the {word} timed out after 30 s", times=2)
    bench.run(2 * TOGETHER)
    bench.open()
    bench.run(2 * TOGETHER)
    (title,) = bench.told()
    assert title.startswith("6 events in 5 minutes: timeout_error, in ")


def test_a_spike_against_its_own_past_is_told_once_in_spite_of_restarts(bench: Bench) -> None:
    bench.rules = (AlertRule("spike", Kind.SPIKE, count=10, history=timedelta(hours=1)),)
    bench.open()
    for _ in range(13):
        bench.happen("the disk is full", times=2)
        bench.run(5 * MINUTE)
    assert bench.told() == []
    bench.happen("the disk is full", times=10)
    bench.run(2 * TOGETHER)
    bench.open()
    bench.run(2 * TOGETHER)
    (title,) = bench.told()
    assert title.startswith("10 events in 5 minutes, usually 2")


def test_a_source_that_says_nothing_but_errors_is_told_once_until_its_pause(bench: Bench) -> None:
    bench.rules = (AlertRule("flat", Kind.FLATLINE, count=5, window=timedelta(minutes=10)),)
    bench.open()
    bench.store.commit(
        Counted(Partial(), None, Heard("a.log", int(NOON.timestamp()) - 300, 50, 0)), actor="test"
    )
    bench.run(5 * MINUTE)
    bench.happen("the disk is full", times=6)
    bench.run(10 * MINUTE)
    bench.open()
    bench.run(2 * TOGETHER)
    assert "a.log has said nothing but errors for 10 minutes" in bench.told()
    assert len([title for title in bench.told() if "errors" in title]) == 1


def test_the_success_rate_of_a_source(bench: Bench) -> None:
    bench.rules = (
        AlertRule("bad", Kind.METRIC, metric="success", below=95, count=100, source="a.*"),
    )
    bench.open()
    start = int(NOON.timestamp())
    bench.store.commit(Counted(Partial(), None, Heard("a.log", start, 200, 8)), actor="test")
    bench.run(TOGETHER)
    assert bench.told() == []
    bench.store.commit(Counted(Partial(), None, Heard("a.log", start, 10, 4)), actor="test")
    bench.run(2 * TOGETHER)
    bench.open()
    bench.run(2 * TOGETHER)
    assert bench.told() == ["success of a.log: 94.3 %, below 95"]


def test_late_events_count_by_their_own_time(bench: Bench) -> None:
    """They arrive in drops, long after they happened, and belong together."""
    bench.rules = (AlertRule("many", Kind.FREQUENCY, count=6),)
    bench.open()
    for arrived in (1800.0, 2100.0, 2400.0):
        bench.seconds = 600.0
        bench.happen("the disk is full", times=2)
        bench.seconds = arrived
        bench.run(TOGETHER)
    bench.run(2 * TOGETHER)
    assert [title.split(":")[0] for title in bench.told()] == ["6 events in 5 minutes"]


def test_what_comes_in_quiet_hours_is_told_in_the_digest(bench: Bench) -> None:
    local = NOON.astimezone().time()
    bench.manners = Manners(Quiet(local, (NOON + timedelta(hours=9)).astimezone().time()))
    bench.open()
    bench.happen("the order is odd")
    bench.run(MINUTE)
    bench.open()
    bench.run(MINUTE)
    assert bench.told() == []
    assert [fired.held for fired in bench.store.fired()] == [1]
    bench.seconds += 24 * 3600
    bench.run(MINUTE)
    assert any("held back" in title for title in bench.told())
