"""Other commands of errwatch, as processes of their own: the watching never waits for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from errwatch.leash import leashed


class Child:
    """A command in a session of its own, so that all that it starts can be ended with it; it is
    asked to end when we are killed."""

    def __init__(self, command: Sequence[str]) -> None:
        """Raises OSError."""
        self._process = subprocess.Popen(
            leashed(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """It cleans up and leaves."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """With all that it started."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def fixing(issue: str) -> Child:
    """Have an issue fixed, in the project of the working directory. Raises OSError."""
    return Child([sys.executable, "-m", "errwatch", "fix", issue])


def following() -> Child:
    """Have the pull requests followed. Raises OSError."""
    return Child([sys.executable, "-m", "errwatch", "fixes", "sync"])
