"""The bytes of one line -> text that the other parsers can read."""

from __future__ import annotations

from errwatch import lazy_re as re

CUT_MARK = " … [line cut]"
"""Stands at the end of a line of which only the beginning was kept."""

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colours and cursor movements
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links
    r"|[@-Z\\^_])"
)


def without_escapes(text: str) -> str:
    return _ESCAPES.sub("", text) if "\x1b" in text else text


def text_of(data: bytes, *, cut: bool = False) -> str:
    """UTF-8 with replacement marks, without line end, NUL bytes and escape sequences."""
    text = data.decode("utf-8", "replace")
    text = without_escapes(text)
    if "\0" in text:
        text = text.replace("\0", "")
    text = text.rstrip("\r\n").removeprefix("\ufeff")
    if "\r" in text:  # written over, as a progress bar is
        text = text[text.rindex("\r") + 1 :]
    return text + CUT_MARK if cut else text
