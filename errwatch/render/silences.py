"""`errwatch silences list --format json`: schema `errwatch.silences/1`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from errwatch.model.alert import Silence
from errwatch.render.schema import Schema, Time


class SilenceSchema(Schema):
    number: int
    subject: str
    until: Time
    reason: str


class SilencesSchema(Schema):
    name: Literal["errwatch.silences/1"] = Field(
        default="errwatch.silences/1", validation_alias="schema", serialization_alias="schema"
    )
    silences: list[SilenceSchema]

    @classmethod
    def of(cls, silences: Sequence[Silence]) -> SilencesSchema:
        return cls(
            silences=[
                SilenceSchema(
                    number=one.number, subject=one.subject, until=one.until, reason=one.reason
                )
                for one in silences
            ]
        )
