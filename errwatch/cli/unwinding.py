"""A signal that asks to end lets everything that is open be closed first."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ASKING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def unwinding() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an exit with 128 + n, by way of every `finally`."""
    before = {number: signal.getsignal(number) for number in _ASKING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    for each in _ASKING:
        signal.signal(each, signal.SIG_IGN)  # a second one must not cut the cleaning short
    sys.exit(128 + number)
