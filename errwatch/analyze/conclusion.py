"""What a model hands in as its conclusion, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from errwatch.agent.looking import Files
from errwatch.model.analysis import Opinion, Remedy, RootCause
from errwatch.model.conversation import Input, Transcript
from errwatch.redact import redact

LONGEST = 2_000
"""Characters of one text."""
SHORTEST_QUOTE = 4
"""Characters; less would stand anywhere."""

Words = Annotated[str, Field(max_length=LONGEST)]
Few = Annotated[list[Words], Field(max_length=8)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Pointer(_Part):
    """Where a claim can be seen: a line of the repository, or words of the log."""

    file: Annotated[str, Field(description="relative to the root; empty: the log")]
    line: Annotated[int, Field(ge=0, description="0: the log")]
    quote: Annotated[Words, Field(description="the line as it stands there, or words of the log")]


class Cause(_Part):
    summary: Words
    confidence: Annotated[float, Field(ge=0, le=1)]
    evidence: Annotated[list[Pointer], Field(min_length=1, max_length=8)]


class Conclusion(_Part):
    causes: Annotated[list[Cause], Field(min_length=1, max_length=5)]
    five_whys: Annotated[Few, Field(description="each answers why the one before")]
    remedy: Annotated[Remedy, Field(strict=False)]
    why_no_code: Annotated[Words, Field(description="empty where the remedy is code")]
    reproduction: Annotated[Words, Field(description="how to make it happen again")]
    factors: Few
    recommendations: Few


SCHEMA: Input = Conclusion.model_json_schema()


def faults(conclusion: Conclusion, files: Files, log: str) -> Iterator[str]:
    """What a pointer claims that is not so, and what is missing."""
    for cause in conclusion.causes:
        for pointer in cause.evidence:
            if fault := _fault(pointer, files, log):
                yield fault
    if conclusion.remedy is not Remedy.CODE and not conclusion.why_no_code.strip():
        yield "why_no_code: say why no change of the code is the remedy"


def _fault(pointer: Pointer, files: Files, log: str) -> str | None:
    quote = _bare(pointer.quote)
    if len(quote) < SHORTEST_QUOTE:
        return f"{pointer.file}:{pointer.line}: quote the whole line"
    if not pointer.file:
        return None if quote in _bare(log) else f"the log does not say: {quote[:200]}"
    text = files.read(pointer.file) if pointer.file in files.files() else None
    if text is None:
        return f"{pointer.file}: no such text file in the repository"
    lines = redact(text).split("\n")
    if not 0 < pointer.line <= len(lines):
        return f"{pointer.file}: has {len(lines)} lines, so there is no line {pointer.line}"
    there = _bare(lines[pointer.line - 1])
    if quote in there:
        return None
    return f"{pointer.file}:{pointer.line} does not read so; it reads: {there[:200]}"


def _bare(text: str) -> str:
    return " ".join(text.split())


def opinion_of(conclusion: Conclusion, transcript: Transcript) -> Opinion:
    """For the record: redacted, the likeliest cause first."""
    causes = sorted(conclusion.causes, key=lambda cause: -cause.confidence)
    return Opinion(
        causes=tuple(
            RootCause(redact(one.summary), one.confidence, tuple(map(_place, one.evidence)))
            for one in causes
        ),
        whys=tuple(map(redact, conclusion.five_whys)),
        remedy=conclusion.remedy,
        why_no_code=redact(conclusion.why_no_code),
        reproduction=redact(conclusion.reproduction),
        factors=tuple(map(redact, conclusion.factors)),
        recommendations=tuple(map(redact, conclusion.recommendations)),
        transcript=transcript,
    )


def _place(pointer: Pointer) -> str:
    return f"{pointer.file}:{pointer.line}" if pointer.file else f"log: {redact(pointer.quote)}"
