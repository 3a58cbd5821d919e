"""The JSON that errwatch prints, as published schemas: `errwatch.scan/1`, `errwatch.issues/1`, ...

Unknown values are null, never absent. Times are UTC in ISO 8601.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from errwatch.model.analysis import Analysis, Opinion
from errwatch.model.event import Event, Frame
from errwatch.model.issue import Issue
from errwatch.model.result import ScanResult
from errwatch.render.plain import inert_json


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


Time = Annotated[datetime, PlainSerializer(_iso, return_type=str)]


class Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    def dump(self) -> str:
        return inert_json(self.model_dump_json(by_alias=True, indent=2))


class CulpritSchema(Schema):
    file: str
    line: int | None
    function: str | None

    @classmethod
    def of(cls, frame: Frame | None) -> CulpritSchema | None:
        if frame is None:
            return None
        return cls(file=frame.file, line=frame.line, function=frame.function)


class IssueSchema(Schema):
    id: str
    fingerprint: str
    title: str
    exception_type: str | None
    message: str
    level: str
    language: str | None
    culprit: CulpritSchema | None
    category: str | None
    subcategory: str | None
    severity: str | None
    impact: str | None
    retryable: bool | None
    fixable: bool | None
    suggested_fix: str | None
    resolution: str | None
    prevention: str | None
    rule: str | None
    count: int
    first_seen: Time | None
    last_seen: Time | None
    sample: str

    @classmethod
    def fields_of(cls, issue: Issue) -> dict[str, object]:
        event, verdict = issue.event, issue.classification
        judged = {
            name: getattr(verdict, name, None)
            for name in (
                "category", "subcategory", "impact", "retryable", "fixable",
                "suggested_fix", "resolution", "prevention", "rule",
            )
        }  # fmt: skip
        return {
            "id": issue.id,
            "fingerprint": issue.fingerprint,
            "title": issue.title,
            "exception_type": event.exception_type,
            "message": event.message,
            "level": event.level.value,
            "language": event.language,
            "culprit": CulpritSchema.of(event.culprit),
            "severity": verdict and verdict.severity.value,
            **judged,
            "count": issue.count,
            "first_seen": issue.first_seen,
            "last_seen": issue.last_seen,
            "sample": event.text,
        }

    @classmethod
    def of(cls, issue: Issue) -> IssueSchema:
        return cls.model_validate(cls.fields_of(issue))


class InputSchema(Schema):
    input: str
    lines: int
    bytes: int
    events: int
    issues: int


class ScanSchema(Schema):
    """`errwatch scan --format json`."""

    name: Literal["errwatch.scan/1"] = Field(
        default="errwatch.scan/1", validation_alias="schema", serialization_alias="schema"
    )
    events: int
    lines: int
    bytes: int
    inputs: list[InputSchema]
    issues: list[IssueSchema]

    @classmethod
    def of(cls, result: ScanResult) -> ScanSchema:
        return cls(
            events=result.events,
            lines=result.lines,
            bytes=result.bytes,
            inputs=[
                InputSchema(
                    input=one.input,
                    lines=one.lines,
                    bytes=one.bytes,
                    events=one.events,
                    issues=one.issues,
                )
                for one in result.inputs
            ],
            issues=[IssueSchema.of(issue) for issue in result.issues],
        )


class EventSchema(Schema):
    """One line of `errwatch scan --format events`."""

    input: str
    line: int
    issue: str
    level: str
    time: Time | None
    exception_type: str | None
    message: str

    @classmethod
    def of(cls, event: Event, issue: str) -> EventSchema:
        return cls(
            input=event.source,
            line=event.line,
            issue=issue,
            level=event.level.value,
            time=event.time,
            exception_type=event.exception_type,
            message=event.message,
        )

    def dump(self) -> str:
        return inert_json(self.model_dump_json())


class StoredIssueSchema(IssueSchema):
    status: str
    why: str | None

    @classmethod
    def of(cls, issue: Issue) -> StoredIssueSchema:
        why = issue.classification and issue.classification.why
        return cls.model_validate(
            {**cls.fields_of(issue), "status": issue.status.value, "why": why}
        )


class IssuesSchema(Schema):
    """`errwatch issues list --format json`; `classify` prints it too."""

    name: Literal["errwatch.issues/1"] = Field(
        default="errwatch.issues/1", validation_alias="schema", serialization_alias="schema"
    )
    issues: list[StoredIssueSchema]

    @classmethod
    def of(cls, issues: list[Issue]) -> IssuesSchema:
        return cls(issues=[StoredIssueSchema.of(issue) for issue in issues])


class SuspectSchema(Schema):
    file: str
    function: str
    line: int
    score: float
    why: str


class BlameSchema(Schema):
    file: str
    line: int
    commit: str
    author: str
    date: Time
    summary: str


class RelationSchema(Schema):
    issue: str
    why: list[str]
    first: bool


class RootCauseSchema(Schema):
    summary: str
    confidence: float
    evidence: list[str]


class OpinionSchema(Schema):
    """A model's; each place in its causes was checked against the repository."""

    model: str
    cost_usd: float
    causes: list[RootCauseSchema]
    whys: list[str]
    remedy: str
    why_no_code: str
    reproduction: str
    factors: list[str]
    recommendations: list[str]

    @classmethod
    def of(cls, opinion: Opinion) -> OpinionSchema:
        causes = [RootCauseSchema.model_validate(c, from_attributes=True) for c in opinion.causes]
        return cls(
            model=opinion.transcript.model,
            cost_usd=opinion.transcript.cost_usd,
            causes=causes,
            whys=list(opinion.whys),
            remedy=opinion.remedy.value,
            why_no_code=opinion.why_no_code,
            reproduction=opinion.reproduction,
            factors=list(opinion.factors),
            recommendations=list(opinion.recommendations),
        )


class AnalysisSchema(Schema):
    """`errwatch analyze --format json`."""

    name: Literal["errwatch.analysis/1"] = Field(
        default="errwatch.analysis/1", validation_alias="schema", serialization_alias="schema"
    )
    issue: str
    repository: str
    commit: str
    suspects: list[SuspectSchema]
    blame: list[BlameSchema]
    root_causes: list[RootCauseSchema]
    contributing_factors: list[str]
    related: list[str]
    relations: list[RelationSchema]
    callers: list[str]
    tests: list[str]
    recommendations: list[str]
    notes: list[str]
    confidence: float
    opinion: OpinionSchema | None
    quarantine: str | None

    @classmethod
    def of(cls, issue: Issue, analysis: Analysis) -> AnalysisSchema:
        opinion = OpinionSchema.of(analysis.opinion) if analysis.opinion else None
        bare = replace(analysis, issue=issue.id, opinion=None)
        model = cls.model_validate(bare, from_attributes=True)
        return model.model_copy(update={"opinion": opinion})
