"""What a report says in words, in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from errwatch.model.report import Figures, Ranked, Report
from errwatch.render.plain import one_line
from errwatch.render.terminal import plural

BARS = "▁▂▃▄▅▆▇█"
PLAIN_BARS = ".:-=+*#@"
"""For terminals that know nothing else."""


def sparkline(values: Sequence[int], bars: str = BARS) -> str:
    """One character a value, scaled to the greatest; zero is a blank."""
    top = max(values, default=0)
    return "".join(bars[(len(bars) - 1) * value // top] if value else " " for value in values)


def headline(report: Report) -> str:
    """The answer: what is new, what came back, what was mended."""
    figures = report.figures
    parts = [f"{figures.new:,} new", f"{figures.regressed:,} regressed"]
    return ", ".join((*parts, f"{figures.resolved:,} resolved"))


def span_of(report: Report) -> str:
    """`since ... until ... UTC, in api`; empty for everything."""
    period = report.period
    bounds = [
        f"{word} {moment(at)}"
        for word, at in (("since", period.since), ("until", period.until))
        if at is not None
    ]
    span = f"{' '.join(bounds)} UTC" if bounds else ""
    return span if report.service is None else f"{span} in {one_line(report.service)}".strip()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(" ", "minutes").removesuffix("+00:00")


def change(now: float, before: float) -> str:
    """`+40%`, `-8%`, `x12`, `the same`; `none before` where there was nothing."""
    if now == before:
        return "the same"
    if not before:
        return "none before"
    if now >= 10 * before:
        return f"x{now / before:,.0f}"
    return f"{(now - before) / before:+.0%}" if round(now / before, 2) != 1 else "about the same"


def rate(figures: Figures) -> str | None:
    """Events an hour."""
    if figures.per_hour is None:
        return None
    if 0 < figures.per_hour < 0.01:
        return "under 0.01 events an hour"
    digits = 0 if figures.per_hour >= 10 else 1 if figures.per_hour >= 1 else 2
    return f"{figures.per_hour:,.{digits}f} events an hour"


def duration(seconds: float | None) -> str:
    """`12 s`, `5 min`, `3.5 h`, `2.0 days`."""
    if seconds is None:
        return "-"
    for limit, size, unit in ((90, 1, "s"), (5400, 60, "min"), (129_600, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:,.1f} days"


def percent(share: float | None) -> str:
    if share is None:
        return "-"
    return "under 0.1%" if 0 < share < 0.001 else f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def left_out(report: Report) -> Iterator[str]:
    """What the numbers do not count."""
    if report.statuses.get("ignored"):
        words = plural(report.statuses["ignored"], "ignored issue")
        yield f"{words} with {plural(report.ignored_events, 'event')} not counted"
    if report.untimed:
        yield f"{plural(report.untimed, 'issue')} without a time left out"


def worst(report: Report) -> Ranked | None:
    """The issue at the top, if it is open."""
    first = next(iter(report.top), None)
    return first if first and first.issue.status.value not in ("resolved", "ignored") else None
