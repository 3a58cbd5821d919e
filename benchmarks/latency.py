"""How long from a line that is written to its error being counted in the state, and how fast a
backlog is caught up with.

    python -m benchmarks.latency --rate 1000 --seconds 30
    python -m benchmarks.latency --backlog FILE
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
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


def backlog(watched: Watched, log: Path) -> tuple[float, float]:
    """Seconds of a core that `watch --once` takes to read a log, and `scan`."""
    watched.arguments = (str(log), "--from", "start")
    return (
        _timed(watched, *("watch", *watched.arguments, "--once")),
        _timed(watched, *("scan", "--no-save", "--jobs", "1", str(log))),
    )


def _timed(watched: Watched, *arguments: str) -> float:
    begun = time.monotonic()
    done = subprocess.run(
        watched.command(*arguments),
        cwd=watched.folder,
        env=watched.environment,
        capture_output=True,
    )
    assert done.returncode < 2, done.stderr
    return time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=1000, help="lines a second")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--backlog", type=Path, help="a log to catch up with, instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        watched = Watched(Path(folder))
        if options.backlog:
            watch, scan = backlog(watched, options.backlog)
            size = options.backlog.stat().st_size / 1e6
            print(f"{size:.0f} MB: watch --once {watch:.2f} s, scan --jobs 1 {scan:.2f} s")
            print(f"watch at {scan / watch:.0%} of the speed of scan, {size / watch:.0f} MB/s")
            return
        try:
            found = latencies(watched, options.rate, options.seconds)
        finally:
            watched.kill()
        middle, worst = found[len(found) // 2], found[len(found) * 99 // 100]
        print(f"{len(found)} errors at {options.rate:,} lines/s: p50 {middle * 1000:.0f} ms, ")
        print(f"p99 {worst * 1000:.0f} ms, longest {found[-1] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
