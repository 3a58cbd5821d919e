"""Loki over real sockets: its limits, its paging and its failures; counted as `watch` counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.errors import UsageError
from errwatch.sources.backend import Backend
from errwatch.sources.loki import Loki
from errwatch.sources.loki_query import Query
from errwatch.sources.remote import is_remote
from tests.servers.http import Fault
from tests.servers.loki import LokiServer, basic
from tests.sources.test_entries import BEGIN, SECOND, Bench

QUERY = '{app="api"}'


class LokiBench(Bench):
    every = 1.0

    def __init__(self, folder: Path, loki: LokiServer, **environment: str) -> None:
        self.loki = loki
        self.environment = {"LOKI_ADDR": loki.address, **environment}
        super().__init__(folder, self.backend(), interval=self.every)  # type: ignore[arg-type]

    def backend(self) -> Backend:
        return Loki(QUERY, self.environment)

    def read(self) -> int:
        self.ask()
        self.settle()
        return self.total()


@pytest.fixture
def loki() -> Iterator[LokiServer]:
    with LokiServer() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, loki: LokiServer) -> Iterator[LokiBench]:
    bench = LokiBench(tmp_path, loki)
    yield bench
    bench.store.close()


def errors(
    count: int, *, every: int = SECOND, app: str = "api", pod: str = "a"
) -> list[tuple[int, dict[str, str], str]]:
    labels = {"app": app, "pod": pod}
    return [(BEGIN + i * every, labels, f"ERROR order {i} failed") for i in range(count)]


def test_small_pages_and_restarts_count_once(bench: LokiBench, loki: LokiServer) -> None:
    loki.most = 7
    loki.entries = errors(100)
    for _ in range(3):
        assert bench.read() == 100
        bench.restart()


def test_5000_entries_at_one_time(bench: LokiBench, loki: LokiServer) -> None:
    loki.most = 1_000
    loki.entries = [one for pod in "abcdefg" for one in errors(900, every=0, pod=pod)]
    loki.entries += errors(3)
    assert bench.read() == 7 * 900 + 3
    assert bench.told == []


def test_one_stream_with_more_than_can_be_had_is_said(bench: LokiBench, loki: LokiServer) -> None:
    loki.most = 100
    loki.entries = [*errors(150, every=0), *errors(3, every=SECOND)]
    assert bench.read() == 100 + 2
    assert any("more than 100 entries of one stream have one time" in told for told in bench.told)


def test_range_is_split_by_the_limit_it_states(bench: LokiBench, loki: LokiServer) -> None:
    loki.longest = 3600 * SECOND
    loki.entries = errors(10, every=900 * SECOND)
    assert bench.read() == 10


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, "too many outstanding requests"),
        Fault(500, "oh no"),
        Fault(502, "<html><h1>Bad Gateway</h1></html>", {"Content-Type": "text/html"}),
        Fault(200, "<html>log in</html>", {"Content-Type": "text/html"}),
        Fault(200, '{"status":"success"}'),
        Fault(200, "[]"),
        Fault(cut=100),
        Fault(cut=100, headers={"Content-Length": "5000"}),
    ],
)
def test_failure_is_said_and_loses_nothing(
    bench: LokiBench, loki: LokiServer, fault: Fault
) -> None:
    loki.entries = errors(50)
    loki.faults = [fault]
    assert bench.ask() == 1.0
    assert bench.ask() is None
    assert bench.read() == 50
    assert len(bench.told) == 1
    assert "<" not in bench.told[0]


def test_retry_after_is_kept(bench: LokiBench, loki: LokiServer) -> None:
    loki.faults = [Fault(429, "slow down", {"Retry-After": "17"})]
    assert bench.ask() == 17.0


def test_timeout_of_the_query_asks_for_less(bench: LokiBench, loki: LokiServer) -> None:
    loki.entries = errors(50)
    loki.faults = [Fault(504, "request timed out, decrease the duration of the request")]
    assert bench.read() == 50
    assert bench.told == []


def test_server_that_is_gone_is_said(tmp_path: Path) -> None:
    with LokiServer() as loki:
        bench = LokiBench(tmp_path, loki)
    assert bench.ask() == 1.0
    assert "cannot be asked" in bench.told[0]
    bench.store.close()


def test_token_that_expires_half_way(tmp_path: Path, loki: LokiServer) -> None:
    loki.entries, loki.most, loki.tokens = errors(100), 10, {"Bearer first"}
    bench = LokiBench(tmp_path, loki, LOKI_BEARER_TOKEN="first")
    assert bench.read() == 100
    loki.entries += [(BEGIN + 200 * SECOND, {"app": "api"}, "ERROR late")]
    loki.tokens = {"Bearer second"}
    assert bench.read() == 100
    assert "LOKI_BEARER_TOKEN" in bench.told[-1]
    assert "first" not in bench.told[-1]
    bench.store.close()
    again = LokiBench(tmp_path, loki, LOKI_BEARER_TOKEN="second")
    assert again.read() == 101
    again.store.close()


def test_tenant_and_basic_auth(tmp_path: Path, loki: LokiServer) -> None:
    loki.entries, loki.tenant = errors(5), "shop"
    loki.tokens = {basic("me", "secret")}
    known = {"LOKI_USERNAME": "me", "LOKI_PASSWORD": "secret"}
    for number, (tenant, count) in enumerate({"": 0, "other": 0, "shop": 5}.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        bench = LokiBench(folder, loki, LOKI_ORG_ID=tenant, **known)
        assert bench.read() == count
        assert bool(bench.told) == (tenant == "")
        bench.store.close()


def test_name_holds_no_secret() -> None:
    backend = Loki(QUERY, {"LOKI_URL": "https://me:secret@logs.example/x", "LOKI_ORG_ID": "t"})
    assert backend.name == 'loki:logs.example:/t {app="api"}'


@pytest.mark.parametrize("query", ["", "app", '{app="api"', "x{}"])
def test_what_is_no_query_is_refused(query: str) -> None:
    with pytest.raises(UsageError):
        Loki(query, {"LOKI_ADDR": "http://x"})


def test_selector_ends_where_it_ends() -> None:
    query = Query.of('{a="}\\"}", b=~`}\\`} |= "x"')
    assert (query.selector, query.pipeline) == ('{a="}\\"}", b=~`}\\`}', '|= "x"')


@pytest.mark.parametrize(
    ("pipeline", "only"),
    [
        ("", True),
        ('|= "a | json" != `b` |~ "c" !~ "d"', True),
        ("| json", False),
        ('|= "x" | label_format app=pod', False),
    ],
)
def test_labels_stay_those_of_the_stream_where_there_are_only_filters(
    pipeline: str, only: bool
) -> None:
    assert Query.of(f'{{app="api"}} {pipeline}').only_filters is only


def test_only_known_schemes_are_remote() -> None:
    assert is_remote('loki:{app="*"}')
    assert not is_remote("C:\\logs\\*.log")
    assert not is_remote("loki")


@pytest.mark.parametrize(
    ("query", "narrowed"),
    [
        ('{app="a"}', '{app="a", service_name="s\\"x"}'),
        ('{app="a",} |= "}"', '{app="a", service_name="s\\"x"} |= "}"'),
        ("{ }", '{service_name="s\\"x"}'),
    ],
)
def test_a_query_for_one_service(query: str, narrowed: str) -> None:
    assert Query.of(query).narrowed("service_name", 's"x') == narrowed
