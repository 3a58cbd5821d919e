"""The few numbers that say how things stand, of a period and of the one before."""

from __future__ import annotations

from collections import Counter

from errwatch.insight.books import Books, sums
from errwatch.insight.flow import flow, per_hour
from errwatch.model.issue import Status
from errwatch.model.ledger import Sums
from errwatch.model.period import Period
from errwatch.model.report import Figures


def figures(books: Books) -> Figures:
    events = sum(books.events.values())
    rate = per_hour(events, books.period, books.flow.daily, books.end)
    return (
        _whole(books, rate) if books.period.whole else _of(books, books.period, books.events, rate)
    )


def figures_before(books: Books) -> Figures | None:
    """None where there is no period before."""
    before = books.period.before
    if before is None or books.before is None:
        return None
    events = books.before.events
    rate = per_hour(sum(events.values()), before, books.before.daily, before.end(None))
    return _of(books, before, events, rate)


def ignored_events(books: Books) -> int:
    names = {line.fingerprint: "ignored" for line in books.ignored}
    found = flow(books.ledger, books.period, names)
    return sum(sums(books.ignored, found, books.period).values())


def lines_share(books: Books) -> float | None:
    """Errors among all lines that arrived in the period, as far back as that is known."""
    inside = [one for one in books.ledger.said if books.period.holds_start(one.start)]
    lines = sum(one.lines for one in inside)
    return sum(one.events for one in inside) / lines if lines else None


def _whole(books: Books, rate: float | None) -> Figures:
    statuses = Counter(line.status for line in books.heeded)
    return Figures(
        issues=len(books.heeded),
        events=sum(books.events.values()),
        new=statuses[Status.NEW],
        regressed=statuses[Status.REGRESSED],
        resolved=statuses[Status.RESOLVED],
        per_hour=rate,
    )


def _of(books: Books, period: Period, events: Sums, rate: float | None) -> Figures:
    moves = books.moves(period)
    return Figures(
        issues=len(events),
        events=sum(events.values()),
        new=sum(
            line.first_seen is not None and period.holds(line.first_seen) for line in books.heeded
        ),
        regressed=len({one.issue for one in moves if one.to is Status.REGRESSED}),
        resolved=len({one.issue for one in moves if one.to is Status.RESOLVED}),
        per_hour=rate,
    )
