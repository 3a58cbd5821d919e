"""Fixes while the watching goes on: a real state and real processes; only the clock is ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errwatch.daemon.child import Child
from errwatch.daemon.fixer import GRACE, LOOK_EVERY, Fixer
from errwatch.intake import identified
from errwatch.model.attempt import Attempt
from errwatch.model.change import Classified, Fixed
from errwatch.model.classification import Classification
from errwatch.model.counting import counted
from errwatch.model.event import Event
from errwatch.model.fix import Fix, FixStatus
from errwatch.model.issue import Issue
from errwatch.model.levels import Level, Severity
from errwatch.pipeline import save
from errwatch.respond.autofix import Allowance, AutoFixPolicy
from errwatch.respond.storm import StormPolicy
from errwatch.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMEOUT = 100.0
ENDS = "pass"
WAITS = "import signal; signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); "
    "signal.pause()"
)
WORDS = ("stock", "mail", "cart", "price", "invoice", "tax")


POLICY = AutoFixPolicy(per_day=Allowance(attempts=3), timeout=TIMEOUT, patience=timedelta(0))


@dataclass
class Bench:
    path: Path
    policy: AutoFixPolicy = POLICY
    script: str = ENDS
    seconds: float = 0.0
    started: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    reported: list[Issue] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = SqliteStore(self.path)
        self.open()

    def open(self) -> None:
        self.fixer = Fixer(
            self.store,
            self.policy,
            start=self.start,
            ignored=lambda issue: "ignored" in issue.title,
            report=self.reported.append,
            tell=self.told.append,
            clock=lambda: self.seconds,
            now=lambda: NOON + timedelta(seconds=self.seconds),
        )

    def start(self, issue: str) -> Child:
        self.started.append(issue)
        self.children.append(Child([sys.executable, "-c", self.script]))
        return self.children[-1]

    def issue(self, word: str, minutes: float, severity: Severity = Severity.HIGH) -> Issue:
        at = NOON + timedelta(minutes=minutes)
        text = f"the {word} is broken"
        named = identified([Event("a.log", 1, 0, 9, Level.ERROR, text, text, time=at)])
        save(counted(named), None, self.store, actor="test")
        verdict = Classification(
            category="internal_error", severity=severity, fixable=True, rule="r", why="w"
        )
        self.store.commit(Classified(named[0].fingerprint, verdict), actor="test")
        return self.store.issue(named[0].fingerprint)

    def tend(self, seconds: float = LOOK_EVERY) -> None:
        self.seconds += seconds
        self.fixer.tend()

    def finish(self) -> None:
        """Until the process that runs has ended and was seen to."""
        self.children[-1]._process.wait()
        self.fixer.tend()

    def attempts(self) -> list[Attempt]:
        return self.store.attempts(NOON - timedelta(days=9))

    def outcomes(self) -> list[str | None]:
        return [attempt.outcome for attempt in self.attempts()]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "state.db")
    yield bench
    for child in bench.children:
        child.kill()
    bench.store.close()


def test_one_at_a_time_and_each_once(bench: Bench) -> None:
    first, second = bench.issue("stock", 0), bench.issue("mail", 60)
    for _ in range(5):
        bench.tend()
        if bench.children:
            bench.finish()
    assert bench.started == [second.id, first.id]
    assert bench.outcomes() == ["failed", "failed"]  # they made no fix


def test_what_is_minor_or_ignored_is_left_alone(bench: Bench) -> None:
    bench.issue("stock", 0, Severity.LOW)
    bench.issue("ignored", 60)
    bench.tend()
    assert bench.started == []


def test_a_day_has_so_many_attempts_and_the_next_day_more(bench: Bench) -> None:
    for number, word in enumerate(WORDS[:5]):
        bench.issue(word, 60 * number)
    for _ in range(20):
        bench.tend()
        if bench.children:
            bench.finish()
    assert len(bench.started) == 3
    assert [line for line in bench.told if "waiting" in line] == [
        "auto-fix: 3 of 3 attempts in 24 hours are used up; waiting"
    ]
    bench.tend(24 * 3600)
    assert len(bench.started) == 4


def test_attempts_count_when_they_start_and_survive_a_crash(bench: Bench) -> None:
    bench.script = WAITS
    bench.issue("stock", 0)
    bench.tend()
    assert bench.outcomes() == [None]
    bench.open()  # as after a kill -9
    assert bench.outcomes() == ["interrupted"]
    bench.tend()
    assert len(bench.started) == 1


def test_money_is_set_aside_at_the_start_and_given_back_at_the_end(bench: Bench) -> None:
    bench.policy = replace(POLICY, per_day=Allowance(usd=1.0), usd=0.6)
    bench.open()
    bench.script = WAITS
    issue = bench.issue("stock", 0)
    bench.issue("mail", -60)
    bench.tend()
    assert [(one.cost_usd, one.pull_requests) for one in bench.attempts()] == [(0.6, 1)]
    made = Fix("", issue.fingerprint, FixStatus.PROVEN, bench.fixer._now(), cost_usd=0.25)
    bench.store.commit(Fixed(made), actor="fix")
    bench.children[0].kill()
    bench.fixer.tend()
    assert [(one.cost_usd, one.pull_requests) for one in bench.attempts()] == [(0.25, 0)]
    bench.tend()
    assert len(bench.started) == 2


def test_what_a_killed_watcher_had_set_aside_stays_so(bench: Bench) -> None:
    """Nobody knows what the attempt has cost."""
    bench.policy = replace(POLICY, per_day=Allowance(usd=1.0), usd=0.6)
    bench.script = WAITS
    bench.open()
    bench.issue("stock", 0)
    bench.issue("mail", -60)
    bench.tend()
    bench.open()  # as after a kill -9
    for _ in range(3):
        bench.tend()
    assert len(bench.started) == 1
    assert bench.told[-1] == "auto-fix: 0.60 of 1.00 USD in 24 hours are used up; waiting"
    bench.tend(24 * 3600)
    assert len(bench.started) == 2


def test_pull_requests_are_counted_when_an_attempt_starts(bench: Bench) -> None:
    bench.policy = replace(POLICY, per_day=Allowance(pull_requests=1))
    bench.open()
    bench.issue("stock", 0)
    bench.issue("mail", -60)
    for _ in range(3):
        bench.tend()
        bench.finish()  # a failure of which nobody knows how far it came
    assert len(bench.started) == 1
    assert "1 of 1 pull requests" in bench.told[-1]


def test_a_fix_that_hangs_is_asked_to_end_and_then_killed(bench: Bench) -> None:
    bench.script = WAITS
    bench.issue("stock", 0)
    bench.tend()
    bench.tend(TIMEOUT - 1)
    assert bench.outcomes() == [None]
    bench.tend(1)
    bench.finish()
    assert bench.outcomes() == ["timed out"]


def test_one_that_does_not_listen_is_killed(bench: Bench) -> None:
    bench.script = STUBBORN
    bench.issue("stock", 0)
    bench.tend()
    bench.tend(TIMEOUT)
    bench.tend(GRACE)
    bench.finish()
    assert bench.outcomes() == ["timed out"]


def test_a_storm_gets_no_fixes_and_one_issue(bench: Bench) -> None:
    bench.policy = replace(POLICY, storm=StormPolicy(issues=4))
    bench.open()
    for number, word in enumerate(WORDS):
        bench.issue(word, number / 10)
    for _ in range(10):
        bench.tend()
    assert bench.started == []
    storms = [issue for issue in bench.store.issues() if issue.title.startswith("storm")]
    assert [issue.count for issue in storms] == [1]
    assert [issue.id for issue in bench.reported] == [storms[0].id]
    assert set(bench.outcomes()) == {"storm"}
    calm = bench.issue("moon", 600)
    bench.tend()
    assert bench.started == [calm.id]


def test_the_watching_ends_and_the_fix_with_it(bench: Bench) -> None:
    bench.script = WAITS
    bench.issue("stock", 0)
    bench.tend()
    bench.fixer.close()
    assert bench.outcomes() == ["interrupted"]
    assert bench.children[0]._process.wait() != 0
