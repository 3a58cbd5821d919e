"""Short names of things that a trace names at length."""

from __future__ import annotations

import re


def last(name: str) -> str:
    """`decimal.InvalidOperation` -> `InvalidOperation`; a trace that was cut off has no name."""
    return re.split(r"[.:\\]", name)[-1] or name or "the error"
