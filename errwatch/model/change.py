"""What may be written to the state: one value a kind of change, committed together."""

from __future__ import annotations

from dataclasses import dataclass

from errwatch.model.analysis import Analysis
from errwatch.model.classification import Classification
from errwatch.model.fix import Fix
from errwatch.model.issue import Status
from errwatch.model.partial import Partial
from errwatch.model.position import Position


@dataclass(frozen=True, slots=True)
class Counted:
    """Events to add, and the position up to which their source was read (None for a pipe)."""

    partial: Partial
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    fingerprint: str
    classification: Classification


@dataclass(frozen=True, slots=True)
class Analysed:
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fix to store: inserted where its id is empty, else replaced."""

    fix: Fix


@dataclass(frozen=True, slots=True)
class StatusSet:
    fingerprint: str
    status: Status


@dataclass(frozen=True, slots=True)
class Merged:
    """Two fingerprints of one error. Their issues become one: that which was stored first."""

    fingerprint: str
    other: str


Change = Counted | Merged | Classified | Analysed | Fixed | StatusSet
