"""Room in the state file that nothing uses any more, given back to the disk."""

from __future__ import annotations

import sqlite3

SPARE = 8 * 1024 * 1024
"""Bytes that may be free in the file: the next events need them."""
AT_ONCE = 8 * 1024 * 1024
"""Bytes that are given back in one go, so that nobody waits for long."""
SMALL = 64 * 1024 * 1024
"""Bytes of a state that can be written anew as a whole without anybody waiting for long."""

_INCREMENTAL = 2


def give_back(connection: sqlite3.Connection) -> None:
    """What is free beyond `SPARE`, a part of it; nothing while another process is at the file.

    States of before could not shrink step by step; those that are small are made to.
    """
    page = _pragma(connection, "page_size")
    free = _pragma(connection, "freelist_count") * page - SPARE
    if free <= 0:
        return
    patience = _pragma(connection, "busy_timeout")
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        if _pragma(connection, "auto_vacuum") == _INCREMENTAL:
            pages = min(free, AT_ONCE) // page
            # `execute` would stop after the first page.
            connection.executescript(f"PRAGMA incremental_vacuum({pages})")
        elif _pragma(connection, "page_count") * page <= SMALL:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
