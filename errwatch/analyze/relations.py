"""Issues that have to do with one: by cause, by place in the code, by release, by time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from errwatch.analyze.deployed import named
from errwatch.analyze.windows import Shared, shared, span
from errwatch.analyze.words import last
from errwatch.model.analysis import Relation
from errwatch.model.chain import by_guilt
from errwatch.model.event import Event, ExceptionInfo
from errwatch.model.issue import Issue
from errwatch.model.report import Together

MOST = 10
AT_ONCE = timedelta(minutes=10)
"""Issues that began this close to each other may be one incident."""
ALIKE = 0.5
"""Of the frames of the shorter trace, how many must be shared."""
CLEAR = 3
"""The rank of the weakest tie that makes a pair by itself."""

_SERVICES = frozenset({"database_error", "cache_error", "provider_error", "external_service_error"})
_UPSTREAM = _SERVICES | {"resource_error", "timeout_error", "rate_limit_error", "auth_error"}
"""Categories of trouble that others suffer from."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One thing that two issues have in common; the strongest has the lowest rank."""

    rank: int
    why: str


def relations(issue: Issue, others: Sequence[Issue]) -> tuple[Relation, ...]:
    """Those with the strongest and the most ties first."""
    windows = span((issue, *others))
    found = []
    for other in others:
        if other.fingerprint == issue.fingerprint:
            continue
        together = shared(issue.buckets, other.buckets, windows)
        if ties := sorted(_ties(issue, other, together), key=lambda tie: tie.rank):
            order = (ties[0].rank, -len(ties), other.id)
            why = tuple(tie.why for tie in ties)
            found.append((order, Relation(other.id, why, _began_first(issue, other, together))))
    return tuple(relation for _, relation in sorted(found, key=lambda one: one[0])[:MOST])


def together(issues: Sequence[Issue]) -> tuple[Together, ...]:
    """The pairs among them that clearly have to do with each other, the strongest ties first."""
    windows = span(issues)
    found = []
    for pair in combinations(issues, 2):
        issue, other, common = _in_order(*pair, windows)
        ties = sorted(_ties(issue, other, common), key=lambda tie: tie.rank)
        if ties and ties[0].rank <= CLEAR:
            why = tuple(tie.why for tie in ties)
            order = (ties[0].rank, -len(ties), issue.id, other.id)
            first = _began_first(issue, other, common)
            found.append((order, Together(issue.id, other.id, why, first)))
    return tuple(pair for _, pair in sorted(found, key=lambda one: one[0])[:MOST])


def _in_order(one: Issue, other: Issue, windows: int) -> tuple[Issue, Issue, Shared | None]:
    """The one that comes before, if any does, is the second."""
    common = shared(other.buckets, one.buckets, windows)
    if _began_first(other, one, common):
        return other, one, common
    return one, other, shared(one.buckets, other.buckets, windows)


def suspicions(issue: Issue, others: Sequence[Issue], known: Sequence[Relation]) -> Iterator[str]:
    """What began before and is of a kind that others suffer from, as contributing factors."""
    by_id = {other.id: other for other in others}
    for relation in known:
        other = by_id[relation.issue]
        category = other.classification.category if other.classification else None
        if relation.first and category in _UPSTREAM:
            yield f"{other.id} ({other.title[:80]}) began before it: look there first"


def _ties(issue: Issue, other: Issue, together: Shared | None) -> Iterator[Tie]:
    mine, theirs = issue.event, other.event
    yield from _by_cause(mine, theirs)
    yield from _by_place(mine, theirs)
    yield from _by_release(issue, other)
    if together and together.telling:
        percent = f"{together.chance:.1%}" if together.chance >= 0.001 else "under 0.1%"
        yield Tie(3, f"in {together.windows} of its {together.of} windows, by chance {percent}")
    elif together:
        yield Tie(5, "in the same five minutes")
    if together and service_of(mine) != service_of(theirs):
        yield Tie(6, f"in another service, {service_of(theirs)}")


def _by_cause(mine: Event, theirs: Event) -> Iterator[Tie]:
    """One may be what the chain of the other ends in, or both end in the same."""
    my_root, their_root = _root(mine), _root(theirs)
    if my_root is None or their_root is None:
        return
    if _same(my_root, their_root):
        if len(mine.exceptions) > 1 or len(theirs.exceptions) > 1:
            yield Tie(0, f"the same cause, {last(my_root.type)}")
        elif _same_words(my_root, their_root):
            yield Tie(1, f"the same {last(my_root.type)}, raised elsewhere")


def _root(event: Event) -> ExceptionInfo | None:
    return next(by_guilt(event.exceptions), None)


def _same(one: ExceptionInfo, other: ExceptionInfo) -> bool:
    places = [
        (each.frames[-1].file, each.frames[-1].function) for each in (one, other) if each.frames
    ]
    same_place = len(places) < 2 or places[0] == places[1]
    return bool(one.type) and one.type == other.type and (same_place or _same_words(one, other))


def _same_words(one: ExceptionInfo, other: ExceptionInfo) -> bool:
    words = _words(one.message)
    return bool(words) and words == _words(other.message)


def _words(message: str) -> list[str]:
    """What of a message is no number and no value."""
    return [word for word in message.split() if word.isalpha()]


def _by_place(mine: Event, theirs: Event) -> Iterator[Tie]:
    if mine.culprit and theirs.culprit and mine.culprit.file == theirs.culprit.file:
        if mine.culprit.function == theirs.culprit.function:
            yield Tie(1, f"the same function, {mine.culprit.function or mine.culprit.file}")
        elif mine.exception_type is not None and mine.exception_type == theirs.exception_type:
            yield Tie(2, f"the same exception in {mine.culprit.file}")
    ours, others = _functions(mine), _functions(theirs)
    common = len(ours & others)
    if common > 1 and common >= ALIKE * min(len(ours), len(others)):
        yield Tie(2, f"{common} calls in common")


def _functions(event: Event) -> set[tuple[str, str | None]]:
    return {
        (frame.file, frame.function)
        for one in event.exceptions
        for frame in one.frames
        if frame.in_app
    }


def _by_release(issue: Issue, other: Issue) -> Iterator[Tie]:
    """New since the same release, or since the same minutes where no release is named."""
    close = _apart(issue, other)
    if close is None or close > AT_ONCE:
        return
    if releases := set(named(issue.event.text)) & set(named(other.event.text)):
        yield Tie(3, f"first seen with it, in release {min(releases)}")
    else:
        yield Tie(4, f"first seen within {AT_ONCE // timedelta(minutes=1)} minutes of it")


def _apart(issue: Issue, other: Issue) -> timedelta | None:
    if issue.first_seen is None or other.first_seen is None:
        return None
    return abs(issue.first_seen - other.first_seen)


def _began_first(issue: Issue, other: Issue, together: Shared | None) -> bool:
    """Whether the other one comes before: in most of the runs of windows that both have, or, where
    they began at once, by its first event."""
    if together is None:
        return False
    apart = _apart(issue, other)
    if apart is not None and timedelta(0) < apart <= AT_ONCE:
        assert issue.first_seen is not None
        assert other.first_seen is not None
        return other.first_seen < issue.first_seen
    return together.telling and 2 * together.first > together.windows


def service_of(event: Event) -> str:
    """The file or stream that said it, without what rotation adds: `/logs/api.log.1` -> `api`."""
    name = event.source.rpartition("/")[2] or event.source
    return name.partition(".")[0] or name
