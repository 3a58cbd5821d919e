"""Whether the change that was merged has mended the error."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from errwatch.model.alert import Heard
from errwatch.model.event import Event
from errwatch.model.issue import Issue
from errwatch.model.pull_request import Tracked

TRAFFIC_WITHIN = timedelta(hours=1)
"""Before the end of the window, in which a source must have said something; or within its last
quarter, where that is longer."""
TWICE = 2.0
"""How much more often errors come up that a change is suspected of."""


class Verdict(Enum):
    WAITING = "waiting"
    QUIET_WITHOUT_TRAFFIC = "quiet, but so was its source"
    VERIFIED = "verified"
    REGRESSED = "regressed"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came after the merge."""

    issue: Issue
    heard: Sequence[Heard]
    """What the sources of the issue said since."""
    contained: dict[str, bool | None]
    """By its text: whether an event is of a build that contains the merge; None where that does
    not show."""
    now: datetime


def verdict(tracked: Tracked, after: Aftermath, grace: timedelta) -> Verdict:
    """`grace` is the time that a deployment takes, where no event says which build it is of."""
    assert tracked.merged_at is not None
    assert tracked.quiet_until is not None
    if any(_is_after(event, tracked.merged_at, grace, after) for event in after.issue.samples):
        return Verdict.REGRESSED
    if after.now < tracked.quiet_until:
        return Verdict.WAITING
    return Verdict.VERIFIED if _had_traffic(tracked, after) else Verdict.QUIET_WITHOUT_TRAFFIC


def _is_after(event: Event, merged_at: datetime, grace: timedelta, after: Aftermath) -> bool:
    """Whether an event is of the code with the change."""
    if event.time is None or event.time <= merged_at:
        return False
    contains = after.contained.get(event.text)
    return contains if contains is not None else event.time > merged_at + grace


def _had_traffic(tracked: Tracked, after: Aftermath) -> bool:
    assert tracked.merged_at is not None
    assert tracked.quiet_until is not None
    window = tracked.quiet_until - tracked.merged_at
    since = tracked.quiet_until - max(window / 4, TRAFFIC_WITHIN)
    begin = max(since, tracked.merged_at).timestamp()
    return any(said.lines > said.events for said in after.heard if said.start >= begin)


def harm(tracked: Tracked, issue: Issue, others: Iterable[Issue], grace: timedelta) -> str | None:
    """What speaks against the change: errors that are new in the files that it touched, or its own
    error, twice as often as before."""
    assert tracked.merged_at is not None
    new = [other for other in others if _is_new(other, issue, tracked)]
    if new:
        named = ", ".join(other.id for other in new[:3])
        return f"new in the files that it touched: {named}"
    before, after = _rates(issue, tracked.merged_at + grace)
    if before and after > TWICE * before:
        return f"{issue.id} comes up {after / before:.1f} times as often as before"
    return None


def _is_new(other: Issue, issue: Issue, tracked: Tracked) -> bool:
    first, merged = other.first_seen, tracked.merged_at
    if other.fingerprint == issue.fingerprint or first is None or merged is None:
        return False
    return first > merged and _touches(other.event, tracked.files)


def _touches(event: Event, files: Collection[str]) -> bool:
    culprit = event.culprit
    if culprit is None or not culprit.in_app:
        return False
    path = "/" + culprit.file.replace("\\", "/").lstrip("/")
    return any(path.endswith(f"/{file.removeprefix('src/')}") for file in files)


def _rates(issue: Issue, moment: datetime) -> tuple[float, float]:
    """Events a bucket before and after, over as long before as there was after."""
    at = moment.timestamp()
    after = {start: n for start, n in issue.buckets.items() if start >= at}
    if not after:
        return 0.0, 0.0
    span = max(after) - at + 300
    before = sum(n for start, n in issue.buckets.items() if at - span <= start < at)
    return before / span, sum(after.values()) / span
