"""What to do next, by plain rules. Each names an issue, says why, and gives the command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from errwatch.model.fix import FixStatus
from errwatch.model.issue import Status
from errwatch.model.ledger import Line, Sums, Try
from errwatch.model.levels import Severity
from errwatch.model.pull_request import PullRequestState
from errwatch.model.report import Advice, Together

MOST = 7
ALIKE = 3
"""Of one kind, at most."""
RISEN = 2.0
"""How many times as many events as in the period before are many more."""
FEW = 10
"""Fewer events than that have not risen, whatever they were before."""
FLOOD = 0.5
"""Of all events, in one issue that is hardly severe."""
QUIET = 3.0
"""So many times its usual pause without an event are quiet: 95 % sure, at a steady rate."""
QUIET_AT_LEAST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the rules go by."""

    lines: Sequence[Line]
    """Open ones, the worst first."""
    events: Sums
    before: Sums | None
    tries: Mapping[str, Sequence[Try]]
    """Fingerprint -> fixes, the newest first."""
    mended: frozenset[str]
    """Fingerprints of issues that a proven fix mends, their own or that of another one."""
    together: Sequence[Together]
    end: datetime


def advice(grounds: Grounds) -> tuple[Advice, ...]:
    """At most one for an issue, and a few of a kind; the most urgent first."""
    found: dict[str, Advice] = {}
    for rule in (_regressed, _proven, _fixable, _risen, _first_of_many, _flood, _unclear, _quiet):
        fresh = (one for one in rule(grounds) if one.issue not in found)
        found |= {one.issue: one for one in islice(fresh, ALIKE)}
        if len(found) >= MOST:
            break
    return tuple(found.values())[:MOST]


def _regressed(grounds: Grounds) -> Iterator[Advice]:
    for line in grounds.lines:
        if line.status is Status.REGRESSED:
            why = "it came back after it was resolved: what mended it does not hold"
            yield _say(line, why, "analyze")


def _proven(grounds: Grounds) -> Iterator[Advice]:
    for line in grounds.lines:
        tries = grounds.tries.get(line.fingerprint, ())
        proven = next((one for one in tries if one.status is FixStatus.PROVEN), None)
        if proven is not None and (waits := _waits(proven)):
            yield Advice(line.id, line.title, waits, f"errwatch fixes show {proven.id}")


def _waits(proven: Try) -> str | None:
    """Why a proven fix needs a person; None where it does not."""
    if proven.pull_request_state is PullRequestState.OPEN:
        return f"{proven.id} is proven, and its pull request is open: {proven.pull_request}"
    if proven.pull_request is None and proven.outcome is None:
        return f"{proven.id} is proven and waits for somebody to read and merge it"
    return None


def _fixable(grounds: Grounds) -> Iterator[Advice]:
    for line in grounds.lines:
        if not line.fixable or line.fingerprint in grounds.mended:
            continue
        tries = grounds.tries.get(line.fingerprint, ())
        if not tries:
            severity = line.severity.value if line.severity else "unclassified"
            yield _say(line, f"{severity}, may be fixable, and no fix was tried", "fix")
        elif tries[0].status is FixStatus.FAILED:
            yield _say(line, f"a step of {tries[0].id} broke: it may work now", "fix")
        elif tries[0].status is FixStatus.UNPROVEN:
            why = f"{tries[0].id} is not proven: say how to reproduce the error, with --repro"
            yield _say(line, why, "fix")


def _risen(grounds: Grounds) -> Iterator[Advice]:
    if grounds.before is None:
        return
    for line in grounds.lines:
        now = grounds.events.get(line.fingerprint, 0)
        before = grounds.before.get(line.fingerprint, 0)
        if before and now >= max(FEW, RISEN * before):
            why = f"{now:,} events, {before:,} in the period before"
            yield _say(line, why, "analyze")


def _first_of_many(grounds: Grounds) -> Iterator[Advice]:
    by_id = {line.id: line for line in grounds.lines}
    for pair in grounds.together:
        if pair.other_first and pair.other in by_id:
            why = f"it comes before {pair.one}, which may be its consequence"
            yield _say(by_id[pair.other], why, "analyze")


def _flood(grounds: Grounds) -> Iterator[Advice]:
    total = sum(grounds.events.values())
    for line in grounds.lines:
        now = grounds.events.get(line.fingerprint, 0)
        minor = line.severity is not None and line.severity.rank <= Severity.LOW.rank
        if minor and len(grounds.lines) > 1 and now > FLOOD * total:
            why = f"{now / total:.0%} of all events, of hardly any severity: mend it, or ignore it"
            yield _say(line, why, "issues ignore")


def _unclear(grounds: Grounds) -> Iterator[Advice]:
    for line in grounds.lines:
        if line.category is None:
            yield _say(line, "no rule said what kind of error it is", "classify")


def _quiet(grounds: Grounds) -> Iterator[Advice]:
    for line in grounds.lines:
        if line.first_seen is None or line.last_seen is None or line.count < 2:
            continue
        usual = (line.last_seen - line.first_seen) / (line.count - 1)
        silent = grounds.end - line.last_seen
        if silent >= max(QUIET * usual, QUIET_AT_LEAST):
            why = f"no event for {silent.days} days: resolve it, and hear of it if it comes back"
            yield _say(line, why, "issues resolve")


def _say(line: Line, why: str, command: str) -> Advice:
    return Advice(line.id, line.title, why, f"errwatch {command} {line.id}")
