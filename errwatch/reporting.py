"""How things stand: state -> report. The state is only read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from errwatch.analyze.relations import together
from errwatch.insight.report import report as add_up
from errwatch.interfaces import StateReader
from errwatch.model.issue import Issue
from errwatch.model.period import Period
from errwatch.model.report import Report, Together

COMPARED = 12
"""Issues, the worst ones, that are compared with each other."""


def report(
    state: StateReader, period: Period, *, service: str | None, service_of: Callable[[str], str]
) -> Report:
    """Of one service, or of all."""

    def tell(names: Sequence[str]) -> tuple[list[Issue], tuple[Together, ...]]:
        found = state.issues_of(names)
        issues = [found[name] for name in names]
        return issues, together(issues[:COMPARED])

    ledger = state.ledger(period, all_sources=service is not None)
    return add_up(ledger, period, service=service, service_of=service_of, tell=tell)
