"""A command whose output is followed, in a session of its own, to be ended with all it started."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO

from errwatch.errors import SourceError
from errwatch.leash import leashed

CHUNK = 64 * 1024
LOOK = 0.2
"""Seconds between two looks whether it ended, or is to be ended."""

GRACE = 0.5
"""Seconds that it has to end when it is asked to."""


class Child:
    """A context manager: on the way out nothing of it runs any more. Raises SourceError."""

    def __init__(self, name: str, command: Sequence[str], *, joined: bool = False) -> None:
        """`joined`: what it writes on standard error comes on standard output, too."""
        try:
            self._process = subprocess.Popen(
                leashed(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if joined else subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            msg = f"{name}: {command[0]} cannot be started: {reason}"
            raise SourceError(msg) from error

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._ended():
            self._signal(signal.SIGTERM)
            until = time.monotonic() + GRACE
            while not self._ended() and time.monotonic() < until:
                time.sleep(0.01)
        # Before it is reaped, so that the number of the session is still its own.
        self._signal(signal.SIGKILL)
        self._process.wait()
        for _, stream in self._pipes():
            stream.close()

    @property
    def exit_code(self) -> int:
        """After the `with`; negative: the signal that ended it."""
        return self._process.returncode

    def output(self, stopped: Callable[[], bool]) -> Iterator[tuple[int, bytes]]:
        """What comes, and whether on descriptor 1 or 2, until it ended or we are `stopped`.

        What it started and left behind is not waited for.
        """
        pause = 0.001
        with selectors.DefaultSelector() as selector:
            for number, stream in self._pipes():
                selector.register(stream, selectors.EVENT_READ, number)
            while selector.get_map() and not stopped():
                ready = selector.select(LOOK)
                for key, _ in ready:
                    data = os.read(key.fd, CHUNK)
                    if data:
                        yield key.data, data
                    else:
                        selector.unregister(key.fileobj)
                if not ready and self._ended():
                    return
        while not stopped() and not self._ended():  # it may close its output and go on
            time.sleep(pause)
            pause = min(2 * pause, LOOK)

    def _pipes(self) -> list[tuple[int, IO[bytes]]]:
        both = (1, self._process.stdout), (2, self._process.stderr)
        return [(number, stream) for number, stream in both if stream is not None]

    def _ended(self) -> bool:
        """Without reaping it."""
        flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
