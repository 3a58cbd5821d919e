"""`docker logs` and `kubectl logs`: containers that start again, end and go, each line once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.sources.entry_follower import FIRST_PAUSE, LONGEST_PAUSE, Feed
from errwatch.sources.listing import Listing, tool
from tests.servers.containers import Containers, Run
from tests.sources.test_entries import BEGIN, SECOND, Bench

PROGRAMS = ("docker", "kubectl")


class ContainerBench(Bench):
    """Follows until the container ends."""

    def __init__(self, folder: Path, program: str) -> None:
        self.containers = Containers(folder)
        self.containers.install()
        self.program = program
        super().__init__(folder, self.listing())  # type: ignore[arg-type]

    def listing(self) -> Listing:
        return Listing(tool(self.program, "shop"))

    def restart(self) -> None:
        self.server = self.listing()  # type: ignore[assignment]
        super().restart()

    def say(self, second: float, text: str = "ERROR order failed") -> None:
        self.containers.say(BEGIN + int(second * SECOND), text)

    def read(self) -> int:
        self.ask()
        self.settle()
        return self.total()


@pytest.fixture(params=PROGRAMS)
def bench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[ContainerBench]:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    bench = ContainerBench(tmp_path, request.param)
    yield bench
    bench.store.close()


def test_one_that_starts_again_is_read_on(bench: ContainerBench) -> None:
    for run in range(3):
        bench.say(10 * run)
        bench.say(10 * run + 0.5, "INFO fine")
        bench.say(10 * run + 0.5)
        bench.containers.end()
        assert bench.read() == 2 * run + 2
        bench.containers.start_again()
    assert "ended with" not in "".join(bench.told)


def test_what_it_said_before_it_crashed_is_read_by_who_comes_later(bench: ContainerBench) -> None:
    """Kubernetes shows the run before only to who asks for it."""
    bench.say(1)
    bench.containers.end()
    assert bench.read() == 1
    bench.say(2, "ERROR mail was refused")
    bench.containers.start_again()
    bench.say(3)
    bench.containers.end()
    bench.restart()
    assert bench.read() == 3
    bench.restart()
    assert bench.read() == 3


def test_one_that_was_made_anew_is_read_from_its_beginning(bench: ContainerBench) -> None:
    bench.say(1)
    bench.containers.end()
    assert bench.read() == 1
    del bench.containers.runs["shop"][:]
    bench.containers.runs["shop"].append(Run())
    bench.say(100)
    bench.containers.end()
    assert bench.read() == 2


def test_lines_of_one_second_are_told_apart(bench: ContainerBench) -> None:
    for step in range(50):
        bench.say(1 + step / 1000)
    bench.say(1)
    bench.containers.end()
    assert bench.read() == 51
    bench.restart()
    bench.say(1.9)
    assert bench.read() == 52


def test_one_that_is_gone_is_told_once_and_asked_for_less_and_less(bench: ContainerBench) -> None:
    bench.say(1)
    bench.containers.end()
    bench.read()
    runs = bench.containers.runs.pop("shop")
    bench.containers.save()
    pauses = [bench.ask() for _ in range(10)]
    assert pauses[:3] == [2 * FIRST_PAUSE, 4 * FIRST_PAUSE, 8 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    (told,) = [line for line in bench.told if "ended with" in line]
    assert f"{bench.program}:shop: {bench.program} ended with 1: Error " in told
    assert "shop" in told
    bench.containers.runs["shop"] = runs
    bench.say(2)
    assert bench.read() == 2


def test_a_server_that_is_down_loses_nothing(bench: ContainerBench) -> None:
    bench.say(1)
    bench.containers.end()
    bench.containers.down = "Cannot connect to the Docker daemon. Is the docker daemon running?"
    bench.containers.save()
    assert bench.read() == 0
    bench.containers.down = ""
    bench.containers.save()
    assert bench.read() == 1
    assert [line for line in bench.told if "Cannot connect" in line] == bench.told[:1]


def test_only_what_is_new_is_asked_for(bench: ContainerBench) -> None:
    bench.say(0)
    for second in range(1000, 1400):
        bench.say(second, "INFO fine")
    bench.say(1400)
    bench.containers.end()
    bench.read()
    bench.read()
    assert isinstance(bench.follower.poller, Feed)
    assert bench.follower.poller._place.since == BEGIN + 1340 * SECOND
