"""The journal goes on at its cursor, wherever errwatch was killed and whatever the clock did."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.pipeline import scan
from errwatch.sources.command import Murmur
from errwatch.sources.entries import Entry
from errwatch.sources.entry_source import EntrySource
from errwatch.sources.listing import GONE, Listing, Place, tool
from tests.servers.journal import Journal
from tests.sources.test_entries import BEGIN, EYES, SECOND, Bench, Cut

NOON = BEGIN // SECOND
YEAR = 365 * 86_400 * SECOND


class JournalBench(Bench):
    """Reads what is there by now."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder)
        self.journal.install()
        super().__init__(folder, listing(), once=True)  # type: ignore[arg-type]

    def restart(self) -> None:
        self.server = listing()  # type: ignore[assignment]
        super().restart()

    def read(self) -> int:
        """The events that are counted, after a restart."""
        self.restart()
        self.ask()
        self.settle()
        return self.total()

    @property
    def cursor(self) -> str:
        """Where it was told to begin."""
        return next((word for word in self.journal.asked[-1] if word.startswith("--cursor=")), "")


def listing() -> Listing:
    return Listing(tool("journal", "shop.service"))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JournalBench]:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    bench = JournalBench(tmp_path)
    yield bench
    bench.store.close()


def test_it_goes_on_at_the_cursor(bench: JournalBench) -> None:
    bench.journal.say("one failed", at=NOON)
    assert bench.read() == 1
    assert not bench.cursor
    bench.journal.say("two failed", at=NOON + 100)
    for _ in range(3):
        assert bench.read() == 2
    assert bench.cursor.startswith("--cursor=s=a1;i=1;")
    for second in range(1000):
        bench.journal.say("all is well", at=NOON + second, PRIORITY="6")
    bench.read()
    assert bench.read() == 2
    assert int(bench.cursor.split(";")[1][2:], 16) > 500
    assert bench.told == []


def test_a_clock_that_is_set_back_hides_nothing(bench: JournalBench) -> None:
    """By an hour and by ten years, also when it was ahead before."""
    bench.journal.say("one failed", at=NOON + YEAR // SECOND)
    assert bench.read() == 1
    for number, at in enumerate((NOON, NOON - 3600, NOON - YEAR // SECOND, NOON + 1), 2):
        bench.journal.say("another failed", at=at)
        bench.journal.say("of another unit", at=at, _SYSTEMD_UNIT="mail.service")
        assert bench.read() == number
    assert bench.told == []


def test_events_have_the_time_that_the_journal_tells(bench: JournalBench) -> None:
    bench.journal.say("one failed", at=NOON + 7200)
    assert bench.read() == 1
    bench.journal.say("two was refused", at=NOON)
    bench.read()
    seen = {issue.samples[0].message: issue.first_seen for issue in bench.store.issues()}
    assert {name: at and at.timestamp() for name, at in seen.items()} == {
        "one failed": NOON + 7200,
        "two was refused": NOON,
    }


def test_many_at_one_moment_are_told_apart(bench: JournalBench) -> None:
    for _ in range(20):
        bench.journal.say("one failed", at=NOON)
    assert bench.read() == 20
    bench.journal.say("one failed", at=NOON)
    assert bench.read() == 21


def test_what_was_dropped_meanwhile_is_told(bench: JournalBench) -> None:
    bench.journal.say("one failed", at=NOON)
    assert bench.read() == 1
    bench.journal.say("two failed", at=NOON + 1)
    bench.journal.say("three failed", at=NOON + 2)
    bench.journal.vacuum(keep=1)
    assert bench.read() == 2
    assert bench.told == [f"journal:shop.service: {GONE}"]
    assert bench.read() == 2
    assert len(bench.told) == 1


def test_a_journal_that_began_anew_is_read(bench: JournalBench) -> None:
    bench.journal.say("one failed", at=NOON)
    assert bench.read() == 1
    bench.journal.vacuum(keep=0)
    bench.journal.series, bench.journal.number = "c3", 0
    bench.journal.say("two failed", at=NOON + 5)
    assert bench.read() == 2
    assert bench.told == [f"journal:shop.service: {GONE}"]


def scanned(bench: Bench) -> None:
    source = EntrySource(
        bench.server, bench.store, given="x", begin=BEGIN - 10 * YEAR, now=bench.clock()
    )
    scan([source], EYES, store=bench.store)


def test_a_scan_beside_it_counts_nothing_twice(bench: JournalBench) -> None:
    bench.journal.say("one failed", at=NOON)
    assert bench.read() == 1
    bench.journal.say("two failed", at=NOON + 1)
    for _ in range(2):
        scanned(bench)
    assert bench.total() == 2
    bench.journal.say("three failed", at=NOON - 50)
    assert bench.read() == 3
    assert bench.told == []


def test_a_state_of_before_cursors_goes_on(bench: JournalBench) -> None:
    for second in range(3):
        bench.journal.say("one failed", at=NOON + second)
    assert bench.read() == 3
    with bench.store._database.writing() as connection:
        connection.execute("UPDATE entry_sources SET mark = ''")
    bench.journal.say("two failed", at=NOON + 3)
    assert bench.read() == 4
    assert not bench.cursor
    assert bench.read() == 4
    assert bench.cursor


class Told(Listing):
    """A journal in memory: (mark, nanoseconds, message) in the order in which they were said."""

    def __init__(self) -> None:
        super().__init__(tool("journal", "shop.service"))
        self.said: list[bytes] = []
        self.size = 100

    def say(self, ns: int, message: str) -> None:
        record = {"__CURSOR": str(len(self.said)), "__REALTIME_TIMESTAMP": str(ns // 1000)}
        self.said.append(json.dumps({**record, "PRIORITY": "3", "MESSAGE": message}).encode())

    def read(self, place: Place, stop: threading.Event, *, follow: bool) -> Iterator[list[Entry]]:
        first = int(place.mark or 0)
        for start in range(first, len(self.said), self.size):
            lines = self.said[start : start + self.size]
            page = self._page(lines, Murmur(lambda: 0.0), [], place)
            place = place.after(page)
            yield page


steps = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(-8000, 8000), st.integers(0, 2)),
        st.tuples(st.just("again"), st.just(0), st.integers(0, 2)),
        st.tuples(st.sampled_from(["ask", "settle", "scan"]), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("kill"), st.integers(1, 4), st.integers(0, 2)),
    ),
    max_size=40,
)
WORDS = ("order failed", "mail was refused", "a disk is full: error")


def play(bench: Bench, told: Told, kind: str, one: int, other: int) -> None:
    told.size = max(1, one)
    match kind:
        case "say":
            told.say(bench.clock() + one * SECOND, WORDS[other])
        case "again" if told.said:
            told.say(1000 * int(json.loads(told.said[-1])["__REALTIME_TIMESTAMP"]), WORDS[other])
        case "ask":
            bench.ask()
        case "settle":
            bench.settle()
        case "scan":
            scanned(bench)
        case "kill":
            bench.store.dies = ("", "before", "after")[other]
            with suppress(Cut):
                bench.ask()
                bench.settle()
            bench.restart()


@given(steps)
@settings(max_examples=60, deadline=None)
def test_any_clock_and_any_kills(script: Sequence[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        told = Told()
        bench = Bench(Path(folder), told, once=True)  # type: ignore[arg-type]
        for step in script:
            play(bench, told, *step)
        bench.restart()
        bench.ask()
        bench.settle()
        expected = Counter(json.loads(line)["MESSAGE"] for line in told.said)
        assert bench.total() == expected.total()
        assert sorted(bench.counts().values()) == sorted(expected.values())
        bench.store.close()
