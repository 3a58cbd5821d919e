"""Fixes as JSON: `errwatch.fix/1`, `errwatch.fixes/1`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

from pydantic import Field, JsonValue

from errwatch.model.conversation import Transcript
from errwatch.model.fix import Fix, GateResult
from errwatch.render.schema import Schema


class GateSchema(Schema):
    name: str
    status: str
    detail: str


class FixSchema(Schema):
    id: str
    issue: str
    status: str
    evidence: str | None
    engine: str | None
    model: str | None
    cost_usd: float
    branch: str | None
    commit: str | None
    files: list[str]
    diff: str
    reason: str | None
    pull_request: str | None
    sandbox: str | None
    gates: list[GateSchema]

    @classmethod
    def of(cls, fix: Fix, issue_id: str) -> FixSchema:
        return cls(
            id=fix.id,
            issue=issue_id,
            status=fix.status.value,
            evidence=fix.evidence and fix.evidence.value,
            engine=fix.engine,
            model=fix.model,
            cost_usd=fix.cost_usd,
            branch=fix.branch,
            commit=fix.commit,
            files=list(fix.files),
            diff=fix.diff,
            reason=fix.reason,
            pull_request=fix.pull_request,
            sandbox=fix.sandbox,
            gates=_gates(fix.gates),
        )


class CandidateSchema(Schema):
    engine: str
    recipe: str
    status: str
    reason: str
    diff: str
    gates: list[GateSchema]


class AnsweredSchema(Schema):
    stop: str
    cost_usd: float
    input: int
    output: int
    cache_read: int
    cache_write: int


class TranscriptSchema(Schema):
    model: str
    cost_usd: float
    system: str
    turns: list[JsonValue]
    """Messages, in the form of Anthropic's Messages API."""
    answers: list[AnsweredSchema]

    @classmethod
    def of(cls, transcript: Transcript) -> TranscriptSchema:
        return cls(
            model=transcript.model,
            cost_usd=transcript.cost_usd,
            system=transcript.system,
            turns=[json.loads(turn) for turn in transcript.turns],
            answers=[
                AnsweredSchema.model_validate(answer, from_attributes=True)
                for answer in transcript.answers
            ],
        )


class FixReportSchema(Schema):
    """`errwatch fix --format json`."""

    name: Literal["errwatch.fix/1"] = Field(
        default="errwatch.fix/1", validation_alias="schema", serialization_alias="schema"
    )
    fix: FixSchema
    candidates: list[CandidateSchema]
    transcripts: list[TranscriptSchema] | None = None
    """Where they are asked for."""

    @classmethod
    def of(cls, fix: Fix, issue_id: str, *, transcripts: bool = False) -> FixReportSchema:
        candidates = [
            CandidateSchema(
                engine=trial.engine,
                recipe=trial.recipe,
                status=trial.status,
                reason=trial.reason,
                diff=trial.diff,
                gates=_gates(trial.gates),
            )
            for trial in fix.trials
        ]
        said = [TranscriptSchema.of(one) for one in fix.transcripts] if transcripts else None
        return cls(fix=FixSchema.of(fix, issue_id), candidates=candidates, transcripts=said)


def _gates(gates: Iterable[GateResult]) -> list[GateSchema]:
    return [GateSchema(name=one.name, status=one.status.value, detail=one.detail) for one in gates]


class FixesSchema(Schema):
    """`errwatch fixes list --format json`."""

    name: Literal["errwatch.fixes/1"] = Field(
        default="errwatch.fixes/1", validation_alias="schema", serialization_alias="schema"
    )
    fixes: list[FixSchema]
