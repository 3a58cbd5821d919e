"""`errwatch fixes show --transcript`, `replay` and `verify`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field
from rich.text import Text

from errwatch.model.conversation import Transcript
from errwatch.model.fix import Again, Fix, GateResult, Trial
from errwatch.render.plain import clean, one_line
from errwatch.render.schema import Schema
from errwatch.render.terminal import FIX_STYLE, GATE_STYLE, pair


def again_lines(again: Again) -> Iterator[Text]:
    """What the gates say now, and where that is not what they said then."""
    then, now = again.then, again.now
    before = {gate.name: gate for gate in then.gates}
    for gate in again.gates:
        yield _gate(gate, before.get(gate.name))
    missing = [name for name in before if name not in {gate.name for gate in again.gates}]
    yield from (pair(name, "not reached now", style="yellow") for name in missing)
    yield from (pair("changed", one_line(note)) for note in again.notes)
    same = again.same_edits
    yield pair("edits", "the same" if same else "not the same", "" if same else "red")
    yield pair("evidence", f"{_evidence(now)}, was {_evidence(then)}")
    if now.reason:
        yield pair("reason", one_line(now.reason))
    verdict = "holds" if again.holds else "does not hold any more"
    yield Text(f"{then.id} {verdict}", style=FIX_STYLE[now.status])


def _gate(gate: GateResult, before: GateResult | None) -> Text:
    row = Text(f"{gate.status.value:<8} ", style=GATE_STYLE[gate.status])
    row.append(f"{gate.name:<13} ")
    row.append(one_line(gate.detail), style="dim")
    if before is None:
        row.append(" (new)", style="yellow")
    elif before.status is not gate.status:
        row.append(f" (was {before.status.value}: {one_line(before.detail)})", style="yellow")
    return row


def _evidence(fix: Fix) -> str:
    return fix.evidence.value if fix.evidence else "none"


def trial_lines(trials: tuple[Trial, ...]) -> Iterator[Text]:
    """All that was tried, with each gate."""
    for trial in trials:
        yield Text()
        title = " ".join(part for part in (trial.engine, trial.recipe, trial.status) if part)
        yield Text(f"{title}: {one_line(trial.reason)}", style="bold")
        yield from (_gate(gate, gate) for gate in trial.gates)


def transcript_lines(transcript: Transcript) -> Iterator[Text]:
    """A conversation, whole."""
    answers = iter(transcript.answers)
    yield Text()
    yield Text(f"{transcript.model}, {transcript.cost_usd:.4f} USD", style="bold")
    yield from _said("system", transcript.system)
    for turn in map(json.loads, transcript.turns):
        for block in turn["content"]:
            yield from _block(turn["role"], block)
        answer = next(answers, None) if turn["role"] == "assistant" else None
        if answer is not None:
            used = f"{answer.stop}, {answer.input + answer.cache_read + answer.cache_write} tokens"
            told = f"{used} read, {answer.output} written, {answer.cost_usd:.4f} USD"
            yield pair("", told, "dim")


def _block(role: str, block: dict[str, Any]) -> Iterator[Text]:
    match block:
        case {"type": "text", "text": text}:
            yield from _said(role, str(text))
        case {"type": "tool_use", "name": name, "input": given}:
            yield from _said(f"{role} uses {name}", json.dumps(given, indent=1))
        case {"type": "tool_result", "content": content}:
            failed = " (failed)" if block.get("is_error") else ""
            yield from _said(f"result{failed}", str(content))
        case _:
            yield from _said(role, json.dumps(block))


def _said(who: str, text: str) -> Iterator[Text]:
    yield Text(f"--- {one_line(who)}", style="cyan")
    yield Text(clean(text).rstrip(), no_wrap=True)


class GateAgainSchema(Schema):
    name: str
    then: str | None
    now: str | None
    detail: str


class AgainSchema(Schema):
    """`errwatch fixes replay|verify --format json`."""

    name: Literal["errwatch.again/1"] = Field(
        default="errwatch.again/1", validation_alias="schema", serialization_alias="schema"
    )
    fix: str
    same_edits: bool
    holds: bool
    then: str | None
    """Evidence."""
    now: str | None
    reason: str | None
    notes: list[str]
    gates: list[GateAgainSchema]

    @classmethod
    def of(cls, again: Again) -> AgainSchema:
        then, now = again.then, again.now
        before = {gate.name: gate for gate in then.gates}
        after = {gate.name: gate for gate in again.gates}
        return cls(
            fix=then.id,
            same_edits=again.same_edits,
            holds=again.holds,
            then=then.evidence and then.evidence.value,
            now=now.evidence and now.evidence.value,
            reason=now.reason,
            notes=list(again.notes),
            gates=[
                GateAgainSchema(
                    name=name,
                    then=before[name].status.value if name in before else None,
                    now=after[name].status.value if name in after else None,
                    detail=(after.get(name) or before[name]).detail,
                )
                for name in {**before, **after}
            ],
        )
