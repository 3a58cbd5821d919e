"""Errors searched for in Loki: the same events come of it as of reading all that there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.detect.triggers import expression, level_words
from errwatch.model.levels import Level
from errwatch.sources.backend import Backend
from errwatch.sources.entries import OVERLAP
from errwatch.sources.loki import Loki
from errwatch.sources.loki_query import Sought
from errwatch.sources.loki_search import MANY, REACH, SLICE, Hit, LokiSearch, windows
from tests.servers.loki import LokiServer
from tests.sources.test_entries import BEGIN, SECOND, Cut
from tests.sources.test_loki import QUERY, LokiBench

LINE = expression(Level.ERROR)
assert LINE is not None
SOUGHT = Sought(LINE, level_words())
MILLISECOND = SECOND // 1000
PYTHON = (
    "Traceback (most recent call last):",
    '  File "/app/shop/cart.py", line 88, in checkout',
    "    total = price(plan)",
    '  File "/app/shop/plans.py", line 12, in price',
    "    return PLANS[plan]",
    "KeyError: 'gold'",
)
JAVA = (
    "2026-11-20 10:00:00 ERROR [main] Order - could not place it",
    "java.lang.IllegalStateException: no stock",
    *(f"\tat com.example.Stock.step{number}(Stock.java:{number + 1})" for number in range(40)),
)
PLAIN = ("2026-11-20 10:00:00 ERROR app: the disk is full",)
JSON = ('{"level":50,"time":1700000000000,"msg":"payment refused"}',)
FINE = ("INFO all is well",)
KINDS = (PYTHON, JAVA, PLAIN, JSON, FINE, FINE)


class SearchBench(LokiBench):
    query = QUERY

    def backend(self) -> Backend:
        return LokiSearch(Loki(self.query, self.environment), SOUGHT)


class WholeBench(LokiBench):
    pass


@pytest.fixture
def loki() -> Iterator[LokiServer]:
    with LokiServer() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, loki: LokiServer) -> Iterator[SearchBench]:
    bench = SearchBench(tmp_path, loki)
    yield bench
    bench.store.close()


def told(
    lines: Sequence[str], second: float, pod: str = "a", apart: int = MILLISECOND
) -> list[tuple[int, dict[str, str], str]]:
    begin = BEGIN + int(second * SECOND)
    return [
        (begin + place * apart, {"app": "api", "pod": pod}, line)
        for place, line in enumerate(lines)
    ]


def fine(seconds: int, pod: str = "a") -> list[tuple[int, dict[str, str], str]]:
    return [one for second in range(seconds) for one in told(FINE, second + 0.5, pod)]


def test_a_trace_keeps_the_lines_that_show_nothing(bench: SearchBench, loki: LokiServer) -> None:
    loki.entries = [*fine(300), *told(PYTHON, 100), *told(JAVA, 200, "b")]
    assert bench.read() == 2
    texts = [issue.samples[0].text for issue in bench.store.issues()]
    assert sorted(text.count("\n") for text in texts) == [len(PYTHON) - 1, len(JAVA) - 1]


def test_what_shows_no_error_is_not_fetched(bench: SearchBench, loki: LokiServer) -> None:
    loki.entries = [*fine(3000), *told(PLAIN, 1500)]
    assert bench.read() == 1
    assert bench.watcher.progress.lines < 20


def test_what_only_its_level_tells_is_found(bench: SearchBench, loki: LokiServer) -> None:
    loki.entries = [*fine(100), *told(("payment declined by the bank",), 50)]
    loki.attached = {"payment declined by the bank": {"detected_level": "error"}}
    labelled = {"app": "api", "level": "critical"}
    loki.entries.append((BEGIN + 70 * SECOND, labelled, "cannot go on like this"))
    assert bench.read() == 2


def test_a_pipeline_that_changes_labels(tmp_path: Path, loki: LokiServer) -> None:
    class Filtered(SearchBench):
        query = '{app="api"} | pod=~".+"'

    loki.entries = [*fine(100), *told(PYTHON, 50)]
    bench = Filtered(tmp_path, loki)
    assert bench.read() == 1
    bench.store.close()


def test_labels_that_are_not_those_of_a_stream(bench: SearchBench, loki: LokiServer) -> None:
    """An older Loki, or a proxy, mixes what is attached to an entry into them."""
    loki.tells_apart = False
    loki.entries = [*fine(100), *told(PYTHON, 50)]
    loki.attached = {line: {"trace_id": "7"} for line in PYTHON}
    assert bench.read() == 1
    (issue,) = bench.store.issues()
    assert issue.samples[0].text.count("\n") == len(PYTHON) - 1


def test_a_search_that_is_refused_reads_all(bench: SearchBench, loki: LokiServer) -> None:
    loki.longest_query = 1_000
    loki.entries = [*fine(100), *told(PYTHON, 50)]
    assert bench.read() == 1
    assert bench.read() == 1
    assert len(bench.told) == 1
    assert "so all is read" in bench.told[0]


def test_many_errors_are_read_in_one_go(bench: SearchBench, loki: LokiServer) -> None:
    loki.entries = [one for number in range(MANY + 50) for one in told(PLAIN, number * 10)]
    assert bench.read() == MANY + 50
    assert len(loki.asked) < MANY


def test_what_was_looked_through_is_not_searched_again(
    bench: SearchBench, loki: LokiServer
) -> None:
    loki.entries = fine(5000)
    bench.read()
    bench.second += 5000
    bench.ask()
    first = BEGIN + 4999 * SECOND - OVERLAP - REACH
    asked = len(loki.asked)
    bench.ask()
    assert {int(one["start"]) >= first for one in loki.asked[asked:]} == {True}


def test_data_that_is_gone_is_said_and_data_that_is_there_is_not(
    bench: SearchBench, loki: LokiServer
) -> None:
    loki.entries = [*fine(100), *told(PYTHON, 41)]
    bench.read()
    bench.restart()
    bench.read()
    assert bench.told == []
    bench.restart()
    loki.entries = told(PLAIN, 900)
    assert bench.read() == 2
    assert len(bench.told) == 1


def test_what_goes_on_behind_the_beginning_is_read(bench: SearchBench, loki: LokiServer) -> None:
    loki.entries = told(PYTHON, 10)
    since = loki.entries[1][0]
    pages = bench.backend().fetch(since, BEGIN + 100 * SECOND)
    assert [entry.line for page in pages for entry in page] == list(PYTHON[1:])


def test_slices_of_all_streams_come_before_what_is_later() -> None:
    hits = [Hit(BEGIN + n * SECOND, (("pod", str(n % 2)),)) for n in range(200)]
    found = windows(hits, BEGIN, BEGIN + 300 * SECOND)
    newest = 0
    for window in found:
        assert window.start > newest - OVERLAP
        assert window.end - window.start <= SLICE
        newest = max(newest, window.end)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["a", "b", None])), max_size=30),
    st.integers(0, 100),
    st.integers(300, 500),
)
def test_windows_cover_exactly_what_is_near_a_hit(
    placed: list[tuple[int, str | None]], since: int, until: int
) -> None:
    second = SECOND
    hits = [Hit(at * second, (("pod", pod),) if pod else None) for at, pod in placed]
    found = windows(hits, since * second, until * second)
    for pod in ("a", "b", None):
        stream = (("pod", pod),) if pod else None
        for half in range(2 * since, 2 * until):
            ns = half * second // 2
            near = any(hit.stream == stream and abs(hit.ns - ns) <= REACH for hit in hits)
            inside = [w for w in found if w.stream == stream and w.start <= ns < w.end]
            assert len(inside) == near


Step = tuple[str, int, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.integers(0, len(KINDS) - 1), st.integers(0, 12)),
        st.tuples(st.just("ask"), st.integers(3, 9), st.just(0)),
        st.tuples(st.just("kill"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("late"), st.integers(1, 40), st.just(0)),
    ),
    max_size=30,
)


@given(steps)
@settings(max_examples=20, deadline=None)
def test_the_same_events_as_of_reading_all(script: Sequence[Step]) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other, LokiServer() as loki:
        sought, whole = SearchBench(Path(one), loki), WholeBench(Path(other), loki)
        second, apart = 0.0, 0
        for kind, what, more in script:
            match kind:
                case "tell":
                    second, apart = second + more, apart + 1
                    loki.entries += told(KINDS[what], second, pod="abc"[apart % 3])
                    second += 0.1
                case "late":
                    loki.entries += told(PLAIN, max(0.0, second - what), pod="late")
                case "ask":
                    loki.most = what
                    sought.ask()
                case "kill":
                    sought.store.dies = ("", "before", "after")[what]
                    die(sought)
        loki.most = 5_000
        for bench in (sought, whole):
            bench.read()
        assert outcome(sought) == outcome(whole)
        sought.store.close()
        whole.store.close()


def die(bench: SearchBench) -> None:
    try:
        bench.ask()
        bench.settle()
    except Cut:
        pass
    bench.restart()


def outcome(bench: LokiBench) -> Counter[str]:
    return Counter({issue.fingerprint: issue.count for issue in bench.store.issues()})
