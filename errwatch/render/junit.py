"""JUnit XML: each input and each issue a test case, so that any CI server can show them.

Valid against both schemas in use, Ant's and Jenkins's; hence the attributes that say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from errwatch.model.issue import Issue
from errwatch.model.triage import Triage
from errwatch.render.plain import clean, inert_xml, one_line
from errwatch.render.terminal import place, plural

NAME = "errwatch"

_NO_XML = {0xFFFE: "\N{REPLACEMENT CHARACTER}", 0xFFFF: "\N{REPLACEMENT CHARACTER}"}


def junit(triage: Triage, now: datetime) -> str:
    """An issue that fails the scan is a failure, another one is skipped; an input that could not
    be read is an error, one that could is a test that passed."""
    root = Element("testsuites")
    suite = SubElement(root, "testsuite", _counts(triage, now))
    SubElement(suite, "properties")
    for one in triage.result.inputs:
        _case(suite, f"read {one.input}", "errwatch.inputs")
    for failure in triage.result.failures:
        case = _case(suite, f"read {failure}", "errwatch.inputs")
        SubElement(case, "error", {"type": "unreadable", "message": _line(failure)})
    for issue in triage.result.issues:
        _issue(suite, issue, failing=triage.fails(issue))
    SubElement(suite, "system-out")
    SubElement(suite, "system-err").text = _text("\n".join(triage.result.failures))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + inert_xml(tostring(root, "unicode"))


def _counts(triage: Triage, now: datetime) -> dict[str, str]:
    result = triage.result
    failures = sum(triage.fails(issue) for issue in result.issues)
    return {
        "name": NAME,
        "package": NAME,
        "id": "0",
        "hostname": "localhost",
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S}",
        "time": "0",
        "tests": str(len(result.inputs) + len(result.failures) + len(result.issues)),
        "failures": str(failures),
        "errors": str(len(result.failures)),
        "skipped": str(len(result.issues) - failures),
    }


def _issue(suite: Element, issue: Issue, *, failing: bool) -> None:
    verdict, event = issue.classification, issue.event
    category = verdict.category if verdict else "unclassified"
    case = _case(suite, f"{issue.title} ({issue.id})", f"errwatch.{category}")
    if not failing:
        SubElement(case, "skipped")
        return
    message = {"type": _line(event.exception_type or event.level.value), "message": issue.title}
    failure = SubElement(case, "failure", {key: _line(value) for key, value in message.items()})
    failure.text = _text("\n".join(_facts(issue)))


def _facts(issue: Issue) -> Sequence[str]:
    event = issue.event
    where = place(event.culprit)
    seen = f"{plural(issue.count, 'event')}, the first in {event.source}, line {event.line}"
    return [*([f"at {where}"] if where else []), seen, "", event.text.rstrip()]


def _case(suite: Element, name: str, group: str) -> Element:
    return SubElement(
        suite, "testcase", {"name": _line(name), "classname": _line(group), "time": "0"}
    )


def _line(text: str) -> str:
    return one_line(_text(text))


def _text(text: str) -> str:
    """Without the characters that XML 1.0 does not have."""
    return clean(text).translate(_NO_XML)
