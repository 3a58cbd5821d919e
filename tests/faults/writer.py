"""A busy service: writes logs at a rate, rotates them, and says how many errors it wrote.

python -m tests.faults.writer FOLDER --files 8 --rate 20000 --seconds 60 --rotate 10 --keep 3
"""

from __future__ import annotations

import argparse
import gzip
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

TICK = 0.02
"""Seconds between two blocks of lines."""

QUIET = "2026-11-20 10:00:00,000 INFO app: request {number} was served in 12 ms, nothing to see\n"
ERROR = "2026-11-20 10:00:00,000 ERROR app: order {number} failed\n"
TRACE = (
    "2026-11-20 10:00:00,000 ERROR app: job {number} failed\n"
    "Traceback (most recent call last):\n"
    '  File "/app/jobs.py", line 3, in run\n'
    "    go(job)\n"
    "KeyError: 'plan {number}'\n"
)


@dataclass
class Log:
    """One log, which is rotated by rename and create; the oldest parts are deleted."""

    path: Path
    keep: int
    compress: bool
    errors: int = 0
    out: TextIO = field(init=False)

    def __post_init__(self) -> None:
        self.out = self.path.open("a", encoding="utf-8")

    def write(self, numbers: range, every: int) -> None:
        self.out.writelines(self._lines(numbers, every))
        self.out.flush()

    def _lines(self, numbers: range, every: int) -> Iterator[str]:
        for number in numbers:
            if number % every:
                yield QUIET.format(number=number)
            else:
                self.errors += 1
                yield (TRACE if number // every % 2 else ERROR).format(number=number)

    def rotate(self) -> None:
        for number in range(self.keep, 0, -1):
            for ending in ("", ".gz"):
                part = self._part(number, ending)
                if part.exists():
                    part.rename(self._part(number + 1, ending))
        for ending in ("", ".gz"):
            self._part(self.keep + 1, ending).unlink(missing_ok=True)
        self.path.rename(self._part(1))
        self.out.close()
        self.out = self.path.open("a", encoding="utf-8")
        if self.compress and self._part(2).exists():
            compress(self._part(2))

    def _part(self, number: int, ending: str = "") -> Path:
        return self.path.with_name(f"{self.path.name}.{number}{ending}")


def compress(path: Path) -> Path:
    """As gzip does: the copy grows beside the file, which goes when it is complete."""
    packed = path.with_name(f"{path.name}.gz")
    status = path.stat()
    packed.write_bytes(gzip.compress(path.read_bytes(), 1))
    os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
    path.unlink()
    return packed


def run(options: argparse.Namespace) -> int:
    """The number of errors that were written."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    logs = [
        Log(options.folder / f"app{number}.log", options.keep, options.compress)
        for number in range(options.files)
    ]
    begun = turned = time.monotonic()
    done = 0
    while not stopped and (now := time.monotonic()) - begun < options.seconds:
        due = int((now - begun) * options.rate / len(logs))
        for log in logs:
            log.write(range(done, due), options.every)
        done = due
        if options.rotate and now - turned >= options.rotate:
            turned = now
            for log in logs:
                log.rotate()
        time.sleep(TICK)
    return sum(log.errors for log in logs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--rate", type=int, default=20_000, help="lines a second, of all files")
    parser.add_argument("--every", type=int, default=100, help="one line of so many is an error")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rotate", type=float, default=0.0, help="seconds between two rotations")
    parser.add_argument("--keep", type=int, default=3, help="rotated parts that are kept")
    parser.add_argument("--compress", action="store_true", help="from the second part on")
    print(run(parser.parse_args()), flush=True)


if __name__ == "__main__":
    main()
