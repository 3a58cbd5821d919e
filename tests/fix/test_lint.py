"""The gate `lint`, with the checkers that are installed here, and with what others say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.fix.checkers import CHECKERS, Checker, Finding
from errwatch.fix.lint import LintGate
from errwatch.fix.workbench import Workbench
from errwatch.model.completed import Completed
from errwatch.model.fix import Candidate, Edit, GateResult, GateStatus
from errwatch.repository.git import open_repository
from errwatch.sandbox.local import best_sandbox
from tests.fix.scripted import BUGGY, FILES, FIXED, candidate, edit
from tests.repository.scratch import make_repository

BY_NAME = {checker.program: checker for checker in CHECKERS}
needs_ruff = pytest.mark.skipif(
    not best_sandbox().finds("ruff"), reason="ruff is not installed beside this Python"
)
needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="go is not installed")


def lint(root: Path, files: dict[str, str], *proposed: Candidate) -> list[GateResult]:
    make_repository(root, files)
    repository = open_repository(root)
    tree = repository.tree()
    gate = LintGate(Workbench(repository, best_sandbox(), tree.commit), tree)
    return [gate(one) for one in proposed]


@needs_ruff
def test_a_change_with_nothing_new_passes(tmp_path: Path) -> None:
    [result] = lint(tmp_path / "r", FILES, candidate(edit(FIXED)))
    assert result == GateResult("lint", GateStatus.PASSED, "ruff finds nothing new")


WORSE = {
    "security": ("import subprocess\nsubprocess.call('ls', shell=True)\n", "ruff S60"),
    "performance": ("x = []\nfor n in PRICES:\n    x.append(n * 2)\n", "ruff PERF401"),
    "an unused name": ("import os\n", "ruff F401"),
}


@needs_ruff
@pytest.mark.parametrize("name", WORSE)
def test_a_new_finding_fails(tmp_path: Path, name: str) -> None:
    added, word = WORSE[name]
    [result] = lint(tmp_path / "r", FILES, candidate(edit(FIXED + added)))
    assert result.status is GateStatus.FAILED
    assert result.detail.startswith("billing/plans.py:")
    assert word in result.detail


@needs_ruff
def test_what_was_there_before_is_not_held_against_the_change(tmp_path: Path) -> None:
    """Though it stands on another line now; one more of its kind is."""
    old = "import os\n" + BUGGY
    files = FILES | {"billing/plans.py": old}
    fixed = candidate(Edit("billing/plans.py", old, "# a line\nimport os\n" + FIXED))
    worse = candidate(Edit("billing/plans.py", old, "import os\nimport re\n" + FIXED))
    good, bad = lint(tmp_path / "r", files, fixed, worse)
    assert good.status is GateStatus.PASSED
    assert bad.status is GateStatus.FAILED
    assert "1 more" not in bad.detail


@needs_ruff
def test_the_settings_of_the_project_hold(tmp_path: Path) -> None:
    unused = candidate(edit("import os\n" + FIXED))
    ignored = FILES | {"ruff.toml": '[lint]\nselect = ["E9"]\n'}
    assert lint(tmp_path / "1", ignored, unused)[0].status is GateStatus.PASSED
    sorted_ = FILES | {"pyproject.toml": '[tool.ruff.lint]\nselect = ["I"]\n'}
    [result] = lint(tmp_path / "2", sorted_, unused)
    assert "ruff I001" in result.detail


@needs_ruff
def test_settings_that_cannot_be_read_skip_it(tmp_path: Path) -> None:
    files = FILES | {"ruff.toml": "[lint\n"}
    [result] = lint(tmp_path / "r", files, candidate(edit(FIXED)))
    assert result == GateResult("lint", GateStatus.SKIPPED, "ruff could not do its work")


@needs_ruff
def test_a_new_file_has_no_findings_to_start_from(tmp_path: Path) -> None:
    new = Edit("billing/more.py", None, "import os\n")
    [result] = lint(tmp_path / "r", FILES, candidate(new))
    assert result.status is GateStatus.FAILED
    assert "billing/more.py:1: ruff F401" in result.detail


def test_tests_are_not_judged(tmp_path: Path) -> None:
    new = Edit("tests/test_more.py", None, "import os\nassert True\n")
    [result] = lint(tmp_path / "r", FILES, candidate(new))
    assert result == GateResult("lint", GateStatus.SKIPPED, "only tests are changed")


def test_a_language_without_a_checker_is_named(tmp_path: Path) -> None:
    files = {"a.rb": "puts 1\n"}
    [result] = lint(tmp_path / "r", files, candidate(Edit("a.rb", "puts 1\n", "puts 2\n")))
    assert result == GateResult("lint", GateStatus.SKIPPED, "no checker for .rb")


@needs_go
def test_go_is_vetted(tmp_path: Path) -> None:
    before = "package p\n\nfunc F() int {\n\tx := 1\n\treturn x\n}\n"
    worse = before.replace("\treturn", "\tx = x\n\treturn")
    better = before.replace("1", "2")
    files = {"go.mod": "module x\n\ngo 1.19\n", "p/p.go": before}
    good, bad = lint(
        tmp_path / "r",
        files,
        candidate(Edit("p/p.go", before, better)),
        candidate(Edit("p/p.go", before, worse)),
    )
    assert good == GateResult("lint", GateStatus.PASSED, "go finds nothing new")
    assert bad.status is GateStatus.FAILED
    assert bad.detail == "p/p.go:5: go self-assignment of x to x: self-assignment of x to x"


SAID = {
    "eslint": Completed(
        1,
        "",
        report='[{"filePath": "/w/tree/a.js", "messages": [{"ruleId": "no-eval", "line": 3,'
        ' "message": "eval can be harmful."}, {"ruleId": null, "fatal": true, "line": 9,'
        ' "message": "Parsing error"}]}]',
    ),
    "tsc": Completed(2, "src/a.ts(3,5): error TS2339: Property 'x' does not exist.\nFound 1.\n"),
}
MEANT = {
    "eslint": [
        Finding("/w/tree/a.js", "no-eval", 3, "eval can be harmful."),
        Finding("/w/tree/a.js", "syntax", 9, "Parsing error"),
    ],
    "tsc": [Finding("src/a.ts", "TS2339", 3, "Property 'x' does not exist.")],
}


@pytest.mark.parametrize("name", SAID)
def test_what_other_checkers_say_is_read(name: str) -> None:
    assert BY_NAME[name].read(SAID[name]) == MEANT[name]


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: str(checker.program))
def test_one_that_fails_without_a_finding_has_not_checked(checker: Checker) -> None:
    assert checker.read(Completed(2, "it broke", report=None)) is None
    assert checker.read(Completed(2, "", report='{"a": [}')) is None


@given(st.sampled_from(CHECKERS), st.text(), st.text(), st.integers(0, 2))
def test_no_output_breaks_a_reader(checker: Checker, output: str, report: str, code: int) -> None:
    found = checker.read(Completed(code, output, report=report))
    assert found is None or all(isinstance(one, Finding) for one in found)
