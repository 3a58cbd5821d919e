"""A setting of some sources, by their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Scoped(Generic[Value]):
    glob: str
    """For the name of the source; a folder stands for all that is in it."""
    value: Value
    root: str
    """The folder that relative names start at."""

    def holds_for(self, name: str) -> bool:
        names = (name, str(Path(self.root) / name))
        return any(
            fnmatchcase(one, pattern) for one in names for pattern in (self.glob, f"{self.glob}/*")
        )


def value_of(name: str, settings: Iterable[Scoped[Value]], default: Value) -> Value:
    """That of the first that holds."""
    return next((one.value for one in settings if one.holds_for(name)), default)
