"""A watcher under load, killed and started again: are the counts exact, and is the memory flat?

    python -m benchmarks.soak --seconds 1800

Eight logs, 20,000 lines a second, rotated every 10 seconds; the watcher is killed at random
moments. At the end it is left alone for a while, for what it costs when nothing happens. Fails
where a count is not exact.

Memory is compared within the longest life of a watcher, and from life to life.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.watched import Watched, until, writer, written

IDLE = 20.0
"""Seconds."""


@dataclass
class Figures:
    resident: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the start, MiB."""
    kills: int = 0
    cpu: float = 0.0
    behind: list[float] = field(default_factory=list)
    """Seconds from a start to the watching."""

    def peak(self, since: float, until: float) -> float:
        return max((size for at, size in self.resident if since <= at < until), default=0.0)


def soak(watched: Watched, options: argparse.Namespace) -> tuple[Figures, int]:
    figures, chance = Figures(), random.Random(options.seed)
    service = writer(
        watched.logs,
        *("--files", str(options.files), "--rate", str(options.rate), "--rotate", "10"),
        *("--keep", str(options.keep), "--seconds", str(options.seconds)),
    )
    begun = time.monotonic()
    watched.ready()
    while service.poll() is None:
        end = time.monotonic() + chance.uniform(0.5, 2) * options.kill_every
        while time.monotonic() < end and service.poll() is None:
            time.sleep(0.5)
            figures.resident.append((time.monotonic() - begun, watched.resident()))
        if service.poll() is None:
            figures.cpu += watched.cpu()
            watched.kill()
            figures.kills += 1
            watched.start()
    expected = written(service)
    until(lambda: watched.total() >= expected, "the watcher catches up", 600)
    figures.cpu += watched.cpu()
    return figures, expected


def idle(watched: Watched) -> float:
    """The share of a core that is used while nothing happens."""
    time.sleep(5)
    before = watched.cpu()
    time.sleep(IDLE)
    return (watched.cpu() - before) / IDLE


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--rate", type=int, default=20_000, help="lines a second, of all files")
    parser.add_argument("--keep", type=int, default=30, help="rotated parts that are kept")
    parser.add_argument("--kill-every", type=float, default=40, help="seconds, on the average")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        watched = Watched(Path(folder))
        try:
            figures, expected = soak(watched, options)
            share, total = idle(watched), watched.total()
            stopped = watched.stop()
        finally:
            watched.kill()
        sixth = options.seconds / 6
        early, late = figures.peak(0, sixth), figures.peak(options.seconds - sixth, 1e9)
        print(f"{options.seconds:.0f} s, {options.rate:,} lines/s, {options.files} files")
        print(f"errors written {expected:,}, counted {total:,}, kills {figures.kills}")
        print(f"memory, first sixth {early:.1f} MiB, last {late:.1f}, {late / early - 1:+.1%}")
        print(f"CPU under load {figures.cpu / options.seconds:.1%} of a core, idle {share:.2%}")
        print(f"SIGTERM to the end {stopped:.2f} s, state {watched.state.stat().st_size:,} bytes")
        return 0 if total == expected else 1


if __name__ == "__main__":
    raise SystemExit(main())
