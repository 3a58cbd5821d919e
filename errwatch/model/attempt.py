"""One time that the watcher had an issue fixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    issue: str
    """Its fingerprint."""
    started_at: datetime
    outcome: str | None = None
    """The status of the fix, or `timed out` or `interrupted`; `storm` where none was made; None
    while it runs."""
    cost_usd: float = 0.0
    """What it has cost; while it runs, and where nobody knows, what it may have."""
    pull_requests: int = 0
    """Likewise, how many it has opened."""
