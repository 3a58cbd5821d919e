"""Railway through its own command line, with the traps that it has in a pipe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from errwatch.errors import UsageError
from errwatch.sources.backend import Backend
from errwatch.sources.entry_follower import FIRST_PAUSE
from errwatch.sources.railway.at_hand import linked
from errwatch.sources.railway.opening import open_railway
from tests.servers.railway_cli import Deployed, RailwayCli
from tests.sources.test_entries import BEGIN, SECOND, Bench


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RailwayCli:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = RailwayCli(tmp_path, [Deployed("d-1", "SUCCESS", BEGIN - 3600 * SECOND)])
    found.install()
    return found


class CliBench(Bench):
    """Saves what `railway` shall say before it is asked."""

    def __init__(self, folder: Path, program: RailwayCli, part: int, **more: str) -> None:
        self.program = program
        self.part = part
        self.environment = {"PATH": os.environ["PATH"], **more}
        super().__init__(folder, self.backend())  # type: ignore[arg-type]

    def backend(self) -> Backend:
        return open_railway("api", self.environment)[self.part]

    def restart(self) -> None:
        self.server = self.backend()  # type: ignore[assignment]
        super().restart()

    def read(self) -> int:
        self.program.save()
        self.ask()
        self.settle()
        return self.total()


Make = Callable[..., CliBench]


@pytest.fixture
def bench(tmp_path: Path, program: RailwayCli) -> Iterator[Make]:
    made: list[CliBench] = []

    def make(part: int = 0, **more: str) -> CliBench:
        made.append(CliBench(tmp_path, program, part, **more))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


def test_lines_count_once_over_rounds_and_restarts(bench: Make, program: RailwayCli) -> None:
    here = bench()
    for n in range(20):
        program.deployments[0].say(BEGIN + n // 4 * SECOND, "ERROR order failed", level="error")
        if n % 5 == 0:
            assert here.read() == n + 1
            here.restart()
    assert here.read() == 20
    assert here.told == []


def test_redeploy_is_followed_and_the_last_words_of_the_old_one_count(
    bench: Make, program: RailwayCli
) -> None:
    here = bench()
    old, new = program.deployments[0], Deployed("d-2", "BUILDING", BEGIN + 100 * SECOND)
    program.deployments.append(new)
    old.say(BEGIN + 130 * SECOND, "Traceback (most recent call last):", level="error")
    program.save()
    here.ask()
    old.status, new.status = "REMOVED", "SUCCESS"
    new.say(BEGIN + 131 * SECOND, "ERROR mail bounced")
    for n, line in enumerate(
        ('  File "/app/a.py", line 3, in run', "    go()", "KeyError: 'plan'")
    ):
        old.say(BEGIN + 132 * SECOND + n, line, level="error")
    assert here.read() == 2
    here.restart()
    assert here.read() == 2


def test_failed_deployment_says_its_build_log_once(bench: Make, program: RailwayCli) -> None:
    builds = bench(part=1)
    failed = Deployed("d-2", "BUILDING", BEGIN + 10 * SECOND)
    program.deployments.append(failed)
    failed.say(BEGIN + 20 * SECOND, "#7 [3/4] RUN pip install -r requirements.txt", build=True)
    failed.say(
        BEGIN + 21 * SECOND,
        "ERROR: Could not find a version that satisfies the requirement shop==9",
        build=True,
        level="error",
    )
    assert builds.read() == 0
    failed.status = "FAILED"
    for _ in range(4):
        assert builds.read() == 1
    builds.restart()
    assert builds.read() == 1
    assert all("--build" in asked for asked in program.asked if asked[0] == "logs")
    logs = bench(part=0)
    assert logs.read() == 1
    assert builds.told == logs.told == []


def test_thousands_of_lines_at_one_time(bench: Make, program: RailwayCli) -> None:
    here = bench()
    program.deployments[0].logs.clear()
    for n in range(4_000):
        program.deployments[0].say(BEGIN + n % 2, "ERROR order failed")
    assert here.read() == 4_000


def test_more_than_one_run_gives_are_fetched_in_parts(bench: Make, program: RailwayCli) -> None:
    here = bench()
    for n in range(12_000):
        program.deployments[0].say(
            BEGIN + n * 500_000_000, "fine" if n % 40 else "ERROR order failed"
        )
    assert here.read() == 300


@pytest.mark.parametrize(
    ("failure", "pause"),
    [
        ("Unauthorized. Please login with `railway login`", FIRST_PAUSE),
        ("No linked project found. Run railway link to connect to a project", FIRST_PAUSE),
        ("You are being ratelimited. Try again in 77 seconds", 77.0),
    ],
)
def test_failure_is_said_and_loses_nothing(
    bench: Make, program: RailwayCli, failure: str, pause: float
) -> None:
    here = bench()
    program.deployments[0].say(BEGIN, "ERROR order failed")
    program.failure = failure
    program.save()
    assert here.ask() == pause
    assert here.told == [f"railway:cli api: railway says: {failure}"]
    program.failure = ""
    assert here.read() == 1


def test_service_that_is_not_there(bench: Make, program: RailwayCli) -> None:
    program.service = "worker"
    here = bench()
    assert here.read() == 0
    assert "Service 'api' not found" in here.told[0]


def test_time_that_a_line_names_itself(bench: Make, program: RailwayCli) -> None:
    here = bench()
    only = program.deployments[0]
    only.say(BEGIN + SECOND, "ERROR one failed", timestamp="2023-11-14T22:13:20.5Z")
    only.say(BEGIN + SECOND, "ERROR two failed", timestamp="2023-11-14 17:13:20")
    only.say(BEGIN + SECOND, "ERROR three failed", timestamp="soon")
    for _ in range(3):
        assert here.read() == 1
    assert ["cannot be placed" in told for told in here.told] == [True]


def test_fields_are_kept_and_the_level_of_a_stream_is_none(
    bench: Make, program: RailwayCli
) -> None:
    here = bench()
    only = program.deployments[0]
    only.say(BEGIN, "listening on port 8080", level="error")
    only.say(BEGIN + 1, "payment refused", level="error", userId=42)
    assert here.read() == 1
    (issue,) = here.store.issues()
    assert '"userId":42' in issue.samples[0].text.replace("\\", "")


def test_project_and_environment_are_handed_on(bench: Make, program: RailwayCli) -> None:
    known = {"RAILWAY_PROJECT_ID": "p-shop", "ERRWATCH_RAILWAY_ENVIRONMENT": "production"}
    here = bench(**known)
    assert here.read() == 0
    assert here.told == []
    assert program.asked[0] == [
        *("deployment", "list", "--json", "--limit=100"),
        *("--project=p-shop", "--environment=production", "--service=api"),
    ]


def test_linked_project(program: RailwayCli) -> None:
    assert linked({"PATH": os.environ["PATH"]})
    program.failure = "No linked project found"
    program.save()
    assert not linked({"PATH": os.environ["PATH"]})
    assert not linked({"PATH": "/nowhere"})


def test_neither_token_nor_program() -> None:
    with pytest.raises(UsageError, match="set RAILWAY_TOKEN to a project token, or log in"):
        open_railway("api", {"PATH": "/nowhere"})
