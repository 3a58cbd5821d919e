"""A watcher of Loki that is put to sleep while entries come and its tail is closed."""

from __future__ import annotations

import signal
import time

from tests.faults.watched import Watched, until
from tests.servers.loki import LokiServer

LABELS = {"app": "shop"}


def test_asleep_while_entries_come_and_the_tail_is_closed(watched: Watched) -> None:
    """As a laptop does; each round is longer than the tail waits for a sign of life."""
    with LokiServer() as loki:
        watched.arguments = ('loki:{app="shop"}', "--from", "start", "--interval", "1")
        watched.variables = {"LOKI_ADDR": loki.address}
        watched.ready()
        loki.tails.wait_for(1)
        told = 0
        for _ in range(3):
            watched.process.send_signal(signal.SIGSTOP)
            for _ in range(50):
                entry = (time.time_ns(), LABELS, f"ERROR order {told} failed")
                loki.entries.append(entry)
                told += 1
            loki.tails.close(1001, "going away")
            time.sleep(3)
            watched.process.send_signal(signal.SIGCONT)
            watched.counts(told)
        until(lambda: len(loki.tails.asked) > 1, "it is tailed again")
        assert watched.stop() < 2
    assert "lost" not in watched.said
