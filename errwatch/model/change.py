"""What may be written to the state: one value a kind of change, committed together."""

from __future__ import annotations

from dataclasses import dataclass

from errwatch.model.analysis import Analysis
from errwatch.model.classification import Classification
from errwatch.model.fix import Fix
from errwatch.model.issue import Status
from errwatch.model.partial import Partial
from errwatch.model.position import FilePosition


@dataclass(frozen=True, slots=True)
class Counted:
    """Events to add, and the position up to which their source was read (None for a pipe)."""

    partial: Partial
    position: FilePosition | None = None
    before: frozenset[str] | None = None
    """Issues that were there before this run; the others stay new. None: this commit is a run."""


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
    by_hand: bool = False
    """Whether a person says so, which undoes a split, too; else it is void where one says no."""


@dataclass(frozen=True, slots=True)
class Split:
    """A merged fingerprint, with all that was merged into it, is an error of its own, for good."""

    fingerprint: str


Change = Counted | Merged | Split | Classified | Analysed | Fixed | StatusSet
