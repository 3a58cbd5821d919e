"""What a log said (`Level`) and what errwatch concluded from it (`Severity`)."""

from __future__ import annotations

from enum import Enum


class Level(Enum):
    """What the log said, in rising order. Fatal, panic, emerg and alert are `CRITICAL`."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _LEVELS[self]


class Severity(Enum):
    """What errwatch concluded, in rising order: `CRITICAL` means act now."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _SEVERITIES[self]


_LEVELS = {level: rank for rank, level in enumerate(Level)}
_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}
