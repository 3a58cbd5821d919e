"""`errwatch classify`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, note, show
from errwatch.errors import SourceError, UsageError
from errwatch.model.issue import Issue
from errwatch.pipeline import classify as classify_issues
from errwatch.pipeline import correct, judge_text
from errwatch.render.schema import IssuesSchema
from errwatch.render.terminal import issue_lines, verdict_lines
from errwatch.wiring import Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def classify(
    issues: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ISSUE]...", help="Ids; - takes log text from a pipe. Default: all."
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the rule and what it matched.")
    ] = False,
    category: Annotated[
        str | None, typer.Option("--as", metavar="CATEGORY", help="Correct the verdict, for good.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Judge by the rules even what you corrected.")
    ] = False,
    format: Annotated[Format, typer.Option()] = Format.TEXT,
) -> None:
    """Say what kind of error an issue is, and why."""
    wiring = Wiring.here()
    if issues == ["-"]:
        if category is not None:
            msg = "--as corrects a stored issue, and - is none: scan the text first"
            raise UsageError(msg)
        if sys.stdin is None:
            msg = "-: standard input is closed"
            raise SourceError(msg)
        found = judge_text(sys.stdin.buffer.read(), wiring.eyes())
        if not found:
            note("no error in the text")
    else:
        found = _stored(wiring, issues or [], category, again)
    if format is Format.JSON:
        emit(IssuesSchema.of(found).dump())
        return
    for issue in found:
        show(issue_lines(issue))
        if explain or len(found) == 1:
            show(verdict_lines(issue))


def _stored(wiring: Wiring, ids: list[str], category: str | None, again: bool) -> list[Issue]:
    pack = wiring.rules()
    with wiring.store() as store:
        wanted = [store.issue(one) for one in ids] if ids else store.issues()
        if category is None:
            return classify_issues(wanted, pack, store, again=again)
        if not ids:
            msg = "--as needs the issue that it corrects: errwatch classify EW-... --as CATEGORY"
            raise UsageError(msg)
        return [correct(issue, category, pack, store) for issue in wanted]
