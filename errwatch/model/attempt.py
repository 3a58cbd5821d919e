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
