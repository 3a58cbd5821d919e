"""Annotations: on the right line, within GitHub's limits, and never commands of the log's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given

from errwatch.model.event import Frame
from errwatch.model.levels import Severity
from errwatch.model.triage import Triage
from errwatch.render.checkout import Checkout
from errwatch.render.github import MOST, github
from errwatch.render.junit import junit
from errwatch.render.markdown import markdown
from errwatch.render.plain import inert
from errwatch.render.sarif import sarif
from errwatch.render.schema import ScanSchema
from errwatch.render.terminal import scan_lines
from tests.render.made import hostile, issue, numbered, texts, triage
from tests.render.runner import Command, commands

CHECKOUT = Checkout(["src/billing/plans.py", "README.md"])


def annotated(triage: Triage, checkout: Checkout = CHECKOUT) -> list[Command]:
    found = commands(github(triage, checkout))
    return [one for one in found if one.name not in ("group", "endgroup")]


def test_an_annotation_stands_on_the_culprits_line_in_the_checkout() -> None:
    (one,) = annotated(triage(issue()))
    assert one.name == "error"
    assert (one.properties["file"], one.properties["line"]) == ("src/billing/plans.py", "41")
    assert one.properties["title"] == "EW-00000000 medium internal_error, 3 events"
    assert one.data.splitlines() == [
        "KeyError: 'plan'", "/app/billing/plans.py:41 in price_of", "guard",
    ]  # fmt: skip


@pytest.mark.parametrize("culprit", [None, Frame("/usr/lib/x.py", 1, "f")])
def test_what_is_not_in_the_checkout_is_annotated_nowhere(culprit: Frame | None) -> None:
    (one,) = annotated(triage(issue(culprit=culprit)))
    assert "file" not in one.properties
    assert "line" not in one.properties


def test_severity_decides_between_error_and_warning() -> None:
    issues = [issue(n, severity=severity) for n, severity in enumerate(Severity)]
    names = [one.name for one in annotated(triage(*issues))]
    assert names == ["error"] * 3 + ["warning"] * 2


def test_github_shows_ten_of_each_and_is_told_how_many_more() -> None:
    many = numbered(23, Severity.HIGH) + numbered(14, Severity.LOW, first=50)
    found = annotated(triage(*many, failures=("a.log: gone", "b.log: gone")))
    names = [one.name for one in found]
    assert names.count("error") == names.count("warning") == MOST
    assert [one.data for one in found[:2]] == ["a.log: gone", "b.log: gone"]
    assert found[-1].name == "notice"
    assert found[-1].data.startswith(f"{23 - 8 + 14 - 10} more")


def test_all_issues_are_in_the_log_as_text() -> None:
    many = numbered(15)
    text = github(triage(*many), CHECKOUT).partition("::group::")[2]
    assert all(issue.id in text for issue in many)


@given(texts)
def test_log_text_never_becomes_a_command(text: str) -> None:
    case = hostile(text)
    for one in commands(github(case, CHECKOUT)):
        assert one.name in ("error", "group", "endgroup")
        assert set(one.properties) <= {"file", "line", "title"}
    assert len(annotated(case)) == 3


SILENT: dict[str, Callable[[Triage], str]] = {
    "text": lambda t: "\n".join(inert(line.plain) for line in scan_lines(t.result)),
    "sarif": lambda t: sarif(t, CHECKOUT, "1"),
    "junit": lambda t: junit(t, datetime(2026, 1, 1, tzinfo=UTC)),
    "markdown": markdown,
}


@pytest.mark.parametrize("format", SILENT)
@given(text=texts)
def test_no_other_format_prints_a_command(format: str, text: str) -> None:
    assert commands(SILENT[format](hostile(text))) == []


@given(texts.filter(lambda text: text.isprintable()))
def test_json_prints_no_command(text: str) -> None:
    assert commands(ScanSchema.of(hostile(text).result).dump()) == []
