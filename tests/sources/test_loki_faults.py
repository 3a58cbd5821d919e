"""What goes wrong between us and Loki: nothing is lost, nothing counts twice, and it is said."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.sources.backend import Backend
from errwatch.sources.entries import OVERLAP
from errwatch.sources.loki import Loki
from errwatch.sources.retry import LONGEST, retry_after
from tests.servers.http import Fault
from tests.servers.loki import LokiServer
from tests.sources.test_entries import BEGIN, SECOND, Cut
from tests.sources.test_loki import QUERY, LokiBench, errors

HTML = {"Content-Type": "text/html"}
FAULTS = (
    Fault(429, "too many outstanding requests"),
    Fault(429, "slow down", {"Retry-After": "7"}),
    Fault(500, "panic: oh no"),
    Fault(502, "<html><h1>Bad Gateway</h1></html>", HTML),
    Fault(503, "", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    Fault(504, "request timed out, decrease the duration of the request"),
    Fault(401, "no org id"),
    Fault(200, "<html>log in</html>", HTML),
    Fault(200, '{"status":"success","data":{"resultType":"matrix","result":[]}}'),
    Fault(cut=90),
    Fault(cut=90, headers={"Content-Length": "100000"}),
)


@pytest.fixture
def loki() -> Iterator[LokiServer]:
    with LokiServer() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, loki: LokiServer) -> Iterator[LokiBench]:
    bench = LokiBench(tmp_path, loki)
    yield bench
    bench.store.close()


class Impatient(LokiBench):
    def backend(self) -> Backend:
        return Loki(QUERY, self.environment, timeout=0.2)


def test_a_server_that_does_not_answer(tmp_path: Path, loki: LokiServer) -> None:
    bench = Impatient(tmp_path, loki)
    loki.entries = errors(5)
    loki.faults = [Fault(hang=True)]
    assert bench.ask() == 1.0
    assert bench.read() == 5
    assert len(bench.told) == 1
    assert "cannot be asked: timed out" in bench.told[0]
    bench.store.close()


def test_a_token_that_expires_between_two_pages(bench: LokiBench, loki: LokiServer) -> None:
    loki.entries, loki.most = errors(100), 10
    loki.faults = [None, None, None, None, Fault(401, "token expired")]
    bench.ask()
    bench.settle()
    assert 0 < bench.total() < 100
    assert "token expired; see LOKI_USERNAME" in bench.told[0]
    assert bench.read() == 100


def test_a_failure_that_lasts_is_said_once_and_again_after_it_was_over(
    bench: LokiBench, loki: LokiServer
) -> None:
    down = Fault(500, "oh no")
    loki.faults = [down, down, down, None, down]
    for _ in loki.faults[:]:
        bench.ask()
    assert len(bench.told) == 2


@pytest.mark.parametrize("shuffled", [False, True])
def test_duplicates_and_entries_out_of_order(
    bench: LokiBench, loki: LokiServer, shuffled: bool
) -> None:
    """Entries that are alike but for their pods or places all count, however they are paged."""
    loki.entries = errors(200, every=SECOND // 10) + errors(200, every=SECOND // 10, pod="b")
    if shuffled:
        random.Random(7).shuffle(loki.entries)
    loki.most = 30
    for _ in range(3):
        assert bench.read() == 400


def test_what_comes_late_counts_as_long_as_it_lies_in_the_overlap(
    bench: LokiBench, loki: LokiServer
) -> None:
    loki.entries = errors(2, every=100 * SECOND)
    assert bench.read() == 2
    newest = loki.entries[-1][0]
    for number in range(1, 6):
        ns = newest - number * OVERLAP // 6
        loki.entries.append((ns, {"app": "api", "pod": "late"}, "ERROR came late"))
        assert bench.read() == 2 + number
    bench.restart()
    assert bench.read() == 7


def test_a_restart_after_which_the_data_is_gone(bench: LokiBench, loki: LokiServer) -> None:
    loki.entries = errors(5)
    assert bench.read() == 5
    loki.entries = []
    bench.restart()
    bench.read()
    assert len(bench.told) == 1
    assert "is not there any more; what came after it may be lost" in bench.told[0]
    loki.entries = [(BEGIN + 100 * SECOND, {"app": "api"}, "ERROR after the loss")]
    assert bench.read() == 6


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        ("0.000051", 0.000051),
        ("31536000", LONGEST),
        ("Fri, 20 Nov 2026 12:02:00 GMT", 120.0),
        ("Fri, 20 Nov 2015 12:02:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("12 parsecs", None),
        ("-5", None),
    ],
)
def test_how_long_a_server_asks_us_to_wait(header: str, seconds: float | None) -> None:
    assert retry_after(header, datetime(2026, 11, 20, 12, tzinfo=UTC)) == seconds


Step = tuple[str, int, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(-30, 20), st.integers(1, 8)),
        st.tuples(st.just("moment"), st.integers(0, 20), st.integers(1, 12)),
        st.tuples(st.just("fail"), st.integers(0, len(FAULTS) - 1), st.integers(0, 3)),
        st.tuples(st.just("ask"), st.integers(3, 9), st.just(0)),
        st.tuples(st.just("kill"), st.integers(0, 2), st.just(0)),
    ),
    max_size=30,
)


@given(steps)
@settings(max_examples=25, deadline=None)
def test_any_faults_in_any_order(script: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder, LokiServer() as loki:
        bench, newest = LokiBench(Path(folder), loki), BEGIN
        for kind, what, more in script:
            match kind:
                case "arrive" | "moment":
                    at = max(BEGIN, newest + what * SECOND)
                    every = 0 if kind == "moment" else SECOND // 7
                    loki.entries += [
                        (at + n * every, {"app": "api", "pod": str(n % 3)}, "ERROR order failed")
                        for n in range(more)
                    ]
                    newest = max(newest, loki.entries[-1][0])
                case "fail":
                    loki.faults += [None] * more + [FAULTS[what]]
                case "ask":
                    loki.most = what
                    bench.ask()
                case "kill":
                    bench.store.dies = ("", "before", "after")[what]
                    die(bench)
        loki.faults, loki.most = [], 5_000
        bench.ask()
        assert bench.read() == len(loki.entries)
        assert bench.counts() == Counter({"order failed": len(loki.entries)})
        assert all("<" not in told for told in bench.told)
        bench.store.close()


def die(bench: LokiBench) -> None:
    try:
        bench.ask()
        bench.settle()
    except Cut:
        pass
    bench.restart()
