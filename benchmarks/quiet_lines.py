"""How fast lines are passed by that hold words of errors, at levels that are none: MB a second.

`python -m benchmarks.quiet_lines [--mb 100]`, on one core, in time of its own. Frames of thread
dumps, and lines of text at INFO.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator

from errwatch.detect.detector import Detector

NAMES = ("ErrorHandler", "FailedOrders", "ExceptionMapper", "WarnFilter", "CriticalPath")
BLOCK = 1024 * 1024


def header(rng: random.Random) -> str:
    moment = f"{rng.randrange(60):02}:{rng.randrange(60):02}.{rng.randrange(1000):03}"
    return f"2026-03-01T10:{moment}Z INFO  shop.{rng.choice(NAMES).lower()}"


def frame(rng: random.Random) -> str:
    name = rng.choice(NAMES)
    return f"at com.example.shop.{name}.handle{name}({name}.java:{rng.randrange(500)})"


def dumps(rng: random.Random) -> Iterator[str]:
    while True:
        yield f"{header(rng)} stack of thread-{rng.randrange(90)}, failed=0"
        for _ in range(8):
            yield f"\t{frame(rng)}"


def frames_at_info(rng: random.Random) -> Iterator[str]:
    while True:
        yield f"{header(rng)}   {frame(rng)}"


def texts_at_info(rng: random.Random) -> Iterator[str]:
    while True:
        yield f"{header(rng)} retry {rng.randrange(9)} of 9 failed, errors={rng.randrange(9)}"


def measure(name: str, lines: Iterator[str], size: int) -> None:
    block, length = [], 0
    while length < min(size, 8 * BLOCK):
        block.append(next(lines))
        length += len(block[-1]) + 1
    data = ("\n".join(block) + "\n").encode()
    detector, events, begun = Detector(name), 0, time.process_time()
    for _ in range(max(1, size // len(data))):
        for start in range(0, len(data), BLOCK):
            events += len(detector.feed(data[start : start + BLOCK]))
    spent = time.process_time() - begun
    print(f"{name:16} {detector.bytes / spent / 1e6:6.0f} MB/s, {events} events")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=100)
    size = parser.parse_args().mb * 1_000_000
    for lines in (dumps, frames_at_info, texts_at_info):
        measure(lines.__name__, lines(random.Random(1)), size)


if __name__ == "__main__":
    main()
