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

    def __init__(self, _word: str) -> None:
        self.rank = len(self.__class__.__members__)


class Severity(Enum):
    """What errwatch concluded, in rising order: `CRITICAL` means act now."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    def __init__(self, _word: str) -> None:
        self.rank = len(self.__class__.__members__)
