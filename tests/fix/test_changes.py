from __future__ import annotations

import subprocess
from pathlib import Path

from errwatch.fix.changes import changed_lines, same_change
from tests.fix.trees import edit

BEFORE = "a\n-- b\nc\nd\n"
AFTER = "a\n++ b\nc\ne\nf\n"


def git_diff(folder: Path, before: str, after: str) -> str:
    for name, text in (("a", before), ("b", after)):
        (folder / name).write_text(text, encoding="utf-8")
    command = ["git", "diff", "--no-index", "a", "b"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_counts_removed_and_added_lines() -> None:
    assert changed_lines(edit(BEFORE, AFTER)) == ["--- b", "+++ b", "-d", "+e", "+f"]
    assert changed_lines(edit(None, "x\n")) == ["+x"]
    assert changed_lines(edit("x\n", "x\n")) == []


def test_counts_one_line_of_a_repetitive_file() -> None:
    lines = ["", "    return x", ""] * 200
    other = [*lines[:150], "    return y", *lines[151:]]
    assert changed_lines(edit("\n".join(lines), "\n".join(other))) == ["-", "+    return y"]


def test_knows_its_change_in_a_diff_of_git(tmp_path: Path) -> None:
    diff = git_diff(tmp_path, BEFORE, AFTER)
    assert same_change(diff, [edit(BEFORE, AFTER)])
    assert not same_change(diff, [edit(BEFORE, AFTER + "g\n")])
