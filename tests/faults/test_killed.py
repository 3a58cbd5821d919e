"""Killed 200 times, whenever it may be, under load: each error counts once."""

from __future__ import annotations

import random
import time

import pytest

from tests.faults.watched import Watched, writer, written

KILLS = 200


@pytest.mark.parametrize("compress", [False, True])
def test_killed_at_random_moments_under_load_with_rotation(
    watched: Watched, compress: bool
) -> None:
    """Half of the 200 kills with parts that are compressed meanwhile."""
    chance = random.Random(compress)
    options = ("--files", "3", "--rate", "2000", "--every", "20", "--rotate", "2")
    packing = ("--compress",) if compress else ()
    watched.ready()
    service = writer(watched.logs, *options, "--keep", "500", "--seconds", "3600", *packing)
    # What was compressed before it was ever seen is not read: each file must be known once.
    time.sleep(1.5)
    watched.kill()
    for kill in range(KILLS // 2):
        watched.start()
        # From before it has read its settings to the middle of its work.
        time.sleep(chance.uniform(0.1, 2.5) if kill % 2 else chance.uniform(0.6, 1.0))
        watched.kill()
    service.terminate()
    expected = written(service)
    watched.start()
    watched.counts(expected)
    watched.stop()
    watched.once()
    assert watched.total() == expected
    assert "lost" not in watched.said
    assert "damaged" not in watched.said
    assert watched.run("state", "check").returncode == 0
