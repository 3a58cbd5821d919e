"""How things stand: issues and fixes, counted. Takes what the state holds, gives a `Standing`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from errwatch.model.event import Frame
from errwatch.model.fix import Fix, FixStatus
from errwatch.model.issue import Issue, Status
from errwatch.model.levels import Severity
from errwatch.model.partial import BUCKET_SECONDS, utc
from errwatch.model.standing import Standing

HOURS = 24

Place = str | tuple[str | None, Frame]


def standing(issues: Iterable[Issue], fixes: Sequence[Fix], since: datetime | None) -> Standing:
    """`fixes` come newest first."""
    known = list(issues)
    ranked = sorted((issue for issue in known if _is_seen(issue, since)), key=_rank)
    newest = {fix.issue: fix for fix in reversed(fixes)}
    mine = [newest[issue.fingerprint] for issue in ranked if issue.fingerprint in newest]
    proven = {fix.issue for fix in mine if fix.status is FixStatus.PROVEN}
    mended = {_place(issue) for issue in ranked if issue.fingerprint in proven}
    return Standing(
        since=since,
        issues=tuple(ranked),
        events=sum(_events(issue, since) for issue in ranked),
        untimed=sum(issue.last_seen is None for issue in known) if since else 0,
        statuses=dict(Counter(issue.status.value for issue in ranked)),
        severities=_severities(ranked),
        categories=dict(Counter(_category(issue) for issue in ranked).most_common()),
        hourly=_hourly(ranked),
        fixes=dict(Counter(fix.status.value for fix in mine)),
        unfixed=tuple(sorted((i for i in ranked if _wants_fix(i, mended)), key=_elsewhere)),
    )


def _is_seen(issue: Issue, since: datetime | None) -> bool:
    return since is None or (issue.last_seen is not None and issue.last_seen >= since)


def _events(issue: Issue, since: datetime | None) -> int:
    """All of them, or those in the buckets that end after `since`."""
    if since is None:
        return issue.count
    first = since.timestamp() - BUCKET_SECONDS
    times = (*issue.past.items(), *issue.buckets.items())
    return sum(count for start, count in times if start > first)


def _wants_fix(issue: Issue, mended: Collection[Place]) -> bool:
    verdict = issue.classification
    fixable = verdict is not None and verdict.fixable
    return _open(issue) and fixable and _place(issue) not in mended


def _place(issue: Issue) -> Place:
    """What one fix mends: the same exception from the same line, whichever way led there."""
    event = issue.event
    return (event.exception_type, event.culprit) if event.culprit else issue.fingerprint


def _elsewhere(issue: Issue) -> bool:
    """Whether what mends it is likely not in the code."""
    return _category(issue) != "internal_error"


def _open(issue: Issue) -> bool:
    return issue.status not in {Status.RESOLVED, Status.IGNORED}


def _rank(issue: Issue) -> tuple[bool, int, int, str]:
    verdict = issue.classification
    severity = verdict.severity.rank if verdict else -1
    return (not _open(issue), -severity, -issue.count, issue.fingerprint)


def _category(issue: Issue) -> str:
    return issue.classification.category if issue.classification else "unclassified"


def _severities(issues: Iterable[Issue]) -> dict[str, int]:
    counts = Counter(i.classification.severity for i in issues if i.classification)
    return {s.value: counts[s] for s in sorted(Severity, key=lambda s: -s.rank) if counts[s]}


def _hourly(issues: Iterable[Issue]) -> tuple[tuple[datetime, int], ...]:
    counts: Counter[int] = Counter()
    for issue in issues:
        for start, count in issue.buckets.items():
            counts[start - start % 3600] += count
    if not counts:
        return ()
    last = utc(max(counts))
    hours = [last - timedelta(hours=back) for back in range(HOURS - 1, -1, -1)]
    return tuple((hour, counts[int(hour.timestamp())]) for hour in hours)
