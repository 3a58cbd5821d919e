"""The schema, as the ordered steps that made it. A released step is never edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from errwatch.store import tables
from errwatch.store.steps.m011_pull_requests import m011_pull_requests
from errwatch.store.steps.m012_marks import m012_marks
from errwatch.store.steps.m013_sums import m013_sums
from errwatch.store.transaction import transaction

APPLICATION_ID = int.from_bytes(b"errw", "big")

Migration = Callable[[sqlite3.Connection], None]


def m001_initial(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in (
        *tables.ISSUES,
        *tables.FILES,
        *tables.VERDICTS,
        *tables.FIXES,
        *tables.AUDIT,
    ):
        connection.execute(statement)


def m002_near_duplicates(connection: sqlite3.Connection) -> None:
    for statement in tables.NEAR_DUPLICATES:
        connection.execute(statement)


def m003_corrected_grouping(connection: sqlite3.Connection) -> None:
    for statement in tables.CORRECTED_GROUPING:
        connection.execute(statement)


def m004_attempts(connection: sqlite3.Connection) -> None:
    for statement in tables.ATTEMPTS:
        connection.execute(statement)


def m005_alerts(connection: sqlite3.Connection) -> None:
    for statement in tables.ALERTS:
        connection.execute(statement)


def m006_entries(connection: sqlite3.Connection) -> None:
    for statement in tables.ENTRIES:
        connection.execute(statement)


def m007_bounded(connection: sqlite3.Connection) -> None:
    for statement in tables.BOUNDED:
        connection.execute(statement)


def m008_generations(connection: sqlite3.Connection) -> None:
    for statement in tables.GENERATIONS:
        connection.execute(statement)


def m009_spending(connection: sqlite3.Connection) -> None:
    for statement in tables.SPENDING:
        connection.execute(statement)


def m010_holding(connection: sqlite3.Connection) -> None:
    for statement in tables.HOLDING:
        connection.execute(statement)


MIGRATIONS: Sequence[Migration] = (
    m001_initial,
    m002_near_duplicates,
    m003_corrected_grouping,
    m004_attempts,
    m005_alerts,
    m006_entries,
    m007_bounded,
    m008_generations,
    m009_spending,
    m010_holding,
    m011_pull_requests,
    m012_marks,
    m013_sums,
)


def migrate(connection: sqlite3.Connection, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply what the file has not seen, each step with its number in one transaction."""
    for number, step in enumerate(steps, 1):
        if _seen(connection) >= number:
            continue
        with transaction(connection):
            if _seen(connection) < number:  # nobody else did it while we waited
                step(connection)
                connection.execute(f"PRAGMA user_version = {number}")


def _seen(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
