"""`errwatch issues explain`: why the events of an issue are together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field
from rich.text import Text

from errwatch.model.explanation import Explanation, Ground
from errwatch.model.issue import Issue
from errwatch.render.plain import one_line
from errwatch.render.schema import Schema
from errwatch.render.terminal import issue_lines, pair, plural

GROUNDS = {
    Ground.RULE: "a rule of your settings: its name",
    Ground.KEY: "the key that the log itself gives",
    Ground.IN_APP_FRAMES: "types of the exceptions, and frames of your own code",
    Ground.ALL_FRAMES: "types of the exceptions, and all frames: none is of your own code",
    Ground.TYPES_AND_TEMPLATE: "types of the exceptions, and the message's template: no frames",
    Ground.TEMPLATE: "the message's template: no exception",
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why the events of an issue are together."""

    explanations: Sequence[Explanation]
    merged: Mapping[str, str | None]
    """Fingerprints that were merged into it, with their templates where kept."""
    by_hand: Collection[str] = ()
    """Those that a person merged, among others."""
    split: Sequence[str] = ()
    """Fingerprints that a person set apart from it."""


def explanation_lines(issue: Issue, grounds: Grounds) -> Iterator[Text]:
    yield from issue_lines(issue)
    for one in grounds.explanations:
        yield Text()
        yield from _blocks(one)
    yield Text()
    for fingerprint, template in grounds.merged.items():
        by_hand = "by you " if fingerprint in grounds.by_hand else ""
        yield pair("merged", one_line(f"{by_hand}{fingerprint} {template or ''}"))
    for fingerprint in grounds.split:
        yield pair("split", f"by you {fingerprint}")
    fingerprints = plural(1 + len(grounds.merged), "fingerprint")
    kept = f"{len(issue.samples)} kept as samples"
    yield pair("events", f"{issue.count:,} of {fingerprints}, {kept}")
    yield pair("not counted", "line numbers, code, variable parts of messages, levels, times")


def _blocks(one: Explanation) -> Iterator[Text]:
    yield pair("fingerprint", one.fingerprint)
    yield pair("made of", GROUNDS[one.ground])
    for kind in one.types:
        yield pair("type", one_line(kind))
    for number, keys in enumerate(one.frames, 1):
        label = "frame" if len(one.frames) == 1 else f"frame {number}"
        yield from (pair(label, one_line(key)) for key in keys)
    if one.template is not None:
        label = one.ground.value if one.ground in (Ground.RULE, Ground.KEY) else "template"
        yield pair(label, one_line(one.template))


class FingerprintSchema(Schema):
    fingerprint: str
    version: str
    ground: str
    types: list[str]
    frames: list[list[str]]
    template: str | None

    @classmethod
    def of(cls, one: Explanation) -> FingerprintSchema:
        return cls(
            fingerprint=one.fingerprint,
            version=one.version,
            ground=one.ground.value,
            types=list(one.types),
            frames=[list(keys) for keys in one.frames],
            template=one.template,
        )


class ExplanationSchema(Schema):
    """`errwatch issues explain --format json`."""

    name: Literal["errwatch.explanation/1"] = Field(
        default="errwatch.explanation/1", validation_alias="schema", serialization_alias="schema"
    )
    id: str
    fingerprint: str
    count: int
    fingerprints: list[FingerprintSchema]
    """Of its samples; the issue's own first."""
    merged: list[str]
    """All fingerprints that were merged into it."""
    merged_by_hand: list[str]
    """Those of them that a person merged."""
    split: list[str]
    """Fingerprints that a person set apart from it."""

    @classmethod
    def of(cls, issue: Issue, grounds: Grounds) -> ExplanationSchema:
        return cls(
            id=issue.id,
            fingerprint=issue.fingerprint,
            count=issue.count,
            fingerprints=[FingerprintSchema.of(one) for one in grounds.explanations],
            merged=list(grounds.merged),
            merged_by_hand=[name for name in grounds.merged if name in grounds.by_hand],
            split=list(grounds.split),
        )
