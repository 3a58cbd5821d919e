"""`errwatch report`: one screen for a person, one object for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field
from rich.text import Text

from errwatch.model.standing import Standing
from errwatch.render.schema import Schema, StoredIssueSchema, Time
from errwatch.render.terminal import issue_lines, pair, plural

BARS = "▁▂▃▄▅▆▇█"
TOP = 5


def sparkline(values: list[int]) -> str:
    """One character a value, scaled to the greatest; zero is a blank."""
    top = max(values, default=0)
    return "".join(BARS[(len(BARS) - 1) * v // top] if v else " " for v in values)


def report_lines(standing: Standing) -> Iterator[Text]:
    since = f" since {standing.since:%Y-%m-%d %H:%M} UTC" if standing.since else ""
    if standing.untimed:
        yield Text(f"{plural(standing.untimed, 'issue')} without a time left out", style="dim")
    if not standing.issues:
        yield Text(f"No issues{since}. Nothing was scanned or watched yet, or nothing was wrong.")
        return
    yield Text(
        f"{plural(len(standing.issues), 'issue')}, {plural(standing.events, 'event')}{since}",
        style="bold",
    )
    yield pair("status", _counts(standing.statuses))
    yield pair("severity", _counts(standing.severities))
    yield pair("category", _counts(standing.categories))
    yield pair("fixes", _counts(standing.fixes) or "none")
    if standing.hourly:
        first, last = standing.hourly[0][0], standing.hourly[-1][0]
        counts = [count for _, count in standing.hourly]
        yield pair("last 24 h", f"|{sparkline(counts)}| at most {max(counts)} an hour")
        yield pair("", f"{first:%m-%d %H:%M} to {last:%m-%d %H:%M} UTC")
    yield Text()
    for issue in standing.issues[:TOP]:
        yield from issue_lines(issue, mark=issue.status.value)
    if len(standing.issues) > TOP:
        yield Text(f"and {len(standing.issues) - TOP} more: errwatch issues list", style="dim")
    for issue in standing.unfixed[:1]:
        yield Text()
        yield Text(f"next: errwatch fix {issue.id}")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


class HourSchema(Schema):
    hour: Time
    events: int


class ReportSchema(Schema):
    """`errwatch report --format json`."""

    name: Literal["errwatch.report/1"] = Field(
        default="errwatch.report/1", validation_alias="schema", serialization_alias="schema"
    )
    since: Time | None
    events: int
    untimed: int
    statuses: dict[str, int]
    severities: dict[str, int]
    categories: dict[str, int]
    hourly: list[HourSchema]
    fixes: dict[str, int]
    unfixed: list[str]
    issues: list[StoredIssueSchema]

    @classmethod
    def of(cls, standing: Standing) -> ReportSchema:
        return cls(
            since=standing.since,
            events=standing.events,
            untimed=standing.untimed,
            statuses=standing.statuses,
            severities=standing.severities,
            categories=standing.categories,
            hourly=[HourSchema(hour=hour, events=count) for hour, count in standing.hourly],
            fixes=standing.fixes,
            unfixed=[issue.id for issue in standing.unfixed],
            issues=[StoredIssueSchema.of(issue) for issue in standing.issues],
        )
