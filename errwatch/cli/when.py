"""Times on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import typer

from errwatch.errors import UsageError
from errwatch.triage.window import Window

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str) -> datetime:
    """`90m`, `24h`, `7d`, `2w` ago, or an ISO 8601 time (UTC where it names no zone)."""
    if _is_length(text):
        try:
            return datetime.now(UTC) - _length(text)
        except OverflowError as error:
            msg = f"{text}: longer ago than there are dates"
            raise typer.BadParameter(msg) from error
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text}: not a time; write 24h, 7d or 2026-11-20T10:00:00Z"
        raise typer.BadParameter(msg) from error
    return _in_utc(text, time if time.tzinfo else time.replace(tzinfo=UTC))


def _in_utc(text: str, time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        msg = f"{text}: beyond the years that there are in UTC"
        raise typer.BadParameter(msg) from error


def duration(text: str) -> timedelta:
    """`90m`, `24h`, `7d`, `2w`: at least a minute, at most ten years."""
    if not _is_length(text):
        msg = f"{text}: not a length of time; write 90m, 24h or 7d"
        raise typer.BadParameter(msg)
    try:
        length = _length(text)
    except OverflowError:
        length = timedelta.max
    if not timedelta(0) < length <= timedelta(days=3653):
        msg = f"{text}: between a minute and ten years, please"
        raise typer.BadParameter(msg)
    return length


def _is_length(text: str) -> bool:
    return text[:-1].isdecimal() and text[-1:] in UNITS


def _length(text: str) -> timedelta:
    return timedelta(**{UNITS[text[-1]]: int(text[:-1])})


def window(since: datetime | None, until: datetime | None) -> Window:
    """Raises UsageError where nothing can lie between."""
    if since is not None and until is not None and until <= since:
        msg = f"--until {until:%Y-%m-%d %H:%M} is not after --since {since:%Y-%m-%d %H:%M} (UTC)"
        raise UsageError(msg)
    return Window(since, until)
