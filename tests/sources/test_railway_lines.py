"""What lines of Railway become: traces, levels, fields, and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.railway import (
    Log,
    RailwayServer,
)
from tests.sources.railway_bench import RailwayBench, errors
from tests.sources.test_entries import BEGIN, SECOND


@pytest.fixture
def railway() -> Iterator[RailwayServer]:
    with RailwayServer() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, railway: RailwayServer) -> Iterator[RailwayBench]:
    bench = RailwayBench(tmp_path, railway)
    yield bench
    bench.store.close()


TRACE = (
    "Traceback (most recent call last):",
    '  File "/app/shop/cart.py", line 12, in total',
    "    return prices[plan]",
    "           ~~~~~~^^^^^^",
)


def test_redeploy_in_the_middle_of_a_trace(bench: RailwayBench, railway: RailwayServer) -> None:
    def said(at: int, line: str, deployment: str) -> Log:
        replica = deployment.replace("d", "r")
        return Log(BEGIN + at * 1_000_000, line, deployment=deployment, replica=replica)

    for at, line in enumerate(TRACE):
        railway.logs.append(said(2 * at, line, "d-1"))
        railway.logs.append(said(2 * at + 1, line, "d-2"))
    bench.ask()
    bench.restart()
    railway.logs.append(said(20, "KeyError: 'gold'", "d-2"))
    railway.logs.append(said(21, "KeyError: 'iron'", "d-1"))
    assert bench.read() == 2
    bench.restart()
    assert bench.read() == 2
    (issue,) = bench.store.issues()
    assert {event.exceptions[0].message for event in issue.samples} == {"'gold'", "'iron'"}


def test_level_that_tells_a_stream_is_none(bench: RailwayBench, railway: RailwayServer) -> None:
    railway.logs = [
        Log(BEGIN, "listening on port 8080", "error"),
        Log(BEGIN + 1, "the queue is long", "warn"),
        Log(BEGIN + 2, "payment refused", "error", attributes=(("userId", "42"),)),
        Log(BEGIN + 3, "cache hit", "error", attributes=(("levelname", '"INFO"'),)),
        Log(BEGIN + 4, "disk full", "info", attributes=(("severity", '"ERROR"'),)),
    ]
    assert bench.read() == 2
    assert set(bench.counts()) == {"payment refused", "disk full"}


def test_fields_of_a_structured_line_are_kept(bench: RailwayBench, railway: RailwayServer) -> None:
    stack = "\\n".join((*(line.replace('"', '\\"') for line in TRACE), "KeyError: 'gold'"))
    fields = (("userId", "42"), ("stack", f'"{stack}"'), ("odd", "1e5x"))
    railway.logs = [Log(BEGIN, "checkout failed", "error", attributes=fields)]
    assert bench.read() == 1
    (issue,) = bench.store.issues()
    (event,) = issue.samples
    assert event.exception_type == "KeyError"
    assert event.culprit is not None
    assert event.culprit.file.endswith("shop/cart.py")
    assert '"userId":42' in event.text.replace("\\", "")


def test_dropped_lines_are_an_issue_and_a_gap(bench: RailwayBench, railway: RailwayServer) -> None:
    def marker(second: int, lines: int) -> Log:
        said = "Railway rate limit of 500 logs/sec reached for replica, update your application"
        text = f"{said} to reduce the logging rate. Messages dropped: {lines}"
        return Log(BEGIN + second * SECOND, text, "warn")

    railway.logs = [marker(1, 50), *errors(2), marker(2, 70)]
    for _ in range(2):
        assert bench.read() == 4
    assert [told.partition(": ")[2] for told in bench.told] == [
        "Railway dropped 50 lines of r-1: errors may be missing",
        "Railway dropped 70 lines of r-1: errors may be missing",
    ]
    issue = next(one for one in bench.store.issues() if "Railway" in one.samples[0].message)
    assert issue.count == 2
    assert issue.classification is not None
    assert issue.classification.rule == "railway-dropped-lines"
