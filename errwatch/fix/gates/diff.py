"""Diff policy: a small change of plain text that a person can review, and no existing test."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from errwatch.fix.changes import changed_lines
from errwatch.fix.gates.verdict import counted, verdict
from errwatch.fix.policy import Policy, is_test
from errwatch.model.fix import Candidate, Edit, GateResult


def diff(candidate: Candidate, policy: Policy) -> GateResult:
    edits = candidate.edits
    lines = sum(len(changed_lines(edit)) for edit in edits)
    wrong = [
        *_size(candidate, lines, policy),
        *(reason for edit in edits for reason in _edit(edit)),
    ]
    return verdict("diff", wrong, f"{counted(lines, 'line')} in {counted(len(edits), 'file')}")


def _size(candidate: Candidate, lines: int, policy: Policy) -> Iterator[str]:
    files = [edit.file for edit in candidate.edits]
    if not files:
        yield "changes nothing"
    if len(set(files)) < len(files):
        yield "edits a file twice"
    if len(files) > policy.max_files:
        yield f"{len(files)} files, at most {policy.max_files} allowed"
    if lines > policy.max_lines:
        yield f"{lines} lines, at most {policy.max_lines} allowed"


def _edit(edit: Edit) -> Iterator[str]:
    if edit.before == edit.after:
        yield f"{edit.file}: unchanged"
    if edit.before and not edit.after.strip():
        yield f"{edit.file}: emptied"
    if edit.before is not None and is_test(edit.file):
        yield f"{edit.file}: an existing test is read-only"
    for number, name in _unseen(edit):
        yield f"{edit.file}:{number}: adds an unseen character, {name}"


def _unseen(edit: Edit) -> Iterator[tuple[int, str]]:
    """Control, direction and zero-width characters that the file did not have: a person who reads
    the change would not see what it does."""
    known = {*(edit.before or ""), "\n", "\r", "\t", "\f"}
    for number, line in enumerate(edit.after.split("\n"), 1):
        for char in sorted(set(line) - known):
            if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}:
                yield number, unicodedata.name(char, f"U+{ord(char):04X}")
