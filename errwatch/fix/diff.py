"""The unified diff of edits, as `git apply` reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff

from errwatch.model.fix import Edit

_NO_NEWLINE = "\\ No newline at end of file"


def diff_of(edits: Sequence[Edit]) -> str:
    """Empty where nothing changes."""
    return "".join(line for edit in edits for line in _file_diff(edit))


def _file_diff(edit: Edit) -> Iterator[str]:
    new = edit.before is None
    changed = unified_diff(
        _lines(edit.before or ""),
        _lines(edit.after),
        fromfile="/dev/null" if new else f"a/{edit.file}",
        tofile=f"b/{edit.file}",
    )
    body = list(_terminated(changed))
    if body or new:
        yield f"diff --git a/{edit.file} b/{edit.file}\n"
        if new:
            yield "new file mode 100644\n"
        yield from body


def _lines(text: str) -> list[str]:
    """Split at newlines alone; `str.splitlines` splits at form feeds and more."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def _terminated(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}\n"
