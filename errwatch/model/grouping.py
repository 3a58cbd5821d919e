"""What the state knows of near-duplicates."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Grouping:
    templates: dict[str, str] = field(default_factory=dict)
    """Fingerprint -> template, of the MAX_TEMPLATES smallest fingerprints that have one."""
    issues: dict[str, str] = field(default_factory=dict)
    """Fingerprint -> that of its issue: its own, or the one that it was merged into."""
    by_hand: frozenset[str] = frozenset()
    """Fingerprints that a person merged into others."""
    apart: frozenset[tuple[str, str]] = frozenset()
    """Fingerprints that a person split off, each with that of the issue which it left."""
