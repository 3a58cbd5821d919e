"""How things stand: what `errwatch report` says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from errwatch.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Standing:
    """Issues seen since `since` (all where it is None), and what became of them."""

    since: datetime | None
    issues: tuple[Issue, ...]
    """Open ones first, then most severe, then most frequent."""
    events: int
    """Those since `since`, to its bucket."""
    untimed: int
    """Issues left out because no event of theirs has a time; 0 where `since` is None."""
    statuses: dict[str, int]
    severities: dict[str, int]
    categories: dict[str, int]
    hourly: tuple[tuple[datetime, int], ...]
    """Events in each of the 24 hours that end with the last event; empty without times."""
    fixes: dict[str, int]
    """Status of a fix -> number of issues whose newest fix has it."""
    unfixed: tuple[Issue, ...]
    """Open, fixable, and without a proven fix; errors of the application's own logic first."""
