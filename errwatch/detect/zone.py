"""Times that were written without a zone, where it is known which one is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from errwatch.model.event import Event
from errwatch.parsers.times import is_floating

LOCAL, AS_UTC = "local", "UTC"
"""The zone of this machine; and the one that is meant where nobody says another."""


def placed(events: Sequence[Event], zone: str) -> list[Event]:
    """`zone` is `local`, or a name of the time zone database."""
    if zone == AS_UTC:
        return list(events)
    return [
        replace(one, time=_in(one.time, zone)) if one.time and is_floating(one.time) else one
        for one in events
    ]


def _in(time: datetime, zone: str) -> datetime:
    """An hour that a zone has twice is the first of the two."""
    wall = time.replace(tzinfo=None if zone == LOCAL else ZoneInfo(zone))
    try:
        return wall.astimezone(UTC)
    except (ValueError, OverflowError):
        return time
