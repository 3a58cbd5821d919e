"""JUnit XML, checked against what the schemas of Ant and of Jenkins have in common."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, fromstring

from hypothesis import given

from errwatch.render.junit import junit
from tests.render.made import hostile, issue, texts, triage

NOW = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)

CASE = {"name", "classname", "time"}
SUITE = {"name", "package", "id", "hostname", "timestamp", "time", "tests", "failures", "errors"}
SHAPES: dict[str, tuple[set[str], set[str], str]] = {
    "testsuites": (set(), set(), "(testsuite )*"),
    "testsuite": (SUITE, {"skipped"}, "properties (testcase )*system-out system-err "),
    "properties": (set(), set(), ""),
    "testcase": (CASE, set(), "((skipped|error|failure) )?"),
    "skipped": (set(), set(), ""),
    "error": ({"type"}, {"message"}, ""),
    "failure": ({"type"}, {"message"}, ""),
    "system-out": (set(), set(), ""),
    "system-err": (set(), set(), ""),
}
"""Element -> attributes that it must have, that it may have, and a pattern of its children."""


def valid(element: Element) -> None:
    required, optional, children = SHAPES[element.tag]
    assert required <= set(element.attrib) <= required | optional
    assert re.fullmatch(children, "".join(f"{child.tag} " for child in element)), element.tag
    for child in element:
        valid(child)


def suite(document: str) -> Element:
    root = fromstring(document)  # noqa: S314 - our own
    assert root.tag == "testsuites"
    valid(root)
    one = root[0]
    cases = one.findall("testcase")
    assert one.attrib["tests"] == str(len(cases))
    for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert one.attrib[name] == str(sum(case.find(kind) is not None for case in cases))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", one.attrib["timestamp"])
    return one


def test_an_issue_is_a_failed_test_with_its_text() -> None:
    cases = suite(junit(triage(issue(text="line one\nline <two> & more")), NOW)).findall("testcase")
    assert [case.attrib["name"] for case in cases] == [
        "read app.log", "KeyError: 'plan' (EW-00000000)",
    ]  # fmt: skip
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.attrib == {"type": "KeyError", "message": "KeyError: 'plan'"}
    assert failure.text is not None
    assert failure.text.splitlines()[0] == "at /app/billing/plans.py:41 in price_of"
    assert failure.text.endswith("line one\nline <two> & more")


def test_what_does_not_fail_the_scan_is_skipped() -> None:
    assert suite(junit(triage(issue(), failing=False), NOW)).attrib["skipped"] == "1"


def test_an_unread_input_is_an_error() -> None:
    one = suite(junit(triage(failures=("a.log: gone",)), NOW))
    assert one.attrib["errors"] == "1"
    assert [error.attrib["message"] for error in one.iter("error")] == ["a.log: gone"]
    assert one.findtext("system-err") == "a.log: gone"


@given(texts)
def test_any_text_gives_valid_xml(text: str) -> None:
    document = junit(hostile(text), NOW)
    suite(document)
    document.encode("utf-8")
