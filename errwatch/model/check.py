"""One thing that must be in order for errwatch to work, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    """It works, and could work better or stop working."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    condition: Condition
    found: str
    advice: str = ""
    """What to do, where it is not good."""
