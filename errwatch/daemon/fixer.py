"""Has issues fixed while the watching goes on: one at a time, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from errwatch.errors import StateError
from errwatch.intake import identified
from errwatch.interfaces import Store
from errwatch.model.attempt import Attempt
from errwatch.model.change import Attempted
from errwatch.model.counting import counted
from errwatch.model.fix import Fix
from errwatch.model.issue import Issue
from errwatch.pipeline import save
from errwatch.respond.autofix import (
    DAY,
    STORM,
    AutoFixPolicy,
    Start,
    Storming,
    beginning,
    decide,
    spent,
)
from errwatch.respond.storm import umbrella

LOOK_EVERY = 2.0
"""Seconds between two looks for an issue to fix."""
GRACE = 10.0
"""Seconds that an attempt has to clean up after its time."""
CANDIDATES = 200


class Process(Protocol):
    @property
    def exit_code(self) -> int | None: ...

    def ask_to_end(self) -> None: ...

    def kill(self) -> None: ...


@dataclass(slots=True)
class _Running:
    issue: Issue
    attempt: Attempt
    process: Process
    deadline: float
    late: bool = False


class Fixer:
    """`start` begins the fixing of an issue, by its id; `ignored` tells what nobody wants to hear
    of; `report` hears of the issue that stands for a storm; `clock` gives seconds that never go
    back, `now` the time of day."""

    def __init__(
        self,
        store: Store,
        policy: AutoFixPolicy,
        *,
        start: Callable[[str], Process],
        ignored: Callable[[Issue], bool],
        report: Callable[[Issue], None],
        tell: Callable[[str], None],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._policy = policy
        self._start = start
        self._ignored = ignored
        self._report = report
        self._tell = tell
        self._clock = clock
        self._now = now
        self._running: _Running | None = None
        self._look_at = clock()
        self._spent: str | None = None
        """What is used up, as it was last told."""
        self._forget_interrupted()

    def tend(self) -> None:
        """To be called again and again; never waits. What the state refuses is tried again."""
        try:
            if self._running is not None:
                self._attend(self._running)
            elif self._clock() >= self._look_at:
                self._look_at = self._clock() + LOOK_EVERY
                self._look()
        except StateError as error:
            self._tell(f"auto-fix: {error}")

    def close(self) -> None:
        """The watching ends, and what runs with it: it cleans up by itself."""
        if self._running is not None:
            self._running.process.ask_to_end()
            self._end(self._running, "interrupted")

    def _forget_interrupted(self) -> None:
        """No attempt outlives the watcher that started it, and there is one a state."""
        for attempt in self._store.attempts(self._now()):
            if attempt.outcome is None:
                ended = replace(attempt, outcome="interrupted")
                self._store.commit(Attempted(ended), actor="watch")

    def _attend(self, running: _Running) -> None:
        code = running.process.exit_code
        if code is not None:
            self._end(running, "timed out" if running.late else None)
        elif self._clock() >= running.deadline + GRACE:
            running.process.kill()
        elif self._clock() >= running.deadline and not running.late:
            running.late = True
            running.process.ask_to_end()

    def _end(self, running: _Running, outcome: str | None) -> None:
        """`outcome`: where it is not that of the fix that was made. What it has cost is known where
        there is one; else all that was set aside counts."""
        attempt = running.attempt
        made = [fix for fix in self._store.fixes(attempt.issue) if _is_of(fix, attempt)]
        ended = replace(attempt, outcome=outcome or "failed")
        if made:
            ended = replace(
                ended,
                outcome=outcome or made[0].status.value,
                cost_usd=sum(fix.cost_usd for fix in made),
                pull_requests=sum(fix.pull_request is not None for fix in made),
            )
        self._store.commit(Attempted(ended), actor="watch")
        self._running = None
        self._tell(f"auto-fix: {running.issue.id} {ended.outcome}; see errwatch fixes list")

    def _look(self) -> None:
        if self._is_spent():
            return
        policy = self._policy
        untried = self._store.untried(policy.min_severity, policy.min_count, CANDIDATES)
        wanted = [issue for issue in untried if not self._ignored(issue)]
        for decision in decide(wanted, self._around, policy, self._now()):
            match decision:
                case Start(issue):
                    self._begin(issue)
                case Storming(issue, why):
                    self._shelter(issue, why)

    def _is_spent(self) -> bool:
        """Says so once, when something of what a day has is used up."""
        now = self._now()
        before = self._spent
        self._spent = spent(self._store.attempts(now - DAY), self._policy, now)
        if self._spent is not None and before is None:
            self._tell(f"auto-fix: {self._spent} in 24 hours are used up; waiting")
        return self._spent is not None

    def _around(self, issue: Issue) -> Sequence[Issue]:
        if issue.first_seen is None:
            return []
        window = self._policy.storm.window
        return self._store.first_seen(
            issue.first_seen - window, issue.first_seen + window, CANDIDATES
        )

    def _begin(self, issue: Issue) -> None:
        """The attempt is in the state before it starts: a crash cannot make it free of charge."""
        attempt = beginning(issue, self._policy, self._now())
        self._store.commit(Attempted(attempt), actor="watch")
        try:
            process = self._start(issue.id)
        except OSError as error:
            self._tell(f"auto-fix: {issue.id} could not be started: {error.strerror}")
            ended = Attempt(attempt.issue, attempt.started_at, "failed")  # and nothing was used
            self._store.commit(Attempted(ended), actor="watch")
            return
        self._tell(f"auto-fix: {issue.id} started: {issue.title}")
        deadline = self._clock() + self._policy.timeout
        self._running = _Running(issue, attempt, process, deadline)

    def _shelter(self, issue: Issue, why: str) -> None:
        """No fix for what came up in a storm; the storm itself is counted, once."""
        now = self._now()
        self._store.commit(Attempted(Attempt(issue.fingerprint, now, STORM)), actor="watch")
        at = issue.first_seen or now
        named = identified([umbrella(why, at)])
        known = self._store.statuses([named[0].fingerprint])
        last = self._store.issue(named[0].fingerprint).last_seen if known else None
        if last is None or abs(at - last) > self._policy.storm.window:
            save(counted(named), None, self._store, actor="watch")
            self._report(self._store.issue(named[0].fingerprint))
            self._tell(f"auto-fix: a storm: {why}; no fixes for them")


def _is_of(fix: Fix, attempt: Attempt) -> bool:
    return fix.created_at >= attempt.started_at
