"""Whether two issues come up in the same five minutes more often than by chance."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import exp, lgamma

from errwatch.model.issue import Issue
from errwatch.model.partial import BUCKET_SECONDS

RARELY = 0.01
"""Below this chance, windows that are shared mean something."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Windows that hold events of both."""

    windows: int
    of: int
    """Windows of the issue that is asked about."""
    chance: float
    """That so many would be shared if neither had to do with the other."""
    first: int
    """How many of them the other one had begun in before; they are windows too."""

    @property
    def telling(self) -> bool:
        return self.chance < RARELY


def span(issues: Iterable[Issue]) -> int:
    """The number of windows from the first event of all to the last."""
    starts = [start for issue in issues for start in issue.buckets]
    return (max(starts) - min(starts)) // BUCKET_SECONDS + 1 if starts else 0


def shared(mine: Collection[int], theirs: Collection[int], windows: int) -> Shared | None:
    """`windows` is the whole span that both lie in."""
    both = set(mine) & set(theirs)
    if not both:
        return None
    chance = _tail(len(both), len(set(mine)), len(set(theirs)), windows)
    return Shared(len(both), len(set(mine)), chance, _earlier(set(mine), set(theirs)))


def _earlier(mine: set[int], theirs: set[int]) -> int:
    """In how many of the runs of windows that both had the other one began first."""
    begun = [start for start in mine if start - BUCKET_SECONDS not in mine]
    return sum(start - BUCKET_SECONDS in theirs and start in theirs for start in begun)


def _tail(least: int, mine: int, theirs: int, windows: int) -> float:
    """The chance that of `theirs` windows out of all at least so many are among `mine`."""
    most = min(mine, theirs)
    total = sum(
        exp(_ways(theirs, hit) + _ways(windows - theirs, mine - hit) - _ways(windows, mine))
        for hit in range(least, most + 1)
        if mine - hit <= windows - theirs
    )
    return min(total, 1.0)


def _ways(all_: int, some: int) -> float:
    """The logarithm of the number of ways to choose."""
    return lgamma(all_ + 1) - lgamma(some + 1) - lgamma(all_ - some + 1)
