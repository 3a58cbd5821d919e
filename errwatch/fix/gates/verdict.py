"""From what a gate found to what it says."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.model.fix import GateResult, GateStatus

SHOWN = 5


def verdict(name: str, wrong: Sequence[str], checked: str) -> GateResult:
    """Failed with the first things that are wrong, or passed with what was checked."""
    if not wrong:
        return GateResult(name, GateStatus.PASSED, checked)
    more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
    return GateResult(name, GateStatus.FAILED, "; ".join([*wrong[:SHOWN], *more]))


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
