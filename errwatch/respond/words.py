"""Lengths of time as people say them."""

from __future__ import annotations

from datetime import timedelta


def spoken(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    return f"{minutes:g} minutes" if minutes < 120 else f"{minutes / 60:g} hours"
