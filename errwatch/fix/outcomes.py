"""What a test run says, test by test. The reports are written by the code under test: distrust."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The ids of the tests that passed, and how many tests there were in all."""

    passed: frozenset[str]
    collected: int
    failures: Mapping[str, str] = field(default_factory=dict)
    """By test id, what those that failed have printed; where they raised comes last."""


Reader = Callable[[str], Outcomes | None]


def read_junit(text: str) -> Outcomes | None:
    """pytest's `--junitxml`. None where it is not one."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError:
        return None
    cases = list(root.iter("testcase"))
    failures = {_junit_id(case): text for case in cases if (text := _junit_failure(case))}
    return _outcomes(((_junit_id(case), _passed(case)) for case in cases), failures)


def _junit_id(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '')}::{case.get('name', '')}"


def _passed(case: ElementTree.Element) -> bool:
    return not any(child.tag in ("failure", "error", "skipped") for child in case)


def _junit_failure(case: ElementTree.Element) -> str:
    """The text, then the first line of the message, which is the exception alone."""
    failed = [child for child in case if child.tag in ("failure", "error")]
    return "\n".join(
        f"{child.text or ''}\n{child.get('message', '').partition(chr(10))[0]}" for child in failed
    ).strip()


def read_unittest(text: str) -> Outcomes | None:
    """What `unittest_report` writes. None where it is something else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    tests = document.get("tests") if isinstance(document, dict) else None
    if not isinstance(tests, dict):
        return None
    told = document.get("failures")
    failures = told if isinstance(told, dict) else {}
    return _outcomes(
        ((name, outcome == "passed") for name, outcome in tests.items()),
        {name: text for name, text in failures.items() if isinstance(text, str)},
    )


def _outcomes(tests: Iterable[tuple[str, bool]], failures: Mapping[str, str]) -> Outcomes:
    """Of tests that share an id all must have passed."""
    verdicts: dict[str, bool] = {}
    for name, passed in tests:
        verdicts[name] = passed and verdicts.get(name, True)
    passing = frozenset(name for name, passed in verdicts.items() if passed)
    return Outcomes(passing, len(verdicts), failures)
