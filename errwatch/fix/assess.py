"""Candidates go through the gates, one after the other; the first gate that fails rejects."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from errwatch.fix.diff import diff_of
from errwatch.fix.evidence import caveat_of, evidence_of, rejection_of, status_of
from errwatch.interfaces import FixEngine, Problem
from errwatch.model.fix import (
    Candidate,
    Declined,
    Evidence,
    FixStatus,
    GateResult,
    GateStatus,
    Trial,
)

Gate = Callable[[Candidate], GateResult]
Ask = Callable[[str], bool]
Tell = Callable[[str], None]
Hide = Callable[[str], str]
"""Takes out of a text what nobody is to read."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A candidate and what the gates said of it."""

    candidate: Candidate
    diff: str
    gates: tuple[GateResult, ...] = ()
    refused: str | None = None
    """Why it was not tried at all."""

    @property
    def evidence(self) -> Evidence | None:
        """None where it did not stand."""
        return None if self.refused else evidence_of(self.gates)

    @property
    def proven(self) -> bool:
        return self.evidence is not None and status_of(self.evidence) is FixStatus.PROVEN

    @property
    def verdict(self) -> str:
        rejection = self.refused or rejection_of(self.gates)
        return rejection or caveat_of(self.gates) or "every gate passed"


Answer = Assessed | Declined


def assess(
    problem: Problem,
    engines: Sequence[FixEngine],
    gates: Sequence[Gate],
    ask: Ask,
    tell: Tell,
    hide: Hide,
) -> Generator[Answer]:
    """What each engine proposes, assessed as it is asked for: stop, and no more is tried.

    What engines and gates say passes through `hide` before anything but a gate hears of it.
    """
    seen = set(problem.rejected)
    verdicts = [""]
    for engine in engines:
        if not ask(f"Look for a change with the engine {engine.name}?"):
            yield Declined(engine.name, "not wanted")
            continue
        for said in engine.propose(problem, lambda: verdicts[-1]):
            if isinstance(said, Declined):
                declined = _without(said, hide)
                tell(f"{declined.who}: {declined.reason}")
                yield declined
            else:
                proposal = replace(said, title=hide(said.title), rationale=hide(said.rationale))
                diff = diff_of(proposal.edits)
                tell(f"{engine.name} proposes: {proposal.title}")
                refused = _refusal(diff, seen) or _veto(proposal, ask)
                seen.add(diff)
                results = () if refused else _pass_through(gates, said, tell, hide)
                assessed = Assessed(proposal, diff, tuple(results), refused)
                verdicts.append(assessed.verdict)
                yield assessed


def _refusal(diff: str, seen: set[str]) -> str | None:
    if not diff:
        return "it changes nothing"
    return "the same change did not stand before" if diff in seen else None


def _veto(candidate: Candidate, ask: Ask) -> str | None:
    return None if ask(f"Try this change: {candidate.title}?") else "not wanted"


def _without(said: Declined, hide: Hide) -> Declined:
    return replace(said, reason=hide(said.reason), examined=tuple(map(hide, said.examined)))


def _pass_through(
    gates: Sequence[Gate], candidate: Candidate, tell: Tell, hide: Hide
) -> Iterator[GateResult]:
    for gate in gates:
        result = gate(candidate)
        result = replace(result, detail=hide(result.detail))
        tell(f"{result.name}: {result.status.value}, {result.detail}")
        yield result
        if result.status is GateStatus.FAILED:
            return


def best_of(answers: Sequence[Answer]) -> Assessed | None:
    """The one with the strongest evidence, the first of equals; None where none stood."""
    standing = [one for one in answers if isinstance(one, Assessed) and one.evidence]
    return max(standing, key=_strength, default=None)


def _strength(one: Assessed) -> str:
    return one.evidence.value if one.evidence else ""


def trials_of(answers: Sequence[Answer], chosen: Assessed | None) -> tuple[Trial, ...]:
    """The record of all that was tried."""
    return tuple(_trial(answer, chosen) for answer in answers)


def _trial(answer: Answer, chosen: Assessed | None) -> Trial:
    if isinstance(answer, Declined):
        told = f"{answer.model}: {_told(answer)}" if answer.model else _told(answer)
        return Trial(answer.engine, "", "declined", told, "")
    one = answer.candidate
    status = "chosen" if answer is chosen else "rejected"
    return Trial(one.engine, one.recipe, status, answer.verdict, answer.diff, answer.gates)


def why_none(answers: Sequence[Answer]) -> str:
    """Why no candidate stood, and what was examined."""
    told = [
        f"{answer.who}: {_told(answer)}"
        if isinstance(answer, Declined)
        else f"{answer.candidate.engine}: {answer.candidate.title}: {answer.verdict}"
        for answer in answers
    ]
    return "; ".join(told) or "no engine had anything to say"


def _told(declined: Declined) -> str:
    examined = ", ".join(declined.examined[:5])
    return f"{declined.reason} (examined {examined})" if examined else declined.reason
