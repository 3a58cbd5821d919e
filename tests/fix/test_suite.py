from __future__ import annotations

from dataclasses import dataclass

import pytest

from errwatch.errors import UsageError
from errwatch.fix.outcomes import read_junit, read_unittest
from errwatch.fix.suite import Suite, Unmeasured, find_suite


@dataclass(frozen=True)
class Files:
    """A tree in memory."""

    texts: dict[str, str]
    commit: str = "0" * 40

    def files(self) -> frozenset[str]:
        return frozenset(self.texts)

    def read(self, file: str) -> str | None:
        return self.texts.get(file)


UNITTEST = "import unittest\n"


def found(
    files: dict[str, str] | None = None, test: str | None = None, *, pytest: bool = False
) -> Suite | Unmeasured:
    return find_suite(test, Files(files or {}), "python3", lambda: pytest)


def started_in(*files: str) -> tuple[str, ...]:
    suite = found(dict.fromkeys(files, UNITTEST))
    assert isinstance(suite, Suite)
    assert suite.reader is read_unittest
    return suite.command[2:]


def test_pytest_runs_the_tests_where_it_is_there() -> None:
    suite = found({"tests/test_a.py": UNITTEST}, pytest=True)
    assert isinstance(suite, Suite)
    assert suite.command[:3] == ("python3", "-m", "pytest")
    assert suite.reader is read_junit


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pytest.ini", "[pytest]\npython_files = *\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\n"),
        ("setup.cfg", "[tool:pytest]\n"),
        ("tox.ini", "[pytest]\n"),
    ],
)
def test_a_configured_pytest_needs_no_usual_names(file: str, text: str) -> None:
    assert isinstance(found({file: text, "spec/a.py": ""}, pytest=True), Suite)


def test_unittest_starts_above_the_packages() -> None:
    assert started_in("tests/test_a.py") == ("tests",)
    assert started_in("tests/__init__.py", "tests/test_a.py") == (".",)
    assert started_in("a/b/__init__.py", "a/b/c/__init__.py", "a/b/c/test_a.py") == ("a",)
    assert started_in("x/test_a.py", "y/test_b.py", "y/z/test_c.py") == ("x", "y", "y/z")


def test_where_nothing_can_run_it_says_why() -> None:
    assert found({"a.py": ""}, pytest=True) == Unmeasured("no tests")
    assert found({"test_a.py": "def test(): ..."}) == Unmeasured(
        "no tests that run: python3 has no pytest; set [repo] python to one that has"
    )
    assert found({"test_a.py": ""}, "none") == Unmeasured("not wanted")


@pytest.mark.parametrize(
    "test", ["pytest -x", ".venv/bin/pytest", "python -m pytest tests", "env A=b B=c pytest"]
)
def test_a_given_pytest_writes_its_report(test: str) -> None:
    suite = found(test=test)
    assert isinstance(suite, Suite)
    assert suite.command == (*test.split(), "--junitxml=$ERRWATCH_REPORT")


@pytest.mark.parametrize("test", ["make pytest", "tox", "python -m unittest", ""])
def test_other_commands_stay_as_they_are(test: str) -> None:
    assert found(test=test) == Suite(tuple(test.split()))


def test_a_command_that_cannot_be_split_is_refused() -> None:
    with pytest.raises(UsageError, match="--test: "):
        found(test="run 'it")


def test_a_missing_pytest_is_told_with_the_way_out() -> None:
    way_out = "python3 has no pytest; set [repo] python to one that has"
    suite = found({"test_a.py": UNITTEST + "import pytest\n"})
    assert isinstance(suite, Suite)
    assert suite.note == f"by unittest, as {way_out}"
