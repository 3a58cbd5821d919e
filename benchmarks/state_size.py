"""How large the state becomes: `python -m benchmarks.state_size [EVENTS] [ISSUES] [DAYS]`.

Ten million events of a thousand issues, evenly over a month, which is the worst there is: nearly
every issue has an event in every five minutes. They go through the real store, an hour at a time,
each with samples of a trace, and the housekeeper comes as often as in a watcher.
"""

from __future__ import annotations

import random
import resource
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from errwatch.daemon.housekeeper import Housekeeper
from errwatch.model.alert import Heard
from errwatch.model.change import Counted
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.levels import Level
from errwatch.model.partial import BUCKET_SECONDS, Partial, Tally, bounded
from errwatch.store.sqlite import SqliteStore
from errwatch.wiring import Wiring

BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCES = 8
FRAMES = tuple(Frame(f"/srv/shop/module_{n}/views.py", 100 + n, f"handle_{n}") for n in range(15))


def main(events: int, issues: int, days: int) -> None:
    random.seed(1)
    hours = days * 24
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        with SqliteStore(path) as store:
            now = BEGIN
            housekeeper = Housekeeper(
                store,
                Wiring.here().watching.keeping(),
                vanished=lambda _positions: [],
                tell=print,
                clock=lambda: (now - BEGIN).total_seconds(),
                now=lambda: now,
            )
            for _ in range(hours):
                store.commit(
                    Counted(hour(now, events // hours, issues)), *heard(now), actor="watch"
                )
                now += HOUR
                housekeeper.tend()
            counted = sum(issue.count for issue in store.issues())
        report(path, counted)


def hour(begin: datetime, events: int, issues: int) -> Partial:
    """All that happens within an hour, at random."""
    seconds: dict[int, list[float]] = {}
    for _ in range(events):
        seconds.setdefault(random.randrange(issues), []).append(random.random() * 3600)
    return Partial(
        {key(number): tally(number, begin, sorted(when)) for number, when in seconds.items()}
    )


def key(number: int) -> str:
    return f"v1:{number * 2654435761 % 2**32:08x}{number:024x}"


def tally(number: int, begin: datetime, when: list[float]) -> Tally:
    moments = [begin + timedelta(seconds=second) for second in when]
    starts = (int(moment.timestamp()) for moment in moments)
    return Tally(
        key(number),
        count=len(moments),
        first_seen=moments[0],
        last_seen=moments[-1],
        buckets=dict(Counter(start - start % BUCKET_SECONDS for start in starts)),
        samples=bounded(event(number, moment) for moment in moments),
        template=f"order * of customer * failed in step {number}",
    )


def event(number: int, moment: datetime) -> Event:
    """A trace of fifteen frames, about two kilobytes as text."""
    start = int(moment.timestamp() * 1000)
    message = f"order {start} of customer {start % 977} failed in step {number}"
    lines = [f'  File "{f.file}", line {f.line}, in {f.function}\n    run(order)' for f in FRAMES]
    text = "\n".join(
        ["Traceback (most recent call last):", *lines, f"shop.errors.OrderError: {message}"]
    )
    return Event(
        f"app{number % SOURCES}.log",
        start,
        start,
        start + len(text),
        Level.ERROR,
        message,
        text,
        moment,
        exceptions=(ExceptionInfo("shop.errors.OrderError", message, FRAMES),),
        culprit=FRAMES[-1],
    )


def heard(begin: datetime) -> Iterator[Counted]:
    for place in range(SOURCES):
        for step in range(0, 3600, BUCKET_SECONDS):
            start = int(begin.timestamp()) + step
            yield Counted(Partial(), heard=Heard(f"app{place}.log", start, 1000, 10))


def report(path: Path, counted: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        for table in ("issues", "samples", "buckets", "templates", "heard", "audit"):
            (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            print(f"{table:<16} {rows:>9,} rows")
    spent = resource.getrusage(resource.RUSAGE_SELF)
    size, unused = path.stat().st_size / 1e6, free * page / 1e6
    print(f"{counted:,} events; {size:.1f} MB, {unused:.1f} of them free")
    print(f"{spent.ru_utime + spent.ru_stime:.0f} s of CPU, {spent.ru_maxrss >> 10} MiB at most")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *(10_000_000, 1000, 30)[len(given) :])
