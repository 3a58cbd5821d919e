"""How things stand. Takes a ledger of the state, gives a `Report`; nothing is read or written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from errwatch.insight.advice import Grounds, advice
from errwatch.insight.books import Books, ServiceOf, open_books
from errwatch.insight.figures import figures, figures_before, ignored_events, lines_share
from errwatch.insight.flow import by_day, by_hour, hours_of
from errwatch.insight.resolution import resolution
from errwatch.insight.shares import shares
from errwatch.model.fix import FixStatus
from errwatch.model.issue import Issue
from errwatch.model.ledger import Ledger, Line, Try
from errwatch.model.packed import DAY
from errwatch.model.period import Period
from errwatch.model.report import Point, Ranked, Report, Together

TOP = 20

Tell = Callable[[Sequence[str]], tuple[Sequence[Issue], Sequence[Together]]]
"""Fingerprints -> the whole issues in that order, and which of them have to do with each other."""

Place = str | tuple[str | None, str]


def report(
    ledger: Ledger, period: Period, *, service: str | None, service_of: ServiceOf, tell: Tell
) -> Report:
    """`tell` is asked once, for the issues at the top."""
    books = open_books(ledger, period, service, service_of)
    ranked = books.seen
    issues, together = tell([line.fingerprint for line in ranked[:TOP]])
    hourly = by_hour(ledger, period, books.end, books.severities)
    daily = by_day(books.flow, period, books.end)
    step = "day" if len(daily) > 2 else "hour"
    trends = _trends(books, issues, daily if step == "day" else hourly, step)
    mended = _mended(ranked, _by_issue(ledger.tries))
    return Report(
        period=period,
        service=service,
        statuses=_statuses(books),
        figures=figures(books),
        before=figures_before(books),
        ignored_events=ignored_events(books),
        untimed=0 if period.whole else sum(line.last_seen is None for line in books.heeded),
        lines_share=None if service else lines_share(books),
        hourly=hourly,
        daily=daily,
        step=step,
        top=tuple(_ranked(books, issue, trends[issue.fingerprint]) for issue in issues),
        shares=shares(ranked, books.events, service_of),
        resolution=resolution(books.tries(), books.moves(period), books.by_name),
        together=tuple(together),
        unfixed=_unfixed(ranked, mended),
        advice=advice(
            Grounds(
                lines=[line for line in ranked if line.open],
                events=books.events,
                before=books.before.events if books.before else None,
                tries=_by_issue(ledger.tries),
                mended=mended,
                together=together,
                end=books.end,
            )
        ),
    )


def _statuses(books: Books) -> dict[str, int]:
    lines = (*books.heeded, *books.ignored)
    seen = (line for line in lines if books.is_seen(line, books.events))
    return dict(Counter(line.status.value for line in seen).most_common())


def _trends(
    books: Books, issues: Sequence[Issue], points: Sequence[Point], step: str
) -> Mapping[str, Sequence[int]]:
    names = [issue.fingerprint for issue in issues]
    starts = [int(point.start.timestamp()) for point in points]
    if step == "hour":
        return hours_of(books.ledger, names, starts)
    daily = books.ledger.daily
    return {name: [daily.get(name, {}).get(at // DAY, 0) for at in starts] for name in names}


def _ranked(books: Books, issue: Issue, trend: Sequence[int]) -> Ranked:
    name = issue.fingerprint
    before = None if books.before is None else books.before.events.get(name, 0)
    return Ranked(issue, books.events.get(name, 0), before, tuple(trend))


def _by_issue(tries: Sequence[Try]) -> dict[str, list[Try]]:
    found: defaultdict[str, list[Try]] = defaultdict(list)
    for one in tries:
        found[one.issue].append(one)
    return dict(found)


def _mended(lines: Sequence[Line], tries: Mapping[str, Sequence[Try]]) -> frozenset[str]:
    """Those whose newest fix is proven, and those that come from the same place as one of them."""
    proven = {name for name, several in tries.items() if several[0].status is FixStatus.PROVEN}
    places = {_place(line) for line in lines if line.fingerprint in proven}
    return frozenset(line.fingerprint for line in lines if _place(line) in places)


def _place(line: Line) -> Place:
    """What one fix mends: the same exception from the same place, whichever way led there."""
    return (line.exception_type, line.place) if line.place else line.fingerprint


def _unfixed(lines: Sequence[Line], mended: frozenset[str]) -> tuple[str, ...]:
    """Errors of the application's own logic first: what mends others is likely not in the code."""
    wanting = [
        line for line in lines if line.open and line.fixable and line.fingerprint not in mended
    ]
    ordered = sorted(wanting, key=lambda line: line.category != "internal_error")
    return tuple(line.id for line in ordered)
