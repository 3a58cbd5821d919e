"""Untrusted text on its way out: nothing in it may move the cursor, reorder a line or be obeyed.

GitHub's runner reads what a job prints, and obeys `::command::` at the beginning of a line and
`##[command]` anywhere in one. It compares as people read, so what is invisible between does not
help, and counts as nothing here. Azure Pipelines obeys `##vso[command]`, TeamCity `##teamcity[`.
"""

from __future__ import annotations

import json
import unicodedata

from errwatch import lazy_re as re

_KEPT = {"\n", "\t", "\u200b"}
"""The zero-width space moves nothing; our own texts break mentions with it."""


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


BROKEN = ". "
"""Before what would be a command."""

_LEADING = re.compile(r"(?m)^([^!-~\n]*)::")
_NOT_PLAIN = re.compile(r"[^\n -~]")
_HASHES = re.compile(r"#(?=[^!-~\n]*#[^!-~\n]*(?:[A-Za-z][^ -@\[-`{-~\n]*)?\[)")


def inert(line: str) -> str:
    """A line in which GitHub's runner finds no command."""
    return inert_start(inert_part(line))


def inert_start(line: str) -> str:
    """A line that does not begin with a command."""
    return _LEADING.sub(rf"\1{BROKEN}::", line)


def inert_part(text: str) -> str:
    """A text that makes no command of the middle of a line."""
    return _HASHES.sub("# ", text)


def inert_json(document: str) -> str:
    """The same JSON, on whose lines is no command, and nothing that a terminal obeys."""
    return _NOT_PLAIN.sub(_escaped, _HASHES.sub(r"\\u0023", document))


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if clean(found[0]) != found[0] else found[0]


def inert_xml(document: str) -> str:
    """The same XML, on whose lines is no command."""
    return _LEADING.sub(r"\1&#58;:", _HASHES.sub("&#35;", document))
