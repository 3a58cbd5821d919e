"""How the tests of a repository are run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path, PurePosixPath

from errwatch.fix.outcomes import Outcomes, Reader, read_junit, read_unittest
from errwatch.fix.workbench import split_command
from errwatch.interfaces import Tree
from errwatch.model.completed import Completed

ALONE = "the command"
"""Stands for the tests where only an exit code tells."""

_JUNIT = "--junitxml=$ERRWATCH_REPORT"
_UNITTEST = str(Path(__file__).with_name("unittest_report.py"))
_PYTEST_SETTINGS = {
    "pytest.ini": "[pytest]",
    "tox.ini": "[pytest]",
    "setup.cfg": "[tool:pytest]",
    "pyproject.toml": "[tool.pytest",
}


@dataclass(frozen=True, slots=True)
class Suite:
    """A command that runs the tests, and how to read the report that it writes."""

    command: tuple[str, ...]
    reader: Reader | None = None
    """None: only the exit code tells."""
    note: str = ""
    """What a reader must know of how they ran."""

    def outcomes(self, done: Completed) -> Outcomes | None:
        """What the run says; None where it says nothing that can be read."""
        if self.reader is not None:
            return self.reader(done.report or "")
        passed = [ALONE] if done.returncode == 0 else []
        return Outcomes(frozenset(passed), 1)


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """There is nothing to compare, and why."""

    reason: str


def find_suite(
    test: str | None, tree: Tree, python: str, has_pytest: Callable[[], bool]
) -> Suite | Unmeasured:
    """As `--test` says, else by looking: pytest where it is there, else unittest."""
    if test is not None:
        return Unmeasured("not wanted") if test.strip() == "none" else _given(test)
    tests = [file for file in tree.files() if _is_test(file)]
    if not tests and not _configures_pytest(tree):
        return Unmeasured("no tests")
    if has_pytest():
        options = ("-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", _JUNIT)
        return Suite((python, "-m", "pytest", *options), read_junit)
    if any("unittest" in (tree.read(file) or "") for file in tests):
        folders = _start_folders(tests, tree.files())
        meant = _configures_pytest(tree) or any("pytest" in (tree.read(t) or "") for t in tests)
        note = f"by unittest, as {_without_pytest(python)}" if meant else ""
        return Suite((python, _UNITTEST, *folders), read_unittest, note)
    return Unmeasured(f"no tests that run: {_without_pytest(python)}")


def one_test(python: str, file: str, *, has_pytest: bool) -> tuple[str, ...]:
    """Runs the tests of one file, and shows what they raise as Python does."""
    if has_pytest:
        return (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=native", file)
    return (python, "-m", "unittest", file)


def _without_pytest(python: str) -> str:
    return f"{python} has no pytest; set [repo] python to one that has"


def _given(test: str) -> Suite:
    words = split_command("--test", test)
    if _is_pytest(words):
        return Suite((*words, _JUNIT), read_junit)
    return Suite(tuple(words))


def _is_pytest(words: list[str]) -> bool:
    program = next((word for word in words if word != "env" and "=" not in word), "")
    return Path(program).name in ("pytest", "py.test") or ("-m", "pytest") in pairwise(words)


def _is_test(file: str) -> bool:
    name = PurePosixPath(file).name
    return fnmatch(name, "test*.py") or fnmatch(name, "*_test.py")


def _configures_pytest(tree: Tree) -> bool:
    return any(section in (tree.read(file) or "") for file, section in _PYTEST_SETTINGS.items())


def _start_folders(tests: Iterable[str], files: frozenset[str]) -> list[str]:
    """The folders that unittest has to start from: those above the tests that are no packages."""
    folders = set()
    for test in tests:
        folder = PurePosixPath(test).parent
        while str(folder / "__init__.py") in files and folder != folder.parent:
            folder = folder.parent
        folders.add(str(folder))
    return sorted(folders)
