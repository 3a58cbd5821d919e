"""Runs unittest's tests and writes what became of each to $ERRWATCH_REPORT, as JSON.

    unittest_report.py FOLDER...

A script for the Python of the repository under test, which may be as old as 3.6: it imports nothing
of errwatch.
"""

import json
import os
import sys
import unittest
from pathlib import Path


class Recorder(unittest.TextTestResult):
    """Remembers the tests that it saw; the base class remembers only those that did not pass."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.started = set()  # type: set[str]

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().startTest(test)
        self.started.add(test.id())


def outcomes(result: Recorder) -> "dict[str, str]":
    """By test id. A test whose subtest failed has failed."""
    found = dict.fromkeys(result.started, "passed")
    found.update({test.id(): "skipped" for test, _ in result.skipped})
    bad = [test for test, _ in result.failures + result.errors] + list(result.unexpectedSuccesses)
    found.update({getattr(test, "test_case", test).id(): "failed" for test in bad})
    return found


def failures(result: Recorder) -> "dict[str, str]":
    """By test id, the traceback of what failed."""
    bad = result.failures + result.errors
    return {getattr(test, "test_case", test).id(): text for test, text in bad}


def main() -> int:
    sys.path[0] = str(Path.cwd())  # in place of errwatch's own folder
    suite = unittest.TestSuite()
    for folder in sys.argv[1:]:
        suite.addTests(unittest.TestLoader().discover(folder, top_level_dir=folder))
    runner = unittest.TextTestRunner(resultclass=Recorder)
    result = runner.run(suite)
    assert isinstance(result, Recorder)
    report = {"tests": outcomes(result), "failures": failures(result)}
    Path(os.environ["ERRWATCH_REPORT"]).write_text(json.dumps(report))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
