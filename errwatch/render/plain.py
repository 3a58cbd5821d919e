"""Untrusted text on its way to a terminal: nothing in it may move the cursor or reorder a line."""

from __future__ import annotations

import unicodedata

_KEPT = {"\n", "\t"}


def clean(text: str) -> str:
    """The text without control, format and surrogate characters; newlines and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c
        if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"}
        else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def one_line(text: str) -> str:
    return " ".join(clean(text).split())
