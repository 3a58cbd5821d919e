"""What became of fixes: how many hold, how long they took, what they cost; by whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from errwatch.model.fix import FixStatus
from errwatch.model.issue import Status
from errwatch.model.ledger import Line, Move, Try
from errwatch.model.pull_request import PullRequestState
from errwatch.model.report import UNCLASSIFIED, Record, Resolution

Lines = Mapping[str, Line]
"""By fingerprint."""


def resolution(tries: Sequence[Try], moves: Sequence[Move], lines: Lines) -> Resolution:
    """Of the fixes and the moves of a period; `tries` come newest first."""
    newest = {one.issue: one for one in reversed(tries)}
    return Resolution(
        total=_record("all", tries, lines),
        statuses=dict(Counter(one.status.value for one in newest.values())),
        pull_requests=_states(tries),
        seconds_to_resolve=_middle(_until_resolved(moves, lines)),
        categories=_records(tries, lines, lambda one: (_category(one, lines),)),
        engines=_records(tries, lines, _engines, mine=lambda name, one: one.engine == name),
        models=_records(
            tries,
            lines,
            lambda one: tuple(one.spent) or ((one.model,) if one.model else ()),
            mine=lambda name, one: one.model == name,
            cost=lambda name, one: one.spent.get(name, 0.0 if one.spent else one.cost_usd),
        ),
    )


def _states(tries: Iterable[Try]) -> dict[str, int]:
    states = [one.pull_request_state for one in tries if one.pull_request_state]
    return {state.value: states.count(state) for state in PullRequestState if state in states}


def _engines(one: Try) -> tuple[str, ...]:
    names = (*one.engines, one.engine) if one.engine else one.engines
    return tuple(dict.fromkeys(names))


def _category(one: Try, lines: Lines) -> str:
    return lines[one.issue].category or UNCLASSIFIED


def _records(
    tries: Iterable[Try],
    lines: Lines,
    names_of: Callable[[Try], Iterable[str]],
    *,
    mine: Callable[[str, Try], bool] = lambda _name, _one: True,
    cost: Callable[[str, Try], float] = lambda _name, one: one.cost_usd,
) -> tuple[Record, ...]:
    """One for each name, the most tried first. `mine`: whether the result is by that name."""
    groups: defaultdict[str, list[Try]] = defaultdict(list)
    for one in tries:
        for name in names_of(one):
            groups[name].append(one)
    found = [_record(name, several, lines, mine, cost) for name, several in groups.items()]
    return tuple(sorted(found, key=lambda record: (-record.tried, record.name)))


def _record(
    name: str,
    tries: Sequence[Try],
    lines: Lines,
    mine: Callable[[str, Try], bool] = lambda _name, _one: True,
    cost: Callable[[str, Try], float] = lambda _name, one: one.cost_usd,
) -> Record:
    own = [one for one in tries if mine(name, one)]
    proven = {one.issue: one for one in own if one.status is FixStatus.PROVEN}
    return Record(
        name=name,
        tried=len({one.issue for one in tries}),
        proven=len(proven),
        pull_requests=sum(one.pull_request is not None for one in own),
        merged=sum(one.merged for one in own),
        verified=_ended(own, "verified"),
        regressed=_ended(own, "regressed"),
        cost_usd=sum(cost(name, one) for one in tries),
        seconds_to_fix=_middle(
            _between(lines[issue].first_seen, one.created_at) for issue, one in proven.items()
        ),
    )


def _ended(tries: Iterable[Try], outcome: str) -> int:
    return sum(one.outcome == outcome for one in tries)


def _until_resolved(moves: Iterable[Move], lines: Lines) -> Iterable[float | None]:
    resolved = {one.issue: one for one in moves if one.to is Status.RESOLVED}
    for issue, move in resolved.items():
        if issue in lines:
            yield _between(lines[issue].first_seen, move.at)


def _between(begin: datetime | None, end: datetime) -> float | None:
    """Seconds; none before the beginning, for the clocks of logs may be ahead."""
    return None if begin is None else max((end - begin) / timedelta(seconds=1), 0.0)


def _middle(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
