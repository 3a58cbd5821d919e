"""What a scan found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from errwatch.model.issue import Issue


@dataclass(frozen=True, slots=True)
class InputSummary:
    input: str
    """The argument as it was given."""
    lines: int
    bytes: int
    events: int
    issues: int


@dataclass(frozen=True, slots=True)
class ScanResult:
    inputs: tuple[InputSummary, ...]
    issues: tuple[Issue, ...]
    """Most severe first, then most frequent."""
    failures: tuple[str, ...] = ()
    """Inputs that could not be read, each as one clear line; never "no errors"."""
    new: frozenset[str] = frozenset()
    """Fingerprints that the state did not know before this scan."""
    unsaved: frozenset[str] = frozenset()
    """Fingerprints that it does not know after it, for their lines were counted without them."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Fingerprint of an event -> that of its issue, for all that was read."""

    @property
    def lines(self) -> int:
        return sum(one.lines for one in self.inputs)

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.inputs)

    @property
    def events(self) -> int:
        return sum(one.events for one in self.inputs)
