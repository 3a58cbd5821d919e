"""The policy: what raises a rule's severity, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from errwatch.classify.rules import Policy, Verdict
from errwatch.model.levels import Level, Severity
from errwatch.model.partial import BUCKET_SECONDS


@dataclass(frozen=True, slots=True)
class Seen:
    """When an issue was seen, and how often the process ended with it."""

    buckets: Mapping[int, int]
    crashes: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that asks for at least this severity."""

    severity: Severity
    reason: str


def raised(
    verdict: Verdict, policy: Policy, level: Level, seen: Seen
) -> tuple[Severity, tuple[str, ...]]:
    """The severity after the policy, and the reason of each step above the verdict's own."""
    severity, reasons = verdict.severity, []
    for claim in _claims(verdict, policy, level, seen):
        if claim.severity.rank > severity.rank:
            severity = claim.severity
            reasons.append(f"{severity.value} for {claim.reason}")
    return severity, tuple(reasons)


def busiest(buckets: Mapping[int, int], window: int) -> int:
    """The greatest number of events in any `window` seconds, rounded up to whole buckets."""
    span = -(-window // BUCKET_SECONDS) * BUCKET_SECONDS
    starts = sorted(buckets)
    best = total = first = 0
    for start in starts:
        total += buckets[start]
        while starts[first] <= start - span:
            total -= buckets[starts[first]]
            first += 1
        best = max(best, total)
    return best


def _claims(verdict: Verdict, policy: Policy, level: Level, seen: Seen) -> Iterator[Claim]:
    yield from _floors(verdict, policy)
    if level in policy.levels:
        yield Claim(policy.levels[level], f"level {level.value}")
    if seen.crashes and policy.crash:
        yield Claim(policy.crash, "a crash of the process")
    yield from _frequency(verdict, policy, seen)


def _floors(verdict: Verdict, policy: Policy) -> Iterator[Claim]:
    for floor in policy.floors:
        if verdict.category in floor.categories or verdict.subcategory in floor.subcategories:
            yield Claim(floor.severity, floor.area)


def _frequency(verdict: Verdict, policy: Policy, seen: Seen) -> Iterator[Claim]:
    window = verdict.window or policy.window
    threshold = verdict.threshold or policy.threshold
    most = busiest(seen.buckets, window)
    for mark in policy.frequency:
        limit = threshold * mark.share
        if most > limit:
            # Without the count: each event would make another verdict, and an audit row.
            yield Claim(mark.severity, f"more than {limit:g} events within {window} s")
