"""A file for a container's health check: present and young while the watching gets on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from errwatch.errors import OutputError

EVERY = 5.0
"""Seconds between two writes."""


@dataclass(frozen=True, slots=True)
class Health:
    healthy: bool
    """False once an input could not be read, and while the state cannot be written."""
    status: str
    lines: int
    events: int


class HealthFile:
    """Written whole or not at all, by rename; removed at a clean end.

    `clock` gives seconds that never go back, `now` the time of day.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._path = path
        self._clock = clock
        self._now = now
        self._written: float | None = None
        self._last: bool | None = None

    def report(self, health: Health) -> None:
        """Raises OutputError."""
        due = self._written is None or self._clock() - self._written >= EVERY
        if not due and health.healthy == self._last:
            return
        body = {**asdict(health), "pid": os.getpid(), "at": self._now().isoformat()}
        part = self._path.with_name(self._path.name + ".part")
        try:
            part.write_text(json.dumps(body) + "\n", encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            message = f"{self._path}: the health file cannot be written: {error.strerror}"
            raise OutputError(message) from error
        self._written, self._last = self._clock(), health.healthy

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
