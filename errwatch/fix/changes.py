"""The changed lines of an edit, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from errwatch.model.fix import Edit


def changed_lines(edit: Edit) -> list[str]:
    """The removed and added lines, each behind its `-` or `+`."""
    before, after = (edit.before or "").splitlines(), edit.after.splitlines()
    same = _shared(before, after)
    before, after = before[same:], after[same:]
    same = _shared(before[::-1], after[::-1])
    before, after = before[: len(before) - same], after[: len(after) - same]
    # With autojunk, a repetitive file of 200 lines comes out as rewritten.
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    changed = [block for block in blocks if block[0] != "equal"]
    return [
        line
        for _, i, j, k, n in changed
        for line in (*(f"-{each}" for each in before[i:j]), *(f"+{each}" for each in after[k:n]))
    ]


def _shared(left: list[str], right: list[str]) -> int:
    """How many lines two texts have in common at their start."""
    pairs = zip(left, right, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


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
