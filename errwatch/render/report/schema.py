"""`errwatch report --format json`: the published schema `errwatch.report/1`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from errwatch.model.report import Point, Ranked, Report
from errwatch.render.report.words import headline
from errwatch.render.schema import Schema, StoredIssueSchema, Time

_SHARES = ("severities", "categories", "services", "sources", "languages")
_SAME = (
    "service", "figures", "before", "ignored_events", "untimed", "lines_share", "statuses",
    "resolution", "together", "unfixed", "advice",
)  # fmt: skip
"""Names that the model and the schema have in common."""


class FiguresSchema(Schema):
    issues: int
    events: int
    new: int
    regressed: int
    resolved: int
    per_hour: float | None


class PointSchema(Schema):
    """An hour or a day: when it starts, in UTC."""

    start: Time
    events: int
    by_severity: dict[str, int]


class ShareSchema(Schema):
    name: str
    issues: int
    events: int


class TopSchema(StoredIssueSchema):
    """An issue as `issues list` prints it, with its events of the period."""

    events: int
    events_before: int | None
    trend: list[int]

    @classmethod
    def of_ranked(cls, one: Ranked) -> TopSchema:
        stored = StoredIssueSchema.of(one.issue)
        return cls.model_validate(
            {
                **stored.model_dump(),
                "events": one.events,
                "events_before": one.before,
                "trend": list(one.trend),
            }
        )


class RecordSchema(Schema):
    name: str
    tried: int
    proven: int
    success: float | None
    pull_requests: int
    merged: int
    verified: int
    regressed: int
    cost_usd: float
    seconds_to_fix: float | None


class ResolutionSchema(Schema):
    total: RecordSchema
    pull_requests: dict[str, int]
    seconds_to_resolve: float | None
    categories: list[RecordSchema]
    engines: list[RecordSchema]
    models: list[RecordSchema]


class TogetherSchema(Schema):
    one: str
    other: str
    why: list[str]
    other_first: bool


class AdviceSchema(Schema):
    issue: str
    title: str
    why: str
    command: str


class ReportSchema(Schema):
    """`top` holds at most 20 issues; `errwatch issues list --format json` prints all.

    `before` is the same length of time before the period; null where that has no beginning.
    """

    name: Literal["errwatch.report/1"] = Field(
        default="errwatch.report/1", validation_alias="schema", serialization_alias="schema"
    )
    summary: str
    made_at: Time
    since: Time | None
    until: Time | None
    service: str | None
    issues: int
    events: int
    figures: FiguresSchema
    before: FiguresSchema | None
    ignored_events: int
    untimed: int
    lines_share: float | None
    statuses: dict[str, int]
    severities: list[ShareSchema]
    categories: list[ShareSchema]
    services: list[ShareSchema]
    sources: list[ShareSchema]
    languages: list[ShareSchema]
    hourly: list[PointSchema]
    daily: list[PointSchema]
    trend_step: Literal["hour", "day"]
    top: list[TopSchema]
    fixes: dict[str, int]
    resolution: ResolutionSchema
    together: list[TogetherSchema]
    unfixed: list[str]
    advice: list[AdviceSchema]

    @classmethod
    def of(cls, report: Report) -> ReportSchema:
        shares, figures = report.shares, report.figures
        return cls.model_validate(
            {
                "summary": headline(report),
                "made_at": report.period.now,
                "since": report.period.since,
                "until": report.period.until,
                "issues": figures.issues,
                "events": figures.events,
                "fixes": report.resolution.statuses,
                "trend_step": report.step,
                "top": [TopSchema.of_ranked(one) for one in report.top],
                **{name: getattr(shares, name) for name in _SHARES},
                **{name: getattr(report, name) for name in _SAME},
                "hourly": [_point(point) for point in report.hourly],
                "daily": [_point(point) for point in report.daily],
            },
            from_attributes=True,
        )


def _point(point: Point) -> PointSchema:
    return PointSchema(start=point.start, events=point.events, by_severity=point.by)
