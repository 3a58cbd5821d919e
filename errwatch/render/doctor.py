"""`errwatch doctor --format json`: schema `errwatch.doctor/1`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from errwatch.model.check import Check, Condition
from errwatch.render.schema import Schema


class CheckSchema(Schema):
    name: str
    condition: Condition
    found: str
    advice: str | None


class DoctorSchema(Schema):
    name: Literal["errwatch.doctor/1"] = Field(
        default="errwatch.doctor/1", validation_alias="schema", serialization_alias="schema"
    )
    checks: list[CheckSchema]

    @classmethod
    def of(cls, checks: Sequence[Check]) -> DoctorSchema:
        return cls(
            checks=[
                CheckSchema(
                    name=check.name,
                    condition=check.condition,
                    found=check.found,
                    advice=check.advice or None,
                )
                for check in checks
            ]
        )
