from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import errwatch.fix.unittest_report
from errwatch.fix.outcomes import Outcomes, read_junit, read_unittest

JUNIT = """<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite tests="5">
<testcase classname="t.A" name="one"/>
<testcase classname="t.A" name="two"><failure message="no">x</failure></testcase>
<testcase classname="t.A" name="three"><skipped/></testcase>
<testcase classname="" name="t.b"><error message="collection failure"/></testcase>
<testcase classname="t.A" name="one"><system-out>seen</system-out></testcase>
<testcase classname="t.A" name="five"/><testcase classname="t.A" name="five"><error/></testcase>
</testsuite></testsuites>"""


def test_junit() -> None:
    assert read_junit(JUNIT) == Outcomes(
        frozenset({"t.A::one"}), 5, {"t.A::two": "x\nno", "::t.b": "collection failure"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<testsuites>",
        "\x00",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuites>&b;</testsuites>',
    ],
)
def test_what_is_no_junit_is_refused(text: str) -> None:
    assert read_junit(text) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tests": []}', "{", "[" * 100_000])
def test_what_is_no_report_is_refused(text: str) -> None:
    assert read_unittest(text) is None


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.sampled_from(["passed", "failed", "skipped"]) | st.none()))
def test_a_report_reads_back(tests: dict[str, str | None]) -> None:
    outcomes = read_unittest(json.dumps({"tests": tests}))
    passed = {name for name, outcome in tests.items() if outcome == "passed"}
    assert outcomes == Outcomes(frozenset(passed), len(tests))


SCRIPT = Path(errwatch.fix.unittest_report.__file__)

CASES = """\
import unittest
import helper

class A(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.fail()
    def test_error(self): raise KeyError
    @unittest.skip("later")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_unexpected(self): pass
    def test_sub(self):
        for n in (1, 2):
            with self.subTest(n=n): self.assertEqual(n, 1)

class B(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise KeyError
    def test_never(self): pass
"""


def test_the_unittest_script_tells_every_outcome(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text(CASES)
    (tmp_path / "tests/test_broken.py").write_text("import no_such_module")
    report = tmp_path / "report"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "tests"],
        cwd=tmp_path,
        env=os.environ | {"ERRWATCH_REPORT": str(report)},
        capture_output=True,
        check=False,
    )
    tests = json.loads(report.read_text())["tests"]
    assert done.returncode == 1
    assert {name.rpartition(".")[2]: outcome for name, outcome in tests.items()} == {
        "test_good": "passed",
        "test_bad": "failed",
        "test_error": "failed",
        "test_skipped": "skipped",
        "test_expected": "passed",
        "test_unexpected": "failed",
        "test_sub": "failed",
        "B)": "failed",
        "test_broken": "failed",
    }


def test_the_unittest_script_is_python_3_6() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))
    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    assert imported == {"json", "os", "sys", "unittest"}
