"""A ledger, narrowed to a service and opened at a period."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from errwatch.insight.flow import Flow, flow
from errwatch.insight.shares import severity_of
from errwatch.model.issue import Status
from errwatch.model.ledger import Ledger, Line, Move, Sums, Try
from errwatch.model.period import Period

ServiceOf = Callable[[str], str]
"""Name of a source -> service."""


@dataclass(frozen=True, slots=True)
class Books:
    ledger: Ledger
    period: Period
    end: datetime
    """Where charts end."""
    heeded: Sequence[Line]
    """All of the service, but for ignored ones."""
    ignored: Sequence[Line]
    severities: Mapping[str, str]
    """Fingerprint -> severity, of those that are heeded."""
    flow: Flow
    before: Flow | None
    events: Sums
    """In the period; of everything, those without a time too."""

    @property
    def seen(self) -> list[Line]:
        """Those of the period: open ones first, then most severe, then most frequent."""
        found = (line for line in self.heeded if self.is_seen(line, self.events))
        return sorted(found, key=self._rank)

    @property
    def by_name(self) -> dict[str, Line]:
        return {line.fingerprint: line for line in (*self.heeded, *self.ignored)}

    def tries(self) -> list[Try]:
        """Fixes that were made in the period, the newest first."""
        known = self.by_name
        return [
            one
            for one in self.ledger.tries
            if one.issue in known and self.period.holds(one.created_at)
        ]

    def moves(self, period: Period) -> list[Move]:
        return [
            one
            for one in self.ledger.moves
            if one.issue in self.severities and period.holds(one.at)
        ]

    def is_seen(self, line: Line, events: Sums) -> bool:
        if self.period.whole or events.get(line.fingerprint, 0):
            return True
        times = (line.first_seen, line.last_seen)
        return any(time is not None and self.period.holds(time) for time in times)

    def _rank(self, line: Line) -> tuple[bool, int, int, str]:
        severity = line.severity.rank if line.severity else -1
        events = self.events.get(line.fingerprint, 0)
        return (not line.open, -severity, -events, line.fingerprint)


def open_books(ledger: Ledger, period: Period, service: str | None, service_of: ServiceOf) -> Books:
    """`service`: of which the issues count that were seen in it; None: all."""
    lines = [
        line for line in ledger.lines if service is None or service in map(service_of, line.sources)
    ]
    heeded = [line for line in lines if line.status is not Status.IGNORED]
    severities = {line.fingerprint: severity_of(line) for line in heeded}
    now = flow(ledger, period, severities)
    return Books(
        ledger=ledger,
        period=period,
        end=period.end(max((one.last_seen for one in heeded if one.last_seen), default=None)),
        heeded=heeded,
        ignored=[line for line in lines if line.status is Status.IGNORED],
        severities=severities,
        flow=now,
        before=flow(ledger, period.before, severities) if period.before else None,
        events=sums(heeded, now, period),
    )


def sums(lines: Sequence[Line], found: Flow, period: Period) -> Sums:
    """Events of the lines; those without a time, and those long dropped, are in a sum of all."""
    return {line.fingerprint: line.count for line in lines} if period.whole else found.events
