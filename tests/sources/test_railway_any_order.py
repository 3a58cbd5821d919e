"""In any order of lines, failures and kills, what Railway has is counted once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.pipeline import scan
from errwatch.sources.entries import OVERLAP
from errwatch.sources.entry_source import EntrySource
from tests.servers.railway import Log, RailwayServer
from tests.sources.railway_bench import FAULTS, RailwayBench
from tests.sources.test_entries import BEGIN, EYES, SECOND, Cut

WORDS = ("ERROR order failed", "ERROR mail bounced", "listening")

Step = tuple[str, int, int]
none = st.just(0)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(-20, 40), st.integers(1, 3)),
        st.tuples(st.just("burst"), st.integers(-20, 40), st.integers(50, 150)),
        st.tuples(st.just("again"), st.integers(0, 200), none),
        st.tuples(st.just("ask"), none, none),
        st.tuples(st.just("fail"), st.integers(0, len(FAULTS) - 1), st.integers(0, 3)),
        st.tuples(st.just("settle"), none, none),
        st.tuples(st.just("kill"), st.integers(0, 2), none),
        st.tuples(st.just("scan"), none, none),
    ),
    max_size=20,
)


def test_any_order_of_arrivals_faults_and_kills() -> None:
    @given(steps, st.sampled_from((100, 140, 5000)), st.booleans(), st.sampled_from((3, 9)))
    @settings(max_examples=30, deadline=None)
    def holds(script: Sequence[Step], most: int, one_more: bool, digits: int) -> None:
        server.logs, server.faults = [], []
        server.most, server.one_more, server.digits = most, one_more, digits
        server.shuffled = random.Random(most)
        with TemporaryDirectory() as folder:
            check(RailwayBench(Path(folder), server), server, script)

    with RailwayServer() as server:
        holds()


def check(bench: RailwayBench, server: RailwayServer, script: Sequence[Step]) -> None:
    for number, step in enumerate(script):
        play(bench, server, f"d-{number // 5}", *step)
    server.faults = []
    bench.read()
    expected = Counter(log.message for log in server.logs if "ERROR" in log.message)
    assert sorted(bench.counts().values()) == sorted(expected.values())
    bench.store.close()


def play(
    bench: RailwayBench, server: RailwayServer, deployment: str, kind: str, one: int, other: int
) -> None:
    newest = max((log.ns for log in server.logs), default=BEGIN)
    match kind:
        case "arrive" | "burst":
            ns = max(BEGIN, newest + one * SECOND)
            server.logs += [
                Log(
                    ns,
                    WORDS[(one + n) % 3],
                    deployment=deployment,
                    replica=f"r-{len(server.logs)}-{n % 4}",
                )
                for n in range(other)
            ]
        case "again" if server.logs:
            again = server.logs[one % len(server.logs)]
            if again.ns >= newest - OVERLAP // 2:
                server.logs.append(again)
        case "ask":
            bench.ask()
        case "fail":
            server.faults = [*[None] * other, FAULTS[one]]
            bench.ask()
        case "settle":
            bench.settle()
        case "scan":
            server.faults = []
            now = bench.clock()
            source = EntrySource(bench.server, bench.store, given="x", begin=BEGIN, now=now)
            scan([source], EYES, store=bench.store)
            bench.restart()
        case "kill":
            bench.store.dies = ("", "before", "after")[one]
            with suppress(Cut):
                bench.ask()
                bench.settle()
            bench.restart()
