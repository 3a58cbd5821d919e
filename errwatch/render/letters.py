"""`errwatch letters list --format json`: schema `errwatch.letters/1`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from errwatch.model.alert import Delivery
from errwatch.render.schema import Schema, Time


class LetterSchema(Schema):
    key: str
    channel: str
    title: str
    at: Time
    attempts: int
    error: str | None


class LettersSchema(Schema):
    name: Literal["errwatch.letters/1"] = Field(
        default="errwatch.letters/1", validation_alias="schema", serialization_alias="schema"
    )
    letters: list[LetterSchema]

    @classmethod
    def of(cls, letters: Sequence[Delivery]) -> LettersSchema:
        return cls(
            letters=[
                LetterSchema(
                    key=one.notice.key,
                    channel=one.channel,
                    title=one.notice.title,
                    at=one.notice.at,
                    attempts=one.attempts,
                    error=one.error,
                )
                for one in letters
            ]
        )
