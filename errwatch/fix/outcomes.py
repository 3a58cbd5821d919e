"""What a test run says, test by test. The reports are written by the code under test: distrust."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The ids of the tests that passed, and how many tests there were in all."""

    passed: frozenset[str]
    collected: int


Reader = Callable[[str], Outcomes | None]


def read_junit(text: str) -> Outcomes | None:
    """pytest's `--junitxml`. None where it is not one."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError:
        return None
    return _outcomes((_junit_id(case), _passed(case)) for case in root.iter("testcase"))


def _junit_id(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '')}::{case.get('name', '')}"


def _passed(case: ElementTree.Element) -> bool:
    return not any(child.tag in ("failure", "error", "skipped") for child in case)


def read_unittest(text: str) -> Outcomes | None:
    """What `unittest_report` writes. None where it is something else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    tests = document.get("tests") if isinstance(document, dict) else None
    if not isinstance(tests, dict):
        return None
    return _outcomes((name, outcome == "passed") for name, outcome in tests.items())


def _outcomes(tests: Iterable[tuple[str, bool]]) -> Outcomes:
    """Of tests that share an id all must have passed."""
    verdicts: dict[str, bool] = {}
    for name, passed in tests:
        verdicts[name] = passed and verdicts.get(name, True)
    passing = frozenset(name for name, passed in verdicts.items() if passed)
    return Outcomes(passing, len(verdicts))
