"""What the loop sleeps on: it can be woken from a signal handler and from any thread."""

from __future__ import annotations

import os
import select
from contextlib import suppress


class Wake:
    """A pipe, for a lock taken in a signal handler could be held by what it interrupted."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        for end in (self._out, self._in):
            os.set_blocking(end, False)

    def __call__(self) -> None:
        """End the present sleep, or the next one at once. Safe in a signal handler."""
        with suppress(BlockingIOError):  # full: it wakes anyway
            os.write(self._in, b"\0")

    def wait(self, seconds: float) -> None:
        """Until then, or until somebody wakes us."""
        select.select([self._out], [], [], seconds)
        with suppress(BlockingIOError):
            while os.read(self._out, 4096):
                pass

    def close(self) -> None:
        os.close(self._out)
        os.close(self._in)
