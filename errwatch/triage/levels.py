"""The lowest level that counts, of a source that has its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from errwatch.model.levels import Level


@dataclass(frozen=True, slots=True)
class SourceLevel:
    glob: str
    """For the name of the source; a folder stands for all that is in it."""
    level: Level
    root: str
    """The folder that relative names start at."""

    def holds_for(self, name: str) -> bool:
        names = (name, str(Path(self.root) / name))
        return any(
            fnmatchcase(one, pattern) for one in names for pattern in (self.glob, f"{self.glob}/*")
        )


def level_of(name: str, levels: Sequence[SourceLevel], default: Level) -> Level:
    """That of the first that holds."""
    return next((one.level for one in levels if one.holds_for(name)), default)
