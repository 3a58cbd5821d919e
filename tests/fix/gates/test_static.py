"""Path policy, syntax and diff policy."""

from __future__ import annotations

import pytest

from errwatch.fix.gates import STATIC
from errwatch.fix.gates.diff import diff
from errwatch.fix.gates.paths import paths
from errwatch.fix.gates.syntax import syntax
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, Edit, GateStatus
from tests.fix.trees import edit


def candidate(*edits: Edit) -> Candidate:
    return Candidate("recipes", "r", "t", "", edits)


def test_gates_run_cheapest_first() -> None:
    passed = candidate(edit("x = 1\n", "x = 2\n"))
    results = [gate(passed, Policy()) for gate in STATIC]
    assert [result.name for result in results] == ["paths", "syntax", "diff", "secrets", "symptoms"]
    assert {result.status for result in results} == {GateStatus.PASSED}


@pytest.mark.parametrize(
    "file",
    [
        "/etc/passwd",
        "../x.py",
        "a/../../x.py",
        "a//b.py",
        "./a.py",
        "a\\b.py",
        "C:/x.py",
        "a\n.py",
        "a\u202eyp.x",
        "",
        ".github/workflows/ci.yml",
    ],
)
def test_paths_stay_inside_and_off_what_is_denied(file: str) -> None:
    result = paths(candidate(edit(None, "x = 1\n", file)), Policy())
    assert result.status is GateStatus.FAILED
    assert repr(file) in result.detail


@pytest.mark.parametrize(
    ("file", "text", "where"),
    [
        ("a.py", "x = 1\ny = (\n", "a.py:2:"),
        ("a.py", "x\0", "a.py"),
        ("a.py", "(" * 5000, "a.py"),
        ("a.toml", "x = \n", "a.toml"),
        ("a.json", "{,}", "a.json"),
    ],
)
def test_syntax_names_the_file_that_does_not_parse(file: str, text: str, where: str) -> None:
    result = syntax(candidate(edit("", text, file)), Policy())
    assert result.status is GateStatus.FAILED
    assert where in result.detail


def test_syntax_lets_pass_what_parses_now() -> None:
    mended = edit("print 1\n", "print(1)\n")
    odd = edit("", 'x = "\\d"\n', "b.py")
    assert (
        syntax(candidate(mended, odd, edit("", "?", "c.md")), Policy()).detail == "2 files parsed"
    )


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ((), "changes nothing"),
        ((edit("x\n", "x\n"),), "shop/orders.py: unchanged"),
        ((edit("x\n", "\n"),), "shop/orders.py: emptied"),
        ((edit("x\n", "y\n"), edit("x\n", "z\n")), "edits a file twice"),
        ((edit("", "x\n" * 201),), "201 lines, at most 200 allowed"),
        (tuple(edit("", "x\n", f"{n}.py") for n in range(6)), "6 files, at most 5 allowed"),
        (
            (edit("x\n", "y\n", "tests/test_a.py"),),
            "tests/test_a.py: an existing test is read-only",
        ),
        ((edit("x\n", "x\ny = 1 \u202e\n"),), "shop/orders.py:2: adds an unseen character"),
        ((edit("x\n", "x\n\x1b\n"),), "shop/orders.py:2: adds an unseen character"),
    ],
)
def test_diff_refuses(edits: tuple[Edit, ...], reason: str) -> None:
    result = diff(candidate(*edits), Policy())
    assert result.status is GateStatus.FAILED
    assert reason in result.detail


def test_diff_allows_new_tests_and_characters_that_were_there() -> None:
    kept = edit("x = '\u200d'\n", "y = '\u200d'\r\n")
    new = edit(None, "def test_x(): ...\n", "tests/test_x.py")
    assert diff(candidate(kept, new), Policy()).status is GateStatus.PASSED


def test_a_failure_shows_the_first_few_reasons() -> None:
    many = [edit("", "x\n", f"../{n}.py") for n in range(8)]
    detail = paths(candidate(*many), Policy()).detail
    assert detail.endswith("and 3 more")
    assert "../4.py" in detail
    assert "../5.py" not in detail
