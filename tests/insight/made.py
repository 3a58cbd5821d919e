"""States made for tests of the report, through the real store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from errwatch.insight.service import service_of
from errwatch.model.change import Change, Counted
from errwatch.model.event import Event
from errwatch.model.levels import Level
from errwatch.model.partial import Partial
from errwatch.model.period import Period
from errwatch.model.report import Report
from errwatch.reporting import report
from errwatch.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def key(number: int) -> str:
    return f"v1:{number:08x}{number:024x}"


def id_of(number: int) -> str:
    return f"EW-{number:08x}"


def events(
    number: int, *hours: float, timeless: int = 0, source: str = "app.log", message: str = "boom"
) -> Counted:
    """One event at each of these hours before noon, and some without a time."""
    times: list[datetime | None] = [NOON - back * HOUR for back in hours]
    times += [None] * timeless
    return Counted(
        Partial.of(
            (key(number), Event(source, 1, place, place + 1, Level.ERROR, message, message, time))
            for place, time in enumerate(times)
        )
    )


def reported(
    folder: Path,
    *commits: Iterable[Change],
    since: datetime | None = None,
    until: datetime | None = None,
    service: str | None = None,
    now: datetime = NOON + HOUR,
) -> Report:
    """The report on a state that these commits made."""
    with SqliteStore(folder / "state.db") as store:
        for changes in commits:
            store.commit(*changes, actor="scan")
        period = Period(since, until, now)
        return report(store, period, service=service, service_of=service_of)
