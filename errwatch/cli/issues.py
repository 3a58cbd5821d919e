"""`errwatch issues`."""

from __future__ import annotations

from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, show
from errwatch.group.explain import explain_issue, merged_into, split_from
from errwatch.model.change import StatusSet
from errwatch.model.issue import Issue, Status
from errwatch.regroup import merge_issues, split_issue
from errwatch.render.explain import ExplanationSchema, Grounds, explanation_lines
from errwatch.render.schema import IssuesSchema
from errwatch.render.terminal import detail_lines, status_line
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="List, show, explain, merge, split, resolve, ignore and reopen issues.",
)

Ids = Annotated[list[str], typer.Argument(metavar="ISSUE...", help="Ids, or the starts of them.")]
FormatOption = Annotated[Format, typer.Option()]


@app.command("list")
def list_(
    status: Annotated[Status | None, typer.Option(help="Only issues of this status.")] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """List issues, the one last seen first."""
    with Wiring.here().state() as store:
        found = [issue for issue in store.issues() if status in (None, issue.status)]
    _show(found, format)


@app.command("show")
def show_(ids: Ids, format: FormatOption = Format.TEXT) -> None:
    """Show all that is known of issues."""
    with Wiring.here().state() as store:
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
    wiring = Wiring.here()
    with wiring.state() as store:
        found = store.issue(issue)
        known = store.grouping()
    grounds = Grounds(
        explain_issue(found, wiring.groups()),
        merged_into(found, known),
        known.by_hand,
        split_from(found, known),
    )
    if format is Format.JSON:
        emit(ExplanationSchema.of(found, grounds).dump())
    else:
        show(explanation_lines(found, grounds))


@app.command()
def merge(ids: Ids, format: FormatOption = Format.TEXT) -> None:
    """Make several issues one, for good; the one that was found first stays."""
    wiring = Wiring.here()
    with wiring.store() as store:
        merged = merge_issues([store.issue(one) for one in ids], wiring.rules(), store)
    _show([merged], format)


@app.command()
def split(
    issue: Annotated[str, typer.Argument(metavar="ISSUE", help="An id, or the start of one.")],
    fingerprints: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FINGERPRINT]...", help="What is to leave it. Default: all that was merged."
        ),
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Take apart what was merged, for good: nothing but you merges it again.

    `errwatch issues explain ISSUE` lists its fingerprints. Each is an issue with its own counts;
    one that was never counted apart leaves its events behind, and is an issue when it comes again.
    """
    wiring = Wiring.here()
    with wiring.store() as store:
        found = store.issue(issue)
        names = [store.fingerprint(one) for one in fingerprints or ()]
        if not names and (named := store.fingerprint(issue)) != found.fingerprint:
            names = [named]
        parts = split_issue(found, names, wiring.rules(), store)
    _show(parts, format)


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


def _show(found: list[Issue], format: Format) -> None:
    if format is Format.JSON:
        emit(IssuesSchema.of(found).dump())
    else:
        for issue in found:
            show(status_line(issue))


def _set(ids: list[str], status: Status) -> None:
    with Wiring.here().store() as store:
        found = [store.issue(one) for one in ids]
        store.commit(*(StatusSet(issue.fingerprint, status) for issue in found), actor="issues")
        changed = [store.issue(issue.fingerprint) for issue in found]
    _show(changed, Format.TEXT)
