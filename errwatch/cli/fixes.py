"""`errwatch fixes`."""

from __future__ import annotations

from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, show
from errwatch.errors import UnknownReference
from errwatch.model.fix import Fix
from errwatch.render.schema import FixesSchema, FixReportSchema, FixSchema
from errwatch.render.terminal import fix_lines, fix_row
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="List and show fixes."
)

FormatOption = Annotated[Format, typer.Option()]


@app.command("list")
def list_(format: FormatOption = Format.TEXT) -> None:
    """List fixes, newest first."""
    with Wiring.here().state() as store:
        fixes = store.fixes()
        ids = {issue.fingerprint: issue.id for issue in store.issues()}
    if format is Format.JSON:
        emit(FixesSchema(fixes=[FixSchema.of(fix, ids[fix.issue]) for fix in fixes]).dump())
    else:
        show(fix_row(fix, ids[fix.issue]) for fix in fixes)


@app.command("show")
def show_(
    fix: Annotated[str, typer.Argument(metavar="FIX", help="Its id, such as FX-1.")],
    format: FormatOption = Format.TEXT,
) -> None:
    """Show a fix, its gates and its change."""
    with Wiring.here().state() as store:
        found = _find(fix, store.fixes())
        issue = store.issue(found.issue)
    if format is Format.JSON:
        emit(FixReportSchema.of(found, issue.id).dump())
    else:
        show(fix_lines(found, issue.id))


def _find(reference: str, fixes: list[Fix]) -> Fix:
    for fix in fixes:
        if fix.id.lower() == reference.lower():
            return fix
    msg = f"{reference}: no such fix; see errwatch fixes list"
    raise UnknownReference(msg)
