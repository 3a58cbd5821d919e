"""Whatever fails at Railway is said, loses nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.sources.entry_follower import FIRST_PAUSE
from errwatch.sources.railway.logs import Railway
from tests.servers.http import Fault
from tests.servers.railway import (
    ENVIRONMENT,
    PROJECT_TOKEN,
    Log,
    RailwayServer,
)
from tests.sources.railway_bench import FAULTS, RailwayBench, errors
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


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("fault", FAULTS)
def test_failure_is_said_and_loses_nothing(
    bench: RailwayBench, railway: RailwayServer, fault: Fault, after: int
) -> None:
    railway.logs = errors(50)
    bench.read()
    railway.logs += [Log(BEGIN + 70 * SECOND, "ERROR the mail bounced")]
    if after == 0:
        bench.restart()
    railway.faults = [fault]
    assert bench.ask() == FIRST_PAUSE
    assert bench.ask() is None
    assert bench.read() == 51
    assert len(bench.told) == 1
    assert "<" not in bench.told[0]


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"Retry-After": "51µs".encode().decode("latin-1")}, FIRST_PAUSE),
        ({"Retry-After": "31536000"}, 3600.0),
        ({"X-RateLimit-Reset": str(BEGIN // SECOND + 10_000 + 90)}, 90.0),
    ],
)
def test_refusal_says_when_to_ask_again(
    bench: RailwayBench, railway: RailwayServer, headers: dict[str, str], pause: float
) -> None:
    railway.faults = [Fault(429, "", headers)]
    assert bench.ask() == pause
    assert "429" in bench.told[0]


def test_what_fails_without_a_reason_is_asked_for_less(
    bench: RailwayBench, railway: RailwayServer
) -> None:
    railway.logs = errors(900)
    problem = Fault(200, '{"errors":[{"message":"Problem processing request"}]}')
    railway.faults = [Fault(cut=10_000), problem]
    assert bench.ask() == FIRST_PAUSE
    assert bench.read() == 900
    limits = [one["beforeLimit"] for root, one in railway.asked if root == "environmentLogs"]
    assert limits[:2] == [5000, 500]


def test_no_answer_asks_for_less(tmp_path: Path, railway: RailwayServer) -> None:
    known = {"RAILWAY_TOKEN": PROJECT_TOKEN, "RAILWAY_HTTP_TIMEOUT": "0.3"}
    bench = RailwayBench(tmp_path, railway, **known)
    railway.logs = errors(50)
    railway.faults = [Fault(cut=10_000), 0.8]
    assert bench.ask() == FIRST_PAUSE
    assert bench.read() == 50
    assert "no answer within 0.3 s" in bench.told[0]
    asked = [one for root, one in railway.asked if root == "environmentLogs"]
    assert asked[0]["anchorDate"] > asked[1]["anchorDate"]
    bench.store.close()


def test_budget_of_an_hour_is_used_up(tmp_path: Path, railway: RailwayServer) -> None:
    bench = RailwayBench(tmp_path, railway)
    railway.clock, railway.budget = (lambda: bench.clock() / SECOND), 4
    railway.logs = errors(20)
    for second in range(3):
        assert bench.read() == 20
        bench.second += second
    railway.logs.append(Log(BEGIN + 40 * SECOND, "ERROR while nobody asked"))
    pause = bench.ask()
    assert pause is not None
    assert 0 < pause <= 3600
    assert "takes no more questions" in bench.told[0]
    assert "minutes" in bench.told[0]
    bench.second += pause
    assert bench.ask() is None
    assert bench.read() == 21
    assert len(bench.told) == 1
    bench.store.close()


def test_questions_are_spread_over_the_hour(tmp_path: Path, railway: RailwayServer) -> None:
    bench = RailwayBench(tmp_path, railway)
    backend = bench.server
    assert isinstance(backend, Railway)
    railway.clock, railway.budget = (lambda: bench.clock() / SECOND), 100
    waited, asked = 0.0, 0
    end = (bench.clock() // SECOND // 3600 + 1) * 3600
    while bench.clock() / SECOND < end:
        assert bench.ask() is None
        asked += 1
        pause = max(2.0, backend.api.budget.pause())
        bench.second += pause
        waited += pause
    assert bench.told == []
    assert 30 < asked < 100
    bench.store.close()


def test_token_that_is_deleted_half_way(bench: RailwayBench, railway: RailwayServer) -> None:
    railway.logs = errors(100)
    assert bench.read() == 100
    railway.logs.append(Log(BEGIN + 200 * SECOND, "ERROR late"))
    railway.project_tokens = {"second": ENVIRONMENT}
    assert bench.read() == 100
    assert "RAILWAY_TOKEN must be a project token" in bench.told[-1]
    assert PROJECT_TOKEN not in bench.told[-1]
    bench.environment["RAILWAY_TOKEN"] = "second"
    bench.restart()
    assert bench.read() == 101


def test_what_is_gone_after_a_restart_is_said(bench: RailwayBench, railway: RailwayServer) -> None:
    railway.logs = errors(5)
    bench.read()
    bench.restart()
    railway.logs = [Log(BEGIN + 900 * SECOND, "ERROR order 9 failed")]
    assert bench.read() == 6
    assert ["may be lost" in told for told in bench.told] == [True]
