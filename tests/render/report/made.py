"""Reports made for tests: a usual one, an empty one, and one in which all text is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from errwatch.model.event import Frame
from errwatch.model.issue import Status
from errwatch.model.levels import Severity
from errwatch.model.period import Period
from errwatch.model.report import (
    Advice,
    Figures,
    Point,
    Ranked,
    Record,
    Report,
    Resolution,
    Share,
    Shares,
    Together,
)
from tests.render.made import issue

NOW = datetime(2026, 11, 25, 14, 20, tzinfo=UTC)
DAY = timedelta(days=1)
FIGURES = Figures(4, 1_234, 3, 1, 2, 7.345)
RECORD = Record("all", 5, 3, 2, 2, 1, 1, 3.2, 7_560.0)
NOTHING = Record("all", 0, 0, 0, 0, 0, 0, 0.0, None)
EMPTY = Report(
    Period(None, None, NOW), None, {}, Figures(0, 0, 0, 0, 0, None), None, 0, 0, None, (), (),
    "hour", (), Shares((), (), (), (), ()), Resolution(NOTHING, {}, {}, None, (), (), ()),
    (), (), (),
)  # fmt: skip


def points(count: int, step: timedelta) -> tuple[Point, ...]:
    return tuple(
        Point(NOW - step * back, {"high": back % 7, "low": back % 3} if back % 5 else {})
        for back in range(count - 1, -1, -1)
    )


def full(text: str = "internal_error") -> Report:
    """One with something in every part; `text` stands wherever a log or a setting may put one."""
    worst = issue(1 << 100, message=text, culprit=Frame(f"/app/{text}.py", 41, text), source=text)
    back = replace(issue(2 << 100, kind=None, culprit=None, message=text, severity=Severity.HIGH),
                   status=Status.REGRESSED)  # fmt: skip
    shares = tuple(Share(f"{text}{n}", n, 10 * n) for n in range(9))
    severities = tuple(Share(name, 1, 5) for name in ("critical", "high", "low", "unclassified"))
    records = (replace(RECORD, name=text), replace(NOTHING, name="other"))
    return Report(
        period=Period(NOW - 30 * DAY, NOW, NOW),
        service=text,
        statuses={"new": 3, "regressed": 1, "ignored": 2},
        figures=FIGURES,
        before=replace(FIGURES, events=900, per_hour=5.0),
        ignored_events=12,
        untimed=1,
        lines_share=0.0042,
        hourly=points(24, timedelta(hours=1)),
        daily=points(31, DAY),
        step="day",
        top=(Ranked(worst, 900, 20, tuple(range(31))), Ranked(back, 3, 3, (0,) * 31)),
        shares=Shares(shares, severities, shares, shares, shares),
        resolution=Resolution(
            RECORD, {"proven": 3}, {"open": 1, "merged": 2}, 93_600.0, records, records, records
        ),
        together=(Together("EW-a", "EW-b", (text, "2 calls in common"), other_first=True),),
        unfixed=(worst.id,),
        advice=(Advice(worst.id, text, f"because {text}", f"errwatch fix {worst.id}"),),
    )
