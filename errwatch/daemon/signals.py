"""Signals -> wishes of the loop, met between two steps of it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


class Signals:
    """SIGINT and SIGTERM ask to stop, and a second one ends the process at once; SIGHUP asks to
    read the settings again, or to stop where the terminal that it comes from was closed.

    `attached`: run by hand, so that SIGHUP means that the terminal is gone. `wake` is called from
    the handlers.
    """

    def __init__(self, wake: Callable[[], None], *, attached: bool) -> None:
        self.exit_code = 0
        self.stop = False
        self._wake = wake
        self._reload = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
            signal.signal(signal.SIGHUP, self._end if attached else self._again)

    @property
    def asked(self) -> bool:
        """Whether something is to be done before the loop goes on."""
        return self.stop or self._reload

    def take_reload(self) -> bool:
        """Whether the settings are to be read again; true once for each wish."""
        wanted, self._reload = self._reload, False
        return wanted

    def _end(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            self.exit_code = 130
        signal.signal(number, signal.SIG_DFL)
        self.stop = True
        self._wake()

    def _again(self, number: int, frame: FrameType | None) -> None:
        self._reload = True
        self._wake()
