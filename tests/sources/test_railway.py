"""Railway over real sockets: its pages, its tokens and its names."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from errwatch.errors import UsageError
from errwatch.sources.railway.logs import Railway
from errwatch.sources.railway.opening import open_railway
from errwatch.sources.remote import glob_of
from tests.servers.railway import (
    ACCOUNT_TOKEN,
    PROJECT,
    PROJECT_TOKEN,
    STAGING,
    Log,
    RailwayServer,
)
from tests.servers.railway_cli import RailwayCli
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


def test_pages_and_restarts_count_once(bench: RailwayBench, railway: RailwayServer) -> None:
    railway.most = 130
    railway.logs = errors(1000)
    for _ in range(3):
        assert bench.read() == 1000
        bench.restart()
    assert bench.told == []


def test_answers_that_are_cut_in_silence_lose_nothing(
    bench: RailwayBench, railway: RailwayServer
) -> None:
    railway.cut = 700
    railway.logs = errors(3000)
    assert bench.read() == 3000


def test_steady_state_asks_once(bench: RailwayBench, railway: RailwayServer) -> None:
    railway.logs = errors(3000)
    bench.read()
    for _ in range(2):
        railway.asked.clear()
        bench.read()
        assert [root for root, _ in railway.asked] == ["environmentLogs"]


@pytest.mark.parametrize("one_more", [True, False])
def test_thousands_at_one_time(
    bench: RailwayBench, railway: RailwayServer, *, one_more: bool
) -> None:
    railway.most, railway.one_more = 1_300, one_more
    replicas = [f"r-{n}" for n in range(4)]
    railway.logs = [one for replica in replicas for one in errors(900, every=0, replica=replica)]
    railway.logs += errors(3)
    assert bench.read() == 4 * 900 + 3
    assert bench.told == []
    assert len(railway.asked) < 20
    bench.restart()
    assert bench.read() == 4 * 900 + 3


def test_one_replica_with_more_than_can_be_had_is_said_once(
    bench: RailwayBench, railway: RailwayServer
) -> None:
    railway.most = 100
    railway.logs = [*errors(150, every=0), *errors(3)]
    for _ in range(2):
        assert bench.read() == 101 + 2
    assert ["more in one millisecond than can be had" in told for told in bench.told] == [True]


def test_moments_are_understood_to_the_millisecond(
    bench: RailwayBench, railway: RailwayServer
) -> None:
    railway.digits, railway.most = 3, 110
    railway.logs = errors(2000, every=123_457)
    assert bench.read() == 2000


def test_out_of_order_late_and_again(bench: RailwayBench, railway: RailwayServer) -> None:
    railway.shuffled = random.Random(3)
    railway.logs = errors(100)
    assert bench.read() == 100
    railway.logs.append(Log(BEGIN + 60 * SECOND + 5, "ERROR late"))
    railway.logs.append(railway.logs[70])
    assert bench.read() == 102
    bench.restart()
    assert bench.read() == 102
    assert bench.told == []


def test_account_token_needs_a_project(tmp_path: Path, railway: RailwayServer) -> None:
    with pytest.raises(UsageError, match="RAILWAY_PROJECT_ID"):
        RailwayBench(tmp_path, railway, RAILWAY_API_TOKEN=ACCOUNT_TOKEN)


@pytest.mark.parametrize(
    ("environment", "count", "said"),
    [
        ("", 0, "say which environment with RAILWAY_ENVIRONMENT_ID; there is production, staging"),
        ("production", 5, ""),
        (STAGING, 2, ""),
        ("live", 0, "no environment is called live; there is production, staging"),
    ],
)
def test_account_token(
    tmp_path: Path, railway: RailwayServer, environment: str, count: int, said: str
) -> None:
    railway.logs = errors(5)
    railway.logs += [Log(BEGIN + i, f"ERROR no {i}", environment=STAGING) for i in range(2)]
    bench = RailwayBench(
        tmp_path,
        railway,
        RAILWAY_API_TOKEN=ACCOUNT_TOKEN,
        RAILWAY_PROJECT_ID=PROJECT,
        RAILWAY_ENVIRONMENT_ID=environment,
    )
    assert bench.read() == count
    assert said in "".join(bench.told)
    assert bool(said) == bool(bench.told)
    bench.store.close()


def test_project_that_may_not_be_seen(tmp_path: Path, railway: RailwayServer) -> None:
    known = {"RAILWAY_API_TOKEN": ACCOUNT_TOKEN, "RAILWAY_PROJECT_ID": "p-other"}
    bench = RailwayBench(tmp_path, railway, **known)
    assert bench.read() == 0
    assert "Not Authorized; RAILWAY_API_TOKEN must" in bench.told[0]
    bench.store.close()


def test_project_token_of_another_environment(tmp_path: Path, railway: RailwayServer) -> None:
    known = {"RAILWAY_TOKEN": PROJECT_TOKEN, "ERRWATCH_RAILWAY_ENVIRONMENT": "staging"}
    bench = RailwayBench(tmp_path, railway, **known)
    assert bench.read() == 0
    assert "is for the environment production, not staging" in bench.told[0]
    bench.store.close()


@pytest.mark.parametrize(("service", "count"), [("", 3), ("api", 2), ("API", 2), ("s-worker", 1)])
def test_service(tmp_path: Path, railway: RailwayServer, service: str, count: int) -> None:
    railway.logs = errors(2)
    railway.logs.append(Log(BEGIN, "ERROR mail bounced", service="s-worker"))
    bench = RailwayBench(tmp_path, railway, service)
    assert bench.read() == count
    bench.store.close()


def test_service_that_is_not_there(tmp_path: Path, railway: RailwayServer) -> None:
    bench = RailwayBench(tmp_path, railway, "mail")
    bench.read()
    assert bench.told == ["railway:mail: no service is called mail; there is api, worker"]
    bench.store.close()


def test_inside_railway_it_does_not_read_itself(tmp_path: Path, railway: RailwayServer) -> None:
    railway.logs = [*errors(2), Log(BEGIN, "ERROR order failed", service="s-worker")]
    inside = {"RAILWAY_SERVICE_ID": "s-worker", "RAILWAY_REPLICA_ID": "r-9"}
    bench = RailwayBench(tmp_path, railway, RAILWAY_TOKEN=PROJECT_TOKEN, **inside)
    assert bench.read() == 2
    bench.store.close()


@pytest.mark.parametrize("token", ["", "two\nlines", "tökén"])
def test_token_that_cannot_be_sent(token: str) -> None:
    with pytest.raises(UsageError):
        Railway("api", {"RAILWAY_TOKEN": token})


@pytest.mark.parametrize("name", ["RAILWAY_API_URL", "RAILWAY_HTTP_TIMEOUT"])
def test_variables_that_make_no_sense(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        Railway("api", {"RAILWAY_TOKEN": "x", name: "backboard"})


def test_names_hold_no_secret() -> None:
    assert Railway("api", {"RAILWAY_TOKEN": "secret"}).name == "railway:api"
    account = {"RAILWAY_API_TOKEN": "secret", "RAILWAY_PROJECT_ID": "p"}
    assert Railway("", account).name == "railway:p/ *"


def test_names_are_found_by_the_input(tmp_path: Path) -> None:
    program = RailwayCli(tmp_path)
    program.install()
    known = {"RAILWAY_PROJECT_ID": "p", "PATH": str(tmp_path)}
    for service in ("", "api"):
        for tokens in ({"RAILWAY_TOKEN": "x"}, {"RAILWAY_API_TOKEN": "x"}, {}):
            for backend in open_railway(service, known | tokens):
                assert fnmatchcase(backend.name, glob_of(f"railway:{service}"))
