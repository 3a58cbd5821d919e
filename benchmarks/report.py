"""How long `errwatch report` takes: `python -m benchmarks.report [ISSUES] [EVENTS] [DAYS]`.

Ten thousand issues and ten million events: few issues have most of them, and every issue has some
on every day, which is the worst there is for the number of rows. The state is written through its
own schema at once, as the housekeeper would leave it: five minutes for a week, hours before.
"""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from errwatch.model.classification import Classification
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.fix import Evidence, Fix, FixStatus, Trial
from errwatch.model.issue import Status
from errwatch.model.levels import Level, Severity
from errwatch.model.packed import DAY, HOUR, packed
from errwatch.model.partial import BUCKET_SECONDS
from errwatch.store.codec import dump, stamp
from errwatch.store.sqlite import SqliteStore

FINE_DAYS = 7
VARIANTS = 40
"""Ways in which the events of a day lie, for each number of them."""
SAMPLES = 5
CATEGORIES = (
    "internal_error", "database_error", "timeout_error", "provider_error", "validation_error",
    "rate_limit_error", "auth_error", "cache_error", "external_service_error", "resource_error",
)  # fmt: skip
LANGUAGES = ("python", "javascript", "go", "java", None)
FRAMES = tuple(Frame(f"/srv/shop/module_{n}/views.py", 100 + n, f"handle_{n}") for n in range(15))
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Size:
    issues: int = 10_000
    events: int = 10_000_000
    days: int = 30


def main(size: Size) -> None:
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        build(path, size)
        print(f"{size.issues:,} issues, {size.events:,} events, {path.stat().st_size / 1e6:.0f} MB")
        for wanted in ((), ("--since", "24h"), ("--since", "7d"), ("--service", "app3")):
            measure(path, "terminal", *wanted)
        for format in ("markdown", "json", "html"):
            measure(path, format)


def measure(path: Path, format: str, *options: str) -> None:
    environment = {**os.environ, "ERRWATCH_STATE": str(path)}
    command = [sys.executable, "-m", "errwatch", "report", "--format", format, *options]
    walls, before = [], _cpu()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        walls.append(time.perf_counter() - begun)
    cpu = (_cpu() - before) / ROUNDS
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    words = " ".join((format, *options))
    print(f"{words:<24} best {min(walls):.2f} s, {cpu:.2f} s of CPU, {len(done.stdout):,} B")
    print(f"{'':<24} {peak} MiB at most so far")


def _cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def build(path: Path, size: Size, now: datetime | None = None) -> None:
    """A state as a watcher would have left it by now."""
    SqliteStore(path).close()
    today = int((now or datetime.now(UTC)).timestamp()) // DAY
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for number, count in enumerate(shares(size)):
            _insert(connection, number, count, today, size.days)


def shares(size: Size) -> Iterator[int]:
    """Events of each issue: a long tail, and at least one a day."""
    weights = [1 / (rank + 10) for rank in range(size.issues)]
    left = size.events - size.issues * size.days
    scale = left / sum(weights)
    counts = [size.days + int(weight * scale) for weight in weights]
    counts[0] += size.events - sum(counts)
    yield from counts


def _insert(connection: sqlite3.Connection, number: int, count: int, today: int, days: int) -> None:
    fingerprint = f"v1:{random.getrandbits(128):032x}"
    first = datetime.fromtimestamp((today - days + 1) * DAY, UTC)
    last = datetime.fromtimestamp(today * DAY, UTC)
    status = random.choice(list(Status))
    connection.execute(
        """INSERT INTO issues (fingerprint, id, status, count, crashes, first_seen, last_seen)
        VALUES (?, ?, ?, ?, 0, ?, ?)""",
        (fingerprint, f"EW-{fingerprint[3:11]}", status.value, count, stamp(first), stamp(last)),
    )
    _insert_samples(connection, fingerprint, number, first)
    _insert_verdict(connection, fingerprint)
    _insert_trail(connection, fingerprint, first, last)
    _insert_buckets(connection, fingerprint, count, today, days)
    if number % 10 == 0:
        _insert_fix(connection, fingerprint, number, last)


def _insert_samples(
    connection: sqlite3.Connection, fingerprint: str, number: int, first: datetime
) -> None:
    template = _sample(number % 8, number % len(LANGUAGES))
    body = template.replace("@", f"{number}").replace("2026-01-01T00:00:00Z", first.isoformat())
    connection.executemany(
        "INSERT INTO samples (fingerprint, slot, body) VALUES (?, ?, ?)",
        [(fingerprint, slot, body) for slot in range(SAMPLES)],
    )


@cache
def _sample(source: int, language: int) -> str:
    """An event with a trace of fifteen frames, as it is stored."""
    message = "order @ of customer 12 failed"
    lines = [f'  File "{f.file}", line {f.line}, in {f.function}\n    run(order)' for f in FRAMES]
    text = "\n".join(["Traceback (most recent call last):", *lines, f"OrderError: {message}"])
    event = Event(
        f"/var/log/app{source}.log", 1, 0, len(text), Level.ERROR, message, text,
        datetime(2026, 1, 1, tzinfo=UTC), language=LANGUAGES[language],
        exceptions=(ExceptionInfo("shop.OrderError", message, FRAMES),), culprit=FRAMES[-1],
    )  # fmt: skip
    return dump(event)


def _insert_verdict(connection: sqlite3.Connection, fingerprint: str) -> None:
    category, severity = random.choice(CATEGORIES), random.choice(list(Severity))
    verdict = Classification(category, severity, "a-rule", "why", fixable=True)
    connection.execute(
        "INSERT INTO classifications VALUES (?, ?, ?, ?, ?)",
        (fingerprint, category, severity.value, "a-rule", dump(verdict)),
    )


def _insert_trail(
    connection: sqlite3.Connection, fingerprint: str, first: datetime, last: datetime
) -> None:
    rows = [(first, "found", "{}"), (first, "classified", "{}")]
    rows += [(last, "status", '{"from": "ongoing", "to": "resolved"}')]
    connection.executemany(
        "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, 'watch', ?, ?, ?)",
        [(stamp(at), action, fingerprint, detail) for at, action, detail in rows],
    )


def _insert_buckets(
    connection: sqlite3.Connection, fingerprint: str, count: int, today: int, days: int
) -> None:
    daily, extra = divmod(count, days)
    for back in range(days):
        width = BUCKET_SECONDS if back < FINE_DAYS else HOUR
        events = daily + (extra if back == 0 else 0)
        counts = _day(events, width, random.randrange(VARIANTS))
        connection.execute(
            "INSERT INTO buckets (fingerprint, day, width, counts, events) VALUES (?, ?, ?, ?, ?)",
            (fingerprint, today - back, width, counts, events),
        )


@cache
def _day(events: int, width: int, _variant: int) -> str:
    places = Counter(random.choices(range(DAY // width), k=events))
    return packed({place * width: number for place, number in places.items()}, 0, width)


def _insert_fix(
    connection: sqlite3.Connection, fingerprint: str, number: int, at: datetime
) -> None:
    status = random.choice(list(FixStatus))
    proven = status is FixStatus.PROVEN
    engine = random.choice(("recipes", "claude"))
    fix = Fix(
        "", fingerprint, status, at - timedelta(hours=1), Evidence.E2 if proven else None, engine,
        "claude-haiku" if engine == "claude" else None, 0.1, diff="+x\n" * 200,
        trials=(Trial(engine, "r", "chosen" if proven else "rejected", "", "+x\n" * 200),),
    )  # fmt: skip
    connection.execute(
        """INSERT INTO fixes (number, fingerprint, status, evidence, created_at, body)
        VALUES (?, ?, ?, ?, ?, ?)""",
        (number + 1, fingerprint, status.value, None, stamp(fix.created_at), dump(fix)),
    )


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(Size(*given))
