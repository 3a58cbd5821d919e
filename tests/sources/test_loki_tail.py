"""Loki's tail over real sockets: it makes what is new come soon, and decides nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.sources.backend import Backend
from errwatch.sources.loki import Loki
from errwatch.sources.loki_address import Address
from errwatch.sources.loki_tail import LONGEST_PAUSE, Tail, pause
from tests.servers.loki import LokiServer
from tests.sources.test_entries import BEGIN, SECOND
from tests.sources.test_loki import QUERY, LokiBench, errors

NEVER = 3600.0
"""Seconds until it is polled again: what comes before comes by the tail."""
PATIENCE = 30.0


class TailBench(LokiBench):
    """Follows in a thread of its own, as `watch` does."""

    every = NEVER

    def backend(self) -> Backend:
        return Loki(QUERY, self.environment, tail=True)

    @property
    def name(self) -> str:
        return self.backend().name

    def follow(self) -> None:
        self.follower.start()
        self.loki.tails.wait_for(1)

    def until(self, count: int) -> int:
        """Take what comes, until so many are counted or patience ends."""
        end = time.monotonic() + PATIENCE
        while self.total() < count and time.monotonic() < end:
            self.watcher.cycle()
            self.settle()
        return self.total()

    def close(self) -> None:
        self.follower.close()
        self.store.close()


class HastyBench(TailBench):
    every = 0.01


@pytest.fixture
def loki() -> Iterator[LokiServer]:
    with LokiServer() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, loki: LokiServer) -> Iterator[TailBench]:
    bench = TailBench(tmp_path, loki)
    yield bench
    bench.close()


def test_what_is_new_comes_between_two_polls_and_counts_once(
    bench: TailBench, loki: LokiServer
) -> None:
    bench.follow()
    for number, one in enumerate(errors(5)):
        loki.entries.append(one)
        loki.tails.say([one, one])
        assert bench.until(number + 1) == number + 1
    assert bench.ask() is None
    bench.settle()
    assert bench.total() == 5
    assert bench.told == []


def test_what_the_tail_drops_is_asked_for(bench: TailBench, loki: LokiServer) -> None:
    bench.follow()
    loki.entries = errors(250)
    loki.tails.say(loki.entries[:100])
    loki.tails.say(loki.entries[100:], drop=True)
    assert bench.until(250) == 250


def test_what_only_the_tail_says_is_not_counted(bench: TailBench, loki: LokiServer) -> None:
    bench.follow()
    loki.tails.say(errors(3))
    real = (BEGIN + 9 * SECOND, {"app": "api", "pod": "a"}, "ERROR real failure")
    loki.entries = [real]
    loki.tails.say([real])
    assert bench.until(1) == 1
    assert list(bench.counts()) == ["real failure"]


def test_a_tail_that_loki_closes_is_opened_again(bench: TailBench, loki: LokiServer) -> None:
    bench.follow()
    for number, one in enumerate(errors(2)):
        loki.entries.append(one)
        loki.tails.close()
        loki.tails.wait_for_asked(number + 2)
        assert bench.until(number + 1) == number + 1
    assert bench.told == []


def test_what_came_while_no_tail_was_open_is_not_waited_for(
    bench: TailBench, loki: LokiServer
) -> None:
    """To be open again is news: what came meanwhile was told to nobody."""
    bench.follow()
    loki.tails.close()
    loki.entries = errors(2)
    assert bench.until(2) == 2


@pytest.mark.parametrize(
    ("code", "reason", "said"),
    [
        (1011, "max concurrent tail requests limit\nexceeded", "limit exceeded"),
        (1008, "", "closed with 1008"),
        (1001, "going away", None),
    ],
)
def test_why_a_tail_is_refused(loki: LokiServer, code: int, reason: str, said: str | None) -> None:
    loki.tails.end = (code, reason)
    refusal = Tail(Address.of({"LOKI_ADDR": loki.address}), QUERY).follow()
    assert refusal is None if said is None else refusal is not None and said in refusal


def test_without_a_tail_polling_goes_on_and_it_is_said_once(
    tmp_path: Path, loki: LokiServer
) -> None:
    loki.tails.refuse = 404
    bench = HastyBench(tmp_path, loki)
    bench.follower.start()
    loki.entries = errors(5)
    assert bench.until(5) == 5
    end = time.monotonic() + PATIENCE
    while not bench.told and time.monotonic() < end:
        bench.watcher.cycle()
    assert bench.told == [f"{bench.name}: no tail, so what is new comes later: HTTP 404"]
    bench.close()


def test_the_tail_is_asked_with_the_tenant_and_the_key(tmp_path: Path, loki: LokiServer) -> None:
    bench = TailBench(tmp_path, loki, LOKI_ORG_ID="shop", LOKI_BEARER_TOKEN="secret")
    bench.follow()
    headers = {name.lower(): value for name, value in loki.tails.headers[0].items()}
    assert headers["x-scope-orgid"] == "shop"
    assert headers["authorization"] == "Bearer secret"
    assert loki.tails.asked[0]["query"] == QUERY
    bench.close()


def test_pauses_grow_where_there_is_no_tail() -> None:
    pauses = [pause(refused) for refused in range(10)]
    assert pauses[:4] == [1.0, 1.0, 2.0, 4.0]
    assert pauses[-1] == LONGEST_PAUSE
