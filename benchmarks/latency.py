"""How long from a line that is written to its error being counted in the state.

python -m benchmarks.latency --rate 1000 --seconds 30
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path

from tests.faults.watched import Watched, until
from tests.faults.writer import ERROR, QUIET

TICK = 0.01
"""Seconds between two blocks of lines."""
EVERY = 100
"""One line of so many is an error."""


def latencies(watched: Watched, rate: int, seconds: float) -> list[float]:
    """One for each error, in order of size."""
    log = watched.logs / "app.log"
    log.touch()
    watched.ready()
    log.write_text(ERROR.format(number=0))
    until(lambda: watched.total() == 1, "the first error")
    state = sqlite3.connect(f"file:{watched.state}?mode=ro", uri=True, timeout=60)
    begun = time.monotonic()
    done, errors, waiting, found = 0, 1, list[float](), list[float]()
    with log.open("a") as out:
        while (now := time.monotonic()) - begun < seconds or waiting:
            due = int(min(now - begun, seconds) * rate)
            numbers = range(done, due)
            out.writelines(
                (QUIET if number % EVERY else ERROR).format(number=number) for number in numbers
            )
            out.flush()
            waiting += [time.monotonic()] * sum(not number % EVERY for number in numbers)
            done = due
            (counted,) = state.execute("SELECT total(count) FROM issues").fetchone()
            at = time.monotonic()
            fresh = int(counted) - errors
            found += [at - written for written in waiting[:fresh]]
            waiting, errors = waiting[fresh:], errors + fresh
            time.sleep(TICK)
    state.close()
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=1000, help="lines a second")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        watched = Watched(Path(folder))
        try:
            found = latencies(watched, options.rate, options.seconds)
        finally:
            watched.kill()
        middle, worst = found[len(found) // 2], found[len(found) * 99 // 100]
        print(f"{len(found)} errors at {options.rate:,} lines/s: p50 {middle * 1000:.0f} ms, ")
        print(f"p99 {worst * 1000:.0f} ms, longest {found[-1] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
