"""Fixes and the gates that each went through."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from errwatch.errors import UnknownReference
from errwatch.model.fix import Fix, GateResult, GateStatus
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import clean, dump, load, stamp
from errwatch.store.issues import status_of
from errwatch.store.merges import issue_of


def fixes(connection: sqlite3.Connection, fingerprint: str | None = None) -> list[Fix]:
    """All of them, or those of one issue, newest first."""
    rows = connection.execute("SELECT number, body FROM fixes ORDER BY number DESC").fetchall()
    found = (_fix(connection, number, body) for number, body in rows)
    return [fix for fix in found if fingerprint in (None, fix.issue)]


def _fix(connection: sqlite3.Connection, number: int, body: str) -> Fix:
    rows = connection.execute(
        "SELECT name, status, detail FROM gates WHERE fix = ? ORDER BY slot", (number,)
    ).fetchall()
    gates = tuple(GateResult(name, GateStatus(status), said) for name, status, said in rows)
    fix = load(Fix, body)
    return replace(fix, issue=issue_of(connection, fix.issue), gates=gates)


def store_fix(commit: Commit, fix: Fix) -> Fix:
    """A fix without an id is given the next one; the fix is returned as it is stored."""
    status_of(commit.connection, fix.issue)
    number = _known(commit.connection, fix.id) if fix.id else _next(commit.connection)
    fix = replace(fix, id=f"FX-{number}")
    evidence = fix.evidence.value if fix.evidence else None
    commit.connection.execute(
        """INSERT INTO fixes (number, fingerprint, status, evidence, created_at, body)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (number) DO UPDATE SET fingerprint = excluded.fingerprint,
            status = excluded.status, evidence = excluded.evidence,
            created_at = excluded.created_at, body = excluded.body""",
        (
            number,
            fix.issue,
            fix.status.value,
            evidence,
            stamp(fix.created_at),
            dump(replace(fix, gates=())),
        ),
    )
    _store_gates(commit.connection, number, fix.gates)
    facts = detail(
        issue=fix.issue,
        status=fix.status.value,
        evidence=evidence,
        engine=fix.engine,
        cost_usd=fix.cost_usd,
        reason=fix.reason,
        outcome=fix.outcome,
    )
    commit.audit("fixed", fix.id, facts)
    return fix


def _store_gates(
    connection: sqlite3.Connection, number: int, gates: tuple[GateResult, ...]
) -> None:
    connection.execute("DELETE FROM gates WHERE fix = ?", (number,))
    connection.executemany(
        "INSERT INTO gates (fix, slot, name, status, detail) VALUES (?, ?, ?, ?, ?)",
        [
            (number, slot, clean(gate.name), gate.status.value, clean(gate.detail))
            for slot, gate in enumerate(gates)
        ],
    )


def _next(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM fixes").fetchone()
    return int(row[0])


def _known(connection: sqlite3.Connection, name: str) -> int:
    digits = name.removeprefix("FX-")
    number = int(digits) if digits.isdecimal() and len(digits) < 19 else 0
    if not connection.execute("SELECT 1 FROM fixes WHERE number = ?", (number,)).fetchone():
        message = f"there is no fix {name!r}; `errwatch fixes list` shows all"
        raise UnknownReference(message)
    return number
