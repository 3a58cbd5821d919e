"""Issues as they turn up, and of a burst no more than a person reads."""

from __future__ import annotations

from collections.abc import Callable

from errwatch.model.issue import Issue

WINDOW = 10.0
"""Seconds."""
MOST = 20
"""Issues that are shown within a window; the rest is counted, and told of at its end."""


class Announcer:
    """`show` shows an issue, `tell` says how many were held back; `clock` gives seconds that never
    go back."""

    def __init__(
        self,
        show: Callable[[Issue], None],
        tell: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        self._show = show
        self._tell = tell
        self._clock = clock
        self._began = clock()
        self._shown = self._held = 0

    def __call__(self, issue: Issue) -> None:
        self.tend()
        if self._shown < MOST:
            self._shown += 1
            self._show(issue)
        else:
            self._held += 1

    def tend(self) -> None:
        if self._clock() - self._began >= WINDOW:
            self._sum_up()
            self._began = self._clock()
            self._shown = 0

    def close(self) -> None:
        self._sum_up()

    def _sum_up(self) -> None:
        if self._held:
            self._tell(f"{self._held:,} more issues were new or back; see errwatch issues list")
        self._held = 0
