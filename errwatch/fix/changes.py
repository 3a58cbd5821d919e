"""The changed lines of an edit, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from errwatch.model.fix import Edit


def changed_lines(edit: Edit) -> list[str]:
    """The removed and added lines, each behind its `-` or `+`."""
    before = (edit.before or "").splitlines()
    lines = unified_diff(before, edit.after.splitlines(), lineterm="", n=0)
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


def same_change(diff: str, edits: Iterable[Edit]) -> bool:
    """Whether a unified diff, as git prints it, is the change that the edits make."""
    ours = Counter(line for edit in edits for line in changed_lines(edit))
    return Counter(_changed(diff)) == ours


def _changed(diff: str) -> Iterator[str]:
    inside = False
    for line in diff.splitlines():
        if line.startswith("diff --git "):
            inside = False
        elif line.startswith("@@"):
            inside = True
        elif inside and line.startswith(("-", "+")):
            yield line
