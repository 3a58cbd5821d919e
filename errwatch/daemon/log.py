"""What the watcher says of itself, on standard error: for a person, or for a program."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TextIO

from errwatch.model.levels import Level
from errwatch.render.plain import inert, one_line

LOGGER = "errwatch"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class OwnLog:
    """One line a message; those below `level` are left out."""

    def __init__(
        self, stream: TextIO, format: LogFormat, level: Level, now: Callable[[], datetime]
    ) -> None:
        self._stream = stream
        self._format = format
        self._level = level
        self._now = now
        self._rewrites = format is LogFormat.TEXT and os.environ.get("TERM") != "dumb"
        """Whether a line of a terminal may be written over."""
        self._status = ""
        """What stands in the last line of the terminal."""

    def debug(self, text: str) -> None:
        self._say(Level.DEBUG, text)

    def info(self, text: str) -> None:
        self._say(Level.INFO, text)

    def warning(self, text: str) -> None:
        self._say(Level.WARNING, text)

    def status(self, text: str) -> None:
        """How things go: on a terminal one line, written over again and again; else nothing."""
        if text != self._status and self._stream.isatty() and self._rewrites:
            self._stream.write(f"\r\x1b[K{one_line(text)}" if text else "\r\x1b[K")
            self._stream.flush()
            self._status = text

    def _say(self, level: Level, text: str) -> None:
        if level.rank < self._level.rank:
            return
        self.status("")
        self._stream.write(self._line(level, text) + "\n")
        self._stream.flush()

    def _line(self, level: Level, text: str) -> str:
        if self._format is LogFormat.TEXT:
            return inert(f"{LOGGER}: {one_line(text)}")
        at = self._now().isoformat(timespec="milliseconds")
        body = {"timestamp": at, "level": level.value, "logger": LOGGER, "message": one_line(text)}
        return json.dumps(body, ensure_ascii=False)
