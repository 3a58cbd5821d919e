"""Secrets and personal data out of a text: what goes keeps its kind, `[REDACTED:jwt]`, no more.

Text -> text, and event -> event. Redacting twice changes nothing. Whatever is stored, shown or sent
passes here once, between detection and everything else.
"""

from __future__ import annotations

from errwatch.redact.event import redact_event
from errwatch.redact.text import KINDS, redact, redactor

__all__ = ["KINDS", "redact", "redact_event", "redactor"]
