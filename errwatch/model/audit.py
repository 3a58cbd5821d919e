"""What was done, by whom: one row a change of the state, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    at: datetime
    actor: str
    """The command, or the rule or engine, that did it."""
    action: str
    """`found`, `status`, `classified`, `analysed` or `fixed`."""
    subject: str
    """An issue's fingerprint or a fix's id."""
    detail: str
    """A JSON object; its keys depend on `action`."""
