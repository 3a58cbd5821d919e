"""What surrounds an issue: chained causes, frequency, recent changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from errwatch.analyze.words import last
from errwatch.model.analysis import Blame
from errwatch.model.event import Event, Link
from errwatch.model.issue import Issue
from errwatch.model.partial import BUCKET_SECONDS, utc

RECENT = timedelta(days=7)
"""A change this long before the first occurrence is worth a word."""

_LINKS = {
    Link.CAUSE: "was raised because of",
    Link.CONTEXT: "was raised while handling",
    Link.MEMBER: "holds",
}


def factors(issue: Issue, blame: Sequence[Blame]) -> tuple[str, ...]:
    return (*_chain(issue.event), *_frequency(issue), *_recency(issue, blame))


def _chain(event: Event) -> Iterator[str]:
    outer = ""
    for exception in event.exceptions:
        name = last(exception.type)
        if exception.link in _LINKS:
            message = exception.message.strip().split("\n", 1)[0][:120]
            yield f"{outer} {_LINKS[exception.link]} {name}: {message}"
        # The members of a group hang on the group, not on each other.
        if exception.link is not Link.MEMBER:
            outer = name


def _frequency(issue: Issue) -> Iterator[str]:
    if issue.count < 2:
        return
    span = ""
    if issue.first_seen and issue.last_seen and issue.first_seen != issue.last_seen:
        span = f" between {issue.first_seen:%Y-%m-%d %H:%M} and {issue.last_seen:%Y-%m-%d %H:%M}"
    yield f"seen {issue.count} times{span}"
    start, most = max(issue.buckets.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    if most > 1 and most < issue.count:
        minutes = BUCKET_SECONDS // 60
        yield f"{most} of them within {minutes} minutes from {utc(start):%Y-%m-%d %H:%M}"


def _recency(issue: Issue, blame: Sequence[Blame]) -> Iterator[str]:
    if issue.first_seen is None:
        return
    for one in blame:
        before = issue.first_seen - one.date
        if timedelta(0) <= before <= RECENT:
            when = f"{_ago(before)} before the first occurrence"
            yield f"{one.file}:{one.line} was changed {when}, {_change(one)}"


def newly_written(issue: Issue, function: str, blame: Sequence[Blame]) -> Iterator[str]:
    """Whether the last change of a function came shortly before the first occurrence."""
    before = [one for one in blame if issue.first_seen and one.date <= issue.first_seen]
    if before and issue.first_seen:
        latest = max(before, key=lambda one: one.date)
        span = issue.first_seen - latest.date
        if span <= RECENT:
            yield f"{function} was last changed {_ago(span)} before it, {_change(latest)}"


def changed_since(issue: Issue, blame: Sequence[Blame], line: int) -> Iterator[str]:
    """A note where the culprit's line was changed after the last occurrence: it may be mended."""
    for one in blame:
        if one.line == line and issue.last_seen and one.date > issue.last_seen:
            yield f"{one.file}:{line} was changed after the last occurrence, {_change(one)}"


def _change(blame: Blame) -> str:
    return f"in {blame.commit[:8]} ({blame.summary[:80]})"


def _ago(span: timedelta) -> str:
    if span >= timedelta(days=1):
        return f"{span.days} day{'s' * (span.days != 1)}"
    hours = span // timedelta(hours=1)
    return f"{hours} hour{'s' * (hours != 1)}" if hours else "less than an hour"
