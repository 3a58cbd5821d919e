"""Has pull requests followed while the watching goes on, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable

from errwatch.daemon.fixer import GRACE, Process
from errwatch.errors import StateError

PATIENCE = 600.0
"""Seconds for one look at all of them."""


class Syncer:
    """`wanted` says whether there is one to follow; `start` begins a look; `clock` gives seconds
    that never go back."""

    def __init__(
        self,
        *,
        wanted: Callable[[], bool],
        start: Callable[[], Process],
        every: float,
        tell: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        self._wanted = wanted
        self._start = start
        self._every = every
        self._tell = tell
        self._clock = clock
        self._running: Process | None = None
        self._next = clock()
        self._deadline = 0.0

    def tend(self) -> None:
        """To be called again and again; never waits."""
        if self._running is not None:
            self._attend(self._running)
        elif self._clock() >= self._next:
            self._next = self._clock() + self._every
            self._begin()

    def close(self) -> None:
        """The watching ends, and what runs with it: it goes on from the state the next time."""
        if self._running is not None:
            self._running.ask_to_end()

    def _begin(self) -> None:
        try:
            if self._wanted():
                self._running = self._start()
                self._deadline = self._clock() + PATIENCE
        except (OSError, StateError) as error:
            self._tell(f"pull requests: {error}")

    def _attend(self, running: Process) -> None:
        code = running.exit_code
        if code is None and self._clock() >= self._deadline + GRACE:
            running.kill()
        elif code is None and self._clock() >= self._deadline:
            running.ask_to_end()
        elif code is not None:
            self._running = None
            if code:
                self._tell(
                    f"pull requests: errwatch fixes sync ended with {code}; run it to see why"
                )
