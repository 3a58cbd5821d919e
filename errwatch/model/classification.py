"""The verdict on an issue, with the reason for it."""

from __future__ import annotations

from dataclasses import dataclass

from errwatch.model.levels import Severity

BY_USER = "user"
"""The rule that a person's own verdict names; nothing overwrites it."""


@dataclass(frozen=True, slots=True)
class Classification:
    category: str
    """One of the categories of rules.toml; a user's rules may add more."""
    severity: Severity
    rule: str
    """The id of the rule that decided, or `user` after `classify --as`."""
    why: str
    """What in the issue the rule matched, and what raised the severity."""
    subcategory: str | None = None
    impact: str | None = None
    retryable: bool = False
    fixable: bool = False
    suggested_fix: str | None = None
    resolution: str | None = None
    prevention: str | None = None
    confidence: float = 1.0
