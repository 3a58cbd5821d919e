"""Railway over real sockets: its tokens, its limits and its failures; counted as `watch` counts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.errors import UsageError
from errwatch.sources.backend import Backend
from errwatch.sources.entry_follower import FIRST_PAUSE
from errwatch.sources.railway.logs import Railway
from tests.servers.loki import Fault
from tests.servers.railway import (
    ACCOUNT_TOKEN,
    ENVIRONMENT,
    PROJECT,
    PROJECT_TOKEN,
    STAGING,
    Log,
    RailwayServer,
)
from tests.sources.test_entries import BEGIN, SECOND, Bench


class RailwayBench(Bench):
    def __init__(self, folder: Path, railway: RailwayServer, service: str = "", **more: str):
        self.railway = railway
        self.service = service
        self.environment = {"RAILWAY_API_URL": railway.address, "RAILWAY_HTTP_TIMEOUT": "5"}
        self.environment |= more or {"RAILWAY_TOKEN": PROJECT_TOKEN}
        super().__init__(folder, self.backend())  # type: ignore[arg-type]

    def backend(self) -> Backend:
        return Railway(self.service, self.environment, clock=lambda: self.clock() / SECOND)

    def restart(self) -> None:
        self.server = self.backend()  # type: ignore[assignment]
        super().restart()

    def read(self) -> int:
        self.ask()
        self.settle()
        return self.total()


@pytest.fixture
def railway() -> Iterator[RailwayServer]:
    with RailwayServer() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, railway: RailwayServer) -> Iterator[RailwayBench]:
    bench = RailwayBench(tmp_path, railway)
    yield bench
    bench.store.close()


def errors(count: int, *, every: int = SECOND, replica: str = "r-1") -> list[Log]:
    return [
        Log(BEGIN + i * every, f"ERROR order {i} failed", replica=replica) for i in range(count)
    ]


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


FAULTS = [
    Fault(429, '{"message":"You are being ratelimited"}'),
    Fault(500, "oh no"),
    Fault(502, "<html><h1>Bad Gateway</h1></html>", {"Content-Type": "text/html"}),
    Fault(503, ""),
    Fault(200, "<html>log in</html>", {"Content-Type": "text/html"}),
    Fault(200, '{"data":null,"errors":[{"message":"Problem processing request"}]}'),
    Fault(400, '{"errors":[{"message":"Problem processing request"}]}'),
    Fault(200, '{"data":null,"errors":[{"message":"Not Authorized"}]}'),
    Fault(401, '{"message":"Unauthorized"}'),
    Fault(200, '{"data":{"environmentLogs":null}}'),
    Fault(200, '{"data":{"environmentLogs":[{"message":"no time"}]}}'),
    Fault(200, '{"data":null}'),
    Fault(200, "[]"),
    Fault(cut=40),
    Fault(cut=40, headers={"Content-Length": "5000"}),
]


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


def test_what_is_gone_after_a_restart_is_said(bench: RailwayBench, railway: RailwayServer) -> None:
    railway.logs = errors(5)
    bench.read()
    bench.restart()
    railway.logs = [Log(BEGIN + 900 * SECOND, "ERROR order 9 failed")]
    assert bench.read() == 6
    assert ["may be lost" in told for told in bench.told] == [True]


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
    assert Railway("", account).name == "railway of p/"
