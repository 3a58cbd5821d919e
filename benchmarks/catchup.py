"""How fast a watcher catches up with a backlog, beside a scan of the same file by one process.

    python -m benchmarks.catchup --megabytes 1000
    python -m benchmarks.catchup --log FILE

Fails where the watcher is less than half as fast.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from pathlib import Path

from tests.faults.watched import Watched
from tests.faults.writer import ERROR, QUIET, TRACE

EVERY = 100
"""One line of so many is an error, and every second of those a trace."""


def generate(path: Path, size: int) -> None:
    numbers = itertools.count()
    with path.open("w") as out:
        while out.tell() < size:
            for number in itertools.islice(numbers, 10_000):
                kind = QUIET if number % EVERY else TRACE if number // EVERY % 2 else ERROR
                out.write(kind.format(number=number))


def timed(watched: Watched, *arguments: str) -> float:
    begun = time.monotonic()
    done = watched.run(*arguments)
    assert done.returncode < 2, done.stderr
    return time.monotonic() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--log", type=Path, help="a log to catch up with, instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        watched = Watched(Path(folder))
        log = options.log or watched.logs / "app.log"
        if options.log is None:
            generate(log, options.megabytes * 10**6)
        megabytes = log.stat().st_size / 1e6
        scan = timed(watched, "scan", "--no-save", "--jobs", "1", "--exit-zero", str(log))
        watch = timed(watched, "watch", str(log), "--from", "start", "--once")
        print(f"{megabytes:.0f} MB: scan {scan:.1f} s, watch {watch:.1f} s")
        print(f"watch at {scan / watch:.0%} of the speed of scan, {megabytes / watch:.0f} MB/s")
        return 0 if 2 * scan >= watch else 1


if __name__ == "__main__":
    raise SystemExit(main())
