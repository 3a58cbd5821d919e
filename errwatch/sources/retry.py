"""How long a server asks us to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 3600.0
"""Seconds; one that says a year is asked again all the same."""


def retry_after(header: str, now: datetime) -> float | None:
    """Of `Retry-After`: seconds or a date; None where it makes no sense."""
    try:
        seconds = float(header) if header[:1].isdecimal() else _until(header, now)
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST)


def _until(date: str, now: datetime) -> float:
    moment = parsedate_to_datetime(date)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
