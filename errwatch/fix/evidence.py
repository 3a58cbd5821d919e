"""What the executed gates show: the ladder E0 to E2, and why it ends where it ends."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.fix import regression, reproduction
from errwatch.model.fix import Evidence, FixStatus, GateResult, GateStatus


def evidence_of(gates: Sequence[GateResult]) -> Evidence | None:
    """None where a gate failed."""
    if rejection_of(gates) is not None:
        return None
    passed = {gate.name for gate in gates if gate.status is GateStatus.PASSED}
    if reproduction.NAME in passed:
        return Evidence.E2
    return Evidence.E1 if regression.NAME in passed else Evidence.E0


def rejection_of(gates: Sequence[GateResult]) -> str | None:
    """The first gate that failed, and its detail."""
    failed = (gate for gate in gates if gate.status is GateStatus.FAILED)
    return next((f"{gate.name}: {gate.detail}" for gate in failed), None)


def status_of(evidence: Evidence) -> FixStatus:
    proven = evidence in (Evidence.E2, Evidence.E3)
    return FixStatus.PROVEN if proven else FixStatus.UNPROVEN


def caveat_of(gates: Sequence[GateResult]) -> str | None:
    """What a reader must know of a fix that stood, or None."""
    skipped = {gate.name: gate.detail for gate in gates if gate.status is GateStatus.SKIPPED}
    told = ", ".join(f"{name}: {detail}" for name, detail in skipped.items())
    if reproduction.NAME in skipped:
        return f"a draft at most ({told})"
    if regression.NAME in skipped:
        return f"proven by its reproduction only ({told})"
    return f"not checked: {told}" if skipped else None
