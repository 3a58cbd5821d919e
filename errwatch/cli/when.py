"""Times on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import typer

from errwatch.errors import UsageError
from errwatch.triage.window import Window

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str) -> datetime:
    """`90m`, `24h`, `7d`, `2w` ago, or an ISO 8601 time (UTC where it names no zone)."""
    if text[:-1].isdecimal() and text[-1:] in UNITS:
        try:
            return datetime.now(UTC) - timedelta(**{UNITS[text[-1]]: int(text[:-1])})
        except OverflowError as error:
            msg = f"{text}: longer ago than there are dates"
            raise typer.BadParameter(msg) from error
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text}: not a time; write 24h, 7d or 2026-11-20T10:00:00Z"
        raise typer.BadParameter(msg) from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def window(since: datetime | None, until: datetime | None) -> Window:
    """Raises UsageError where nothing can lie between."""
    if since is not None and until is not None and until <= since:
        msg = f"--until {until:%Y-%m-%d %H:%M} is not after --since {since:%Y-%m-%d %H:%M} (UTC)"
        raise UsageError(msg)
    return Window(since, until)
