"""Build logs of failed deployments, each counted once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from errwatch.sources.entry_follower import FIRST_PAUSE
from errwatch.sources.railway.builds import TIMES
from tests.servers.http import Fault
from tests.servers.railway import Deployed, RailwayServer
from tests.sources.railway_bench import BuildsBench
from tests.sources.test_entries import BEGIN, SECOND


@pytest.fixture
def railway() -> Iterator[RailwayServer]:
    with RailwayServer() as server:
        yield server


@pytest.fixture
def builds(tmp_path: Path, railway: RailwayServer) -> Iterator[BuildsBench]:
    bench = BuildsBench(tmp_path, railway)
    yield bench
    bench.store.close()


def failed(id_: str, second: int, status: str = "FAILED") -> Deployed:
    steps = ("#7 [3/4] RUN npm run build", f"npm ERR! missing script: build-{id_}")
    return Deployed(id_, status, BEGIN + second * SECOND, build=steps)


def test_build_log_of_a_failed_deployment_counts_once(
    builds: BuildsBench, railway: RailwayServer
) -> None:
    railway.deployments = [failed("d-1", 10, "SUCCESS"), failed("d-2", 20)]
    for _ in range(4):
        assert builds.read() == 1
    builds.restart()
    assert builds.read() == 1
    assert builds.told == []
    roots = [root for root, _ in railway.asked]
    assert roots.count("buildLogs") == TIMES + 1


def test_build_that_fails_after_a_later_one_counts(
    builds: BuildsBench, railway: RailwayServer
) -> None:
    railway.deployments = [failed("d-1", 8_000, "BUILDING"), failed("d-2", 9_000)]
    assert builds.read() == 0
    railway.deployments = [failed("d-1", 8_000), failed("d-2", 9_000)]
    assert builds.read() == 2
    railway.deployments.append(failed("d-3", 1_000, "BUILDING"))
    railway.deployments.append(failed("d-4", 9_500))
    assert builds.read() == 3


def test_last_lines_of_a_build_log_may_come_later(
    builds: BuildsBench, railway: RailwayServer
) -> None:
    whole = failed("d-1", 10)
    railway.deployments = [replace(whole, build=whole.build[:1])]
    assert builds.read() == 0
    railway.deployments = [whole]
    assert builds.read() == 1


def test_builds_of_another_service_are_not_read(tmp_path: Path, railway: RailwayServer) -> None:
    railway.deployments = [failed("d-1", 10), replace(failed("d-2", 20), service="s-worker")]
    bench = BuildsBench(tmp_path, railway, "worker")
    assert bench.read() == 1
    bench.store.close()


@pytest.mark.parametrize(
    "body",
    [
        '{"data":{"deployments":null}}',
        '{"data":{"deployments":{"edges":[{"node":{}}]}}}',
        '{"data":{"deployments":{"edges":[{"node":null}]}}}',
    ],
)
def test_strange_answer_is_a_failure(
    builds: BuildsBench, railway: RailwayServer, body: str
) -> None:
    railway.deployments = [failed("d-1", 10)]
    railway.faults = [None, Fault(200, body), None, Fault(200, '{"data":{"buildLogs":[1]}}')]
    assert builds.ask() == FIRST_PAUSE
    assert builds.ask() == 2 * FIRST_PAUSE
    assert builds.read() == 1
    assert builds.told == ["railway:*: the answer is not one of Railway's API"]
