"""`python -m tests.fuzz --minutes 15 [--seed N] [FILE...]`: damaged logs, for as long as one likes.

Random bytes, and samples (ours, and FILEs) cut, spliced, shuffled, repeated and with bytes turned.
Each input must give the same events in any pieces, must lose and invent nothing when reading is
resumed at any byte, and must take no more than 50 microseconds a byte. What fails is kept, under
the seed that made it.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

from errwatch.intake import identified
from tests.detect.corpus import LOGS, detector, events_of, resumed
from tests.detect.test_detector import in_pieces

SLOWEST = 50e-6
"""Seconds a byte."""

Mutation = Callable[[random.Random, list[bytes]], bytes]


def noise(rng: random.Random, _samples: list[bytes]) -> bytes:
    return rng.randbytes(rng.randrange(20_000))


def cut(rng: random.Random, samples: list[bytes]) -> bytes:
    text = rng.choice(samples)
    start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[start:end]


def spliced(rng: random.Random, samples: list[bytes]) -> bytes:
    return b"".join(cut(rng, samples) for _ in range(rng.randrange(2, 6)))


def shuffled(rng: random.Random, samples: list[bytes]) -> bytes:
    lines = b"".join(rng.sample(samples, min(3, len(samples)))).splitlines(keepends=True)[:400]
    rng.shuffle(lines)
    return b"".join(lines)


def turned(rng: random.Random, samples: list[bytes]) -> bytes:
    text = bytearray(cut(rng, samples))
    for _ in range(rng.randrange(1, 30) if text else 0):
        text[rng.randrange(len(text))] = rng.choice(b"\0\n\r\t \x1b\xff{}[]():\"'\\0aE")
    return bytes(text)


def repeated(rng: random.Random, samples: list[bytes]) -> bytes:
    line = rng.choice(rng.choice(samples).splitlines() or [b""])
    start, end = sorted(rng.randrange(len(line) + 1) for _ in range(2))
    return line[:start] + line[start:end] * rng.randrange(1, 3_000) + line[end:]


def interleaved(rng: random.Random, samples: list[bytes]) -> bytes:
    parts = [text.splitlines(keepends=True)[:60] for text in rng.choices(samples, k=3)]
    lines = []
    while any(parts):
        part = rng.choice([part for part in parts if part])
        lines.append(part.pop(0))
    return b"".join(lines)


MUTATIONS: tuple[Mutation, ...] = (noise, cut, spliced, shuffled, turned, repeated, interleaved)


def check(data: bytes, rng: random.Random) -> None:
    begun = time.process_time()
    whole = events_of(data)
    identified(whole)
    spent = time.process_time() - begun
    assert spent <= max(0.5, SLOWEST * len(data)), f"{spent:.1f} s for {len(data)} bytes"
    cuts = [rng.randrange(10**6) for _ in range(rng.randrange(1, 12))]
    assert in_pieces(data, cuts) == whole, "other events in pieces"
    place = rng.randrange(len(data) + 1)
    first = detector()
    before = first.feed(data[:place])
    assert first.resume_at <= place
    assert {*before, *resumed(first, data)} == {*whole}, f"other events when resumed at {place}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"))
    parser.add_argument("samples", nargs="*", type=Path)
    given = parser.parse_args()
    samples = [path.read_bytes() for path in (*LOGS, *given.samples)]
    seed, failed, size, until = given.seed, 0, 0, time.monotonic() + 60 * given.minutes
    while time.monotonic() < until:
        rng = random.Random(seed)
        mutation = rng.choice(MUTATIONS)
        data = mutation(rng, samples)
        size += len(data)
        try:
            check(data, rng)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            failed += 1
            given.failures.mkdir(exist_ok=True)
            (given.failures / f"{seed}.log").write_bytes(data)
            print(f"seed {seed}: {mutation.__name__}: {type(error).__name__}: {error}"[:300])
        seed += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seed - given.seed} inputs, {size / 1e6:.0f} MB, {failed} failed, peak {peak:.0f} MiB")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
