"""What is looked for in logs: the settings that a detector and a report of its events go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from errwatch.classify.rules import RulePack
from errwatch.detect.detector import Detector
from errwatch.detect.frames import FrameRules
from errwatch.detect.zone import AS_UTC
from errwatch.group.rules import GroupRule
from errwatch.intake import Memory
from errwatch.model.levels import Level
from errwatch.triage.scope import Scoped, value_of
from errwatch.triage.window import Window


@dataclass(frozen=True, slots=True)
class Eyes:
    """What is looked for in a log."""

    pack: RulePack
    frames: FrameRules = FrameRules()
    min_level: Level = Level.ERROR
    window: Window = Window()
    """What is reported; the state counts everything."""
    groups: tuple[GroupRule, ...] = ()
    """What the user says is one issue."""
    addresses: bool = False
    """Whether IP addresses are redacted too."""
    now: datetime | None = None
    """The moment that gives a year to timestamps without one; None: the present."""
    levels: tuple[Scoped[Level], ...] = ()
    """Of sources that have a `min_level` of their own."""
    zones: tuple[Scoped[str], ...] = ()
    """What times without a zone are in, where that is not UTC."""

    def detector(
        self, name: str, memory: Memory, *, start: int = 0, line: int = 0, above: bytes = b""
    ) -> Detector:
        """For a source, from byte `start` on, behind `line` lines; `above` is the last of them."""
        level = value_of(name, self.levels, self.min_level)
        return Detector(
            name,
            start=start,
            line=line,
            above=above,
            frames=self.frames,
            min_level=level,
            zone=value_of(name, self.zones, AS_UTC),
            now=self.now or datetime.now(UTC),
            recurring=memory.recurring(level),
        )
