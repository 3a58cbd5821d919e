"""Entries count once, however they arrive, are cut into pages and are read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.errors import SourceError, StateError
from errwatch.eyes import Eyes
from errwatch.model.change import Change
from errwatch.model.fix import Fix
from errwatch.pipeline import scan
from errwatch.sources.backend import Busy
from errwatch.sources.entries import MAX_ENTRY, OVERLAP, Entry
from errwatch.sources.entry_follower import FIRST_PAUSE, EntryFollower
from errwatch.sources.entry_source import EntrySource
from errwatch.store.sqlite import SqliteStore
from errwatch.watcher import QUIET, Watcher

EYES = Eyes(load_rules(config.resource("rules.toml").read_text("utf-8"), "rules.toml"))
BEGIN = 1_700_000_000 * 10**9
SECOND = 10**9


def entry(second: float, text: str, app: str = "api") -> Entry:
    return Entry(BEGIN + int(second * SECOND), (("app", app),), text)


@dataclass
class Server:
    """Answers from a list; `size` entries a page, more where one moment has more."""

    entries: list[Entry] = field(default_factory=list)
    size: int = 100
    fails: list[SourceError] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    name: str = "a server"

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        size = self.size
        while True:
            if self.fails:
                raise self.fails.pop(0)
            found = sorted((e for e in self.entries if since <= e.ns < until), key=lambda e: e.ns)
            page = found[:size]
            yield page
            if len(found) <= size:
                return
            size = 2 * size if page[0].ns == page[-1].ns else self.size
            since = page[-1].ns

    def gaps(self) -> list[str]:
        gaps, self.lacks = self.lacks, []
        return gaps

    def wait(self, seconds: float) -> bool:
        """The test asks by itself."""
        return False

    def close(self) -> None: ...


class Cut(Exception):
    """The process is killed."""


class Killed(SqliteStore):
    """Dies before or after the next commit."""

    dies: str = ""

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        when, self.dies = self.dies, ""
        if when == "before":
            raise Cut
        done = super().commit(*changes, actor=actor)
        if when == "after":
            raise Cut
        return done


@dataclass
class Bench:
    folder: Path
    server: Server = field(default_factory=Server)
    second: float = 10_000.0
    now: float = 0.0
    told: list[str] = field(default_factory=list)
    interval: float = 1.0
    once: bool = False

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.store = Killed(self.folder / "state.db")
        self.follower = EntryFollower(
            self.server,
            self.store,
            begin=BEGIN,
            clock=self.clock,
            interval=self.interval,
            queued=0,
            once=self.once,
        )
        self.watcher = Watcher(
            lambda: [self.follower],
            EYES,
            self.store,
            clock=lambda: self.now,
            now=lambda: datetime.fromtimestamp(self.clock() / SECOND, UTC),
            announce=lambda issue: None,
            tell=self.told.append,
        )

    def clock(self) -> int:
        return BEGIN + int(self.second * SECOND)

    def ask(self) -> float | None:
        """One round of the poller, taken by the loop as it comes."""
        pause = self.follower.poller.ask()
        while self.watcher.cycle():
            pass
        return pause

    def settle(self) -> None:
        self.now += QUIET
        self.watcher.cycle()

    def restart(self) -> None:
        self.store.close()
        self.open()

    def counts(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for issue in self.store.issues():
            found[issue.samples[0].message] += issue.count
        return found

    def total(self) -> int:
        return sum(issue.count for issue in self.store.issues())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


def test_entries_that_are_given_again_count_once(bench: Bench) -> None:
    bench.server.entries = [entry(i, "ERROR order failed") for i in range(5)]
    for _ in range(3):
        bench.ask()
        bench.settle()
        bench.restart()
    assert bench.total() == 5


def test_identical_entries_all_count(bench: Bench) -> None:
    bench.server.entries = [entry(1, "ERROR order failed")] * 7
    bench.server.size = 2
    bench.ask()
    bench.settle()
    bench.restart()
    bench.server.entries.append(bench.server.entries[0])
    bench.ask()
    bench.settle()
    assert bench.total() == 8


def test_late_entry_counts_once(bench: Bench) -> None:
    bench.server.entries = [entry(100, "ERROR order failed")]
    bench.ask()
    bench.server.entries.append(entry(60, "ERROR order failed"))
    bench.ask()
    bench.settle()
    bench.restart()
    bench.ask()
    bench.settle()
    assert bench.total() == 2


def test_entry_from_the_future_hides_none(bench: Bench) -> None:
    bench.second = 50
    bench.server.entries = [entry(10, "ERROR one failed"), entry(90_000, "ERROR later failed")]
    bench.ask()
    bench.second = 200
    bench.server.entries.append(entry(150, "ERROR two failed"))
    bench.ask()
    bench.settle()
    position = bench.store.entry_position("a server")
    assert position is not None
    assert position.since <= bench.clock()
    assert bench.total() == 2


def test_trace_over_two_polls_is_one_event(bench: Bench) -> None:
    lines = ["Traceback (most recent call last):", '  File "/app/a.py", line 3, in run', "    go()"]
    bench.server.entries = [entry(1 + i / 1000, line) for i, line in enumerate(lines)]
    bench.ask()
    bench.restart()
    bench.server.entries.append(entry(1.1, "KeyError: 'plan'"))
    bench.ask()
    bench.settle()
    (issue,) = bench.store.issues()
    assert issue.count == 1
    assert issue.samples[0].exceptions[0].type == "KeyError"


def test_state_keeps_only_the_overlap(bench: Bench) -> None:
    for number in range(40):
        bench.server.entries += [entry(number * 30 + i / 10, "ERROR failed") for i in range(300)]
        bench.ask()
    bench.settle()
    position = bench.store.entry_position("a server")
    assert position is not None
    assert len(position.seen) <= 10 * (OVERLAP // SECOND) + 300
    assert bench.total() == 40 * 300


def test_silent_stream_holds_up_no_other(bench: Bench) -> None:
    bench.server.entries = [entry(0, "ERROR alone", app="quiet")]
    bench.server.entries += [entry(i / 10, "ERROR failed") for i in range(30_000)]
    bench.server.size = 5_000
    bench.ask()
    bench.settle()
    bench.ask()
    position = bench.store.entry_position("a server")
    assert position is not None
    assert position.since > BEGIN + 1_900 * SECOND
    assert bench.total() == 30_001


def test_scan_of_a_watched_source_counts_once(bench: Bench) -> None:
    bench.server.entries = [entry(i, "ERROR order failed") for i in range(50)]
    bench.ask()
    bench.settle()
    bench.server.entries += [entry(50 + i, "ERROR order failed") for i in range(5)]
    for _ in range(2):
        result = scan([source(bench)], EYES, store=bench.store)
        assert [issue.count for issue in result.issues] == [55]
        assert bench.total() == 55
    bench.ask()
    bench.settle()
    assert bench.total() == 55


def test_scan_of_older_entries_adds_them(bench: Bench) -> None:
    bench.server.entries = [entry(i, "ERROR order failed") for i in range(-50, 50)]
    bench.ask()
    bench.settle()
    assert bench.total() == 50
    for _ in range(2):
        scan([source(bench, begin=BEGIN - 100 * SECOND)], EYES, store=bench.store)
        assert bench.total() == 100


def test_scan_fails_for_what_could_not_be_had_and_shows_the_rest(bench: Bench) -> None:
    bench.server.entries = [entry(1, "ERROR order failed")]
    bench.server.lacks = ["200 lines were dropped"]
    result = scan([source(bench)], EYES, store=bench.store)
    assert result.failures == ("a server: 200 lines were dropped",)
    assert [issue.count for issue in result.issues] == [1]
    assert scan([source(bench)], EYES, store=bench.store).failures == ()


def source(bench: Bench, begin: int = BEGIN) -> EntrySource:
    return EntrySource(bench.server, bench.store, given="x", begin=begin, now=bench.clock())


def test_what_is_gone_after_a_restart_is_said(bench: Bench) -> None:
    bench.server.entries = [entry(1, "ERROR order failed")]
    bench.ask()
    bench.settle()
    bench.restart()
    bench.server.entries = [entry(900, "ERROR order failed")]
    bench.ask()
    assert bench.told == [
        "a server: what was read last is not there any more; what came after it may be lost"
    ]


def test_failures_are_said_once_and_back_off(bench: Bench) -> None:
    bench.server.fails = [SourceError("down"), SourceError("down"), Busy("slow", after=7.0)]
    assert [bench.ask() for _ in range(4)] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 7.0, None]
    assert bench.told == ["down", "slow"]


def test_thread_ends_when_it_is_closed(tmp_path: Path) -> None:
    server = Server([entry(i, "ERROR failed") for i in range(1000)], size=1)
    with SqliteStore(tmp_path / "state.db") as store:
        follower = EntryFollower(server, store, begin=BEGIN, clock=lambda: BEGIN**2, interval=1.0)
        follower.start().close()
    assert not follower._thread.is_alive()


def test_long_entry_loses_its_end() -> None:
    for line in ("x" * 300_000, "\x01" * 300_000, "\ud800" * 100_000):
        assert MAX_ENTRY / 2 < len(entry(1, line).encoded()) <= MAX_ENTRY


def test_full_disk_loses_nothing(bench: Bench) -> None:
    class Full(Killed):
        def commit(self, *changes: Change, actor: str) -> list[Fix]:
            why = "full"
            raise StateError(why)

    bench.server.entries = [entry(1, "ERROR order failed")]
    kind, bench.store.__class__ = bench.store.__class__, Full
    bench.ask()
    bench.store.__class__ = kind
    bench.ask()
    bench.settle()
    assert bench.total() == 1


Step = tuple[str, int, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(-20, 40), st.integers(0, 2)),
        st.tuples(st.just("twice"), st.integers(0, 100), st.just(0)),
        st.tuples(st.just("ask"), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("settle"), st.just(0), st.just(0)),
        st.tuples(st.just("kill"), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("scan"), st.just(0), st.just(0)),
    ),
    max_size=40,
)
WORDS = ("ERROR order failed", "ERROR mail bounced", "INFO fine")


@given(steps)
@settings(max_examples=60, deadline=None)
def test_any_order_of_arrivals_pages_and_kills(script: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for step in script:
            play(bench, *step)
        bench.ask()
        bench.settle()
        expected = Counter(e.line for e in bench.server.entries if "ERROR" in e.line)
        assert sum(bench.counts().values()) == sum(expected.values())
        assert sorted(bench.counts().values()) == sorted(expected.values())
        bench.store.close()


def play(bench: Bench, kind: str, one: int, other: int) -> None:
    entries = bench.server.entries
    match kind:
        case "arrive":
            newest = max((e.ns for e in entries), default=BEGIN)
            ns = max(BEGIN, newest + one * SECOND)
            entries.append(Entry(ns, (("app", str(one % 2)),), WORDS[other]))
        case "twice" if entries:
            newest = max(e.ns for e in entries)
            again = entries[one % len(entries)]
            if again.ns >= newest - OVERLAP // 2:
                entries.append(again)
        case "ask":
            bench.server.size = one
            bench.ask()
        case "settle":
            bench.settle()
        case "scan":
            scan([source(bench)], EYES, store=bench.store)
        case "kill":
            bench.store.dies = ("", "before", "after")[one]
            bench.server.size = other
            try:
                bench.ask()
                bench.settle()
            except Cut:
                pass
            bench.restart()
