"""Hostile text in all that is shown of issues and fixes, in text and in JSON, and in messages.

SARIF, JUnit, GitHub, Markdown and the report have tests of their own beside this one.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from rich.text import Text

from errwatch.cli.output import emit, note, show
from errwatch.model.explanation import Explanation, Ground
from errwatch.model.fix import Fix, FixStatus, GateResult, GateStatus, Trial
from errwatch.model.issue import Issue
from errwatch.render.explain import ExplanationSchema, Grounds, explanation_lines
from errwatch.render.fix_schema import FixesSchema, FixReportSchema, FixSchema
from errwatch.render.schema import EventSchema, IssuesSchema, ScanSchema
from errwatch.render.terminal import (
    detail_lines,
    fix_lines,
    fix_row,
    pull_request_lines,
    scan_lines,
    status_line,
)
from tests.render.made import NOON, hostile, texts
from tests.render.runner import commands

WIDTH = 80
decoded = texts.map(lambda text: text.replace("\ud800", "?"))
"""What is read from a log, a name of a file or a diff has no half of a character in it."""


def issues(text: str) -> list[Issue]:
    return list(hostile(text).result.issues)


def grounds(text: str) -> Grounds:
    explained = Explanation("v1:a", Ground.IN_APP_FRAMES, (text,), ((text,),), text)
    return Grounds([explained], {"v1:b": text}, ["v1:b"], ["v1:c"])


def fix(text: str) -> Fix:
    gate = GateResult("tests", GateStatus.FAILED, text)
    diff = f"--- a/{text}\n+++ b/x\n+{text}\n"
    return Fix(
        "FX-1", "v1:a", FixStatus.DECLINED, NOON, title=text, rationale=text, branch=text,
        files=(text,), diff=diff, reason=text, gates=(gate,), sandbox=text, reproduction=text,
        trials=(Trial("recipes", "r", "rejected", text, diff, (gate,)),),
    )  # fmt: skip


SHOWN: dict[str, Callable[[str], Iterable[Text]]] = {
    "scan": lambda text: scan_lines(hostile(text).result),
    "issues list": lambda text: [line for one in issues(text) for line in status_line(one)],
    "issues show": lambda text: [line for one in issues(text) for line in detail_lines(one)],
    "issues explain": lambda text: explanation_lines(issues(text)[0], grounds(text)),
    "fixes list": lambda text: [fix_row(fix(text), "EW-00000000")],
    "fixes show": lambda text: fix_lines(fix(text), "EW-00000000"),
    "fix": lambda text: pull_request_lines(text, text),
}
DUMPED: dict[str, Callable[[str], str]] = {
    "scan": lambda text: ScanSchema.of(hostile(text).result).dump(),
    "events": lambda text: EventSchema.of(issues(text)[0].event, "EW-00000000").dump(),
    "issues": lambda text: IssuesSchema.of(issues(text)).dump(),
    "explain": lambda text: ExplanationSchema.of(issues(text)[0], grounds(text)).dump(),
    "fixes": lambda text: FixesSchema(fixes=[FixSchema.of(fix(text), "EW-00000000")]).dump(),
    "fix": lambda text: FixReportSchema.of(fix(text), "EW-00000000").dump(),
}


def printed(print_: Callable[[], None]) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        print_()
    return out.getvalue()


def harmless(output: str) -> None:
    """Nothing moves the cursor, opens a link, turns the direction or is obeyed by a runner."""
    assert commands(output) == []
    strange = {c for c in output if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}}
    assert strange <= {"\n", "\t", "\u200b"}, strange


@pytest.mark.parametrize("name", SHOWN)
@given(text=texts)
def test_lines_for_a_person_are_harmless(name: str, text: str) -> None:
    harmless(printed(lambda: show(SHOWN[name](text))))


@pytest.mark.parametrize("name", SHOWN)
@given(text=texts)
def test_a_terminal_gets_colours_alone_and_lines_as_wide_as_it_is(name: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORCE_COLOR", "1")
        patch.setenv("COLUMNS", str(WIDTH))
        patch.setenv("TERM", "xterm-256color")
        output = printed(lambda: show(line for line in SHOWN[name](text) if not line.no_wrap))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    harmless(plain)
    assert all(Text(line.expandtabs()).cell_len <= WIDTH for line in plain.split("\n"))


@pytest.mark.parametrize("name", DUMPED)
@given(text=decoded)
def test_json_is_json_and_harmless(name: str, text: str) -> None:
    output = printed(lambda: emit(DUMPED[name](text)))
    json.loads(output)
    harmless(output)


@given(text=texts)
def test_markup_of_rich_is_text(text: str) -> None:
    title = f"[bold red]x[/] {text}"
    assert "[bold red]x[/]" in printed(lambda: show(status_line(issues(title)[1])))


@given(text=texts)
def test_notes_are_one_harmless_line(text: str) -> None:
    err = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", err)
        note(text)
    harmless(err.getvalue())
    assert err.getvalue().count("\n") == 1
