"""`errwatch issues`."""

from __future__ import annotations

from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, show
from errwatch.group.explain import explain_issue, merged_into
from errwatch.model.change import StatusSet
from errwatch.model.issue import Status
from errwatch.render.explain import ExplanationSchema, explanation_lines
from errwatch.render.schema import IssuesSchema
from errwatch.render.terminal import detail_lines, status_line
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="List, show, explain, resolve, ignore and reopen issues.",
)

Ids = Annotated[list[str], typer.Argument(metavar="ISSUE...", help="Ids, or the starts of them.")]
FormatOption = Annotated[Format, typer.Option()]


@app.command("list")
def list_(
    status: Annotated[Status | None, typer.Option(help="Only issues of this status.")] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """List issues, the one last seen first."""
    with Wiring.here().store() as store:
        found = [issue for issue in store.issues() if status in (None, issue.status)]
    if format is Format.JSON:
        emit(IssuesSchema.of(found).dump())
    else:
        for issue in found:
            show(status_line(issue))


@app.command("show")
def show_(ids: Ids, format: FormatOption = Format.TEXT) -> None:
    """Show all that is known of issues."""
    with Wiring.here().store() as store:
        found = [store.issue(one) for one in ids]
    if format is Format.JSON:
        emit(IssuesSchema.of(found).dump())
    else:
        for issue in found:
            show(detail_lines(issue))


@app.command()
def explain(
    issue: Annotated[str, typer.Argument(metavar="ISSUE", help="An id, or the start of one.")],
    format: FormatOption = Format.TEXT,
) -> None:
    """Say why the events of an issue are together."""
    with Wiring.here().store() as store:
        found = store.issue(issue)
        merged = merged_into(found, store.grouping())
    explanations = explain_issue(found)
    if format is Format.JSON:
        emit(ExplanationSchema.of(found, explanations, merged).dump())
    else:
        show(explanation_lines(found, explanations, merged))


@app.command()
def resolve(ids: Ids) -> None:
    """Mark issues as resolved; seen again, they are regressed."""
    _set(ids, Status.RESOLVED)


@app.command()
def ignore(ids: Ids) -> None:
    """Go on counting issues, and say nothing of them."""
    _set(ids, Status.IGNORED)


@app.command()
def reopen(ids: Ids) -> None:
    """Take back a resolve or an ignore."""
    _set(ids, Status.ONGOING)


def _set(ids: list[str], status: Status) -> None:
    with Wiring.here().store() as store:
        found = [store.issue(one) for one in ids]
        store.commit(*(StatusSet(issue.fingerprint, status) for issue in found), actor="issues")
        changed = [store.issue(issue.fingerprint) for issue in found]
    for issue in changed:
        show(status_line(issue))
