"""The audit trail, and the commit that each of its rows belongs to."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from errwatch.model.audit import AuditEntry
from errwatch.store.codec import clean, moment, stamp


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: who writes, when, and through what."""

    connection: sqlite3.Connection
    actor: str
    at: datetime
    repository: str | None = None
    counted: set[str] = field(default_factory=set)
    """Issues that got events in this commit already: their status moves once."""
    parts: dict[str, int] = field(default_factory=dict)
    """Issue -> how many of its fingerprints have statistics of their own."""

    def audit(self, action: str, subject: str, detail: str) -> None:
        self.connection.execute(
            "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
            (stamp(self.at), self.actor, action, subject, clean(detail)),
        )


def detail(**facts: str | float | None) -> str:
    return json.dumps(facts, ensure_ascii=False)


def audit(connection: sqlite3.Connection) -> list[AuditEntry]:
    rows = connection.execute(
        "SELECT at, actor, action, subject, detail FROM audit ORDER BY number"
    ).fetchall()
    return [AuditEntry(moment(at), *rest) for at, *rest in rows]
