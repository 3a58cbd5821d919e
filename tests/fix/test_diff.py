from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from errwatch.fix.diff import diff_of
from errwatch.model.fix import Edit

texts = st.lists(st.sampled_from(["a", "b", "c", "", "\x0c", "é\u2028"])).map("\n".join)


def applied(edit: Edit) -> str:
    """What `git apply` makes of the diff."""
    with TemporaryDirectory() as folder:
        target = Path(folder, edit.file)
        if edit.before is not None:
            target.write_bytes(edit.before.encode())
        subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"],
            cwd=folder,
            input=diff_of([edit]).encode(),
            check=True,
        )
        return target.read_bytes().decode()


@settings(deadline=None, max_examples=40)
@given(texts, texts)
@example("a", "a\n")
@example("", "a")
@example("a\n", "")
def test_git_applies_it(before: str, after: str) -> None:
    edit = Edit("some file.py", before, after)
    if before == after:
        assert diff_of([edit]) == ""
    else:
        assert applied(edit) == after


@pytest.mark.parametrize("text", ["a = 1\n", "a = 1"])
def test_git_makes_a_new_file_of_it(text: str) -> None:
    assert applied(Edit("new.py", None, text)) == text


def test_several_files_follow_each_other() -> None:
    edits = [Edit("a.py", "1\n", "2\n"), Edit("b.py", None, "3\n")]
    assert diff_of(edits) == "".join(diff_of([edit]) for edit in edits)
    assert diff_of(edits).startswith("diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@")
