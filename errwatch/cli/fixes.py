"""`errwatch fixes`."""

from __future__ import annotations

from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, note, show
from errwatch.cli.unwinding import unwinding
from errwatch.errors import UnknownReference
from errwatch.model.fix import Fix
from errwatch.model.pull_request import followed
from errwatch.render.schema import FixesSchema, FixReportSchema, FixSchema
from errwatch.render.terminal import fix_lines, fix_row
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="List and show fixes; follow their pull requests.",
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


@app.command("sync")
def sync_() -> None:
    """Follow the pull requests: ready, merged, quiet, back again. For cron.

    `watch --auto-fix` does it by itself. Exits 3 where one could not be looked at.
    """
    wiring = Wiring.here()
    with unwinding(), wiring.store() as store:
        if not any(followed(one) for one in store.pull_requests()):
            note("no pull request to follow")
            return
        publishing = wiring.publishing(note)
        shop = publishing.shop(wiring.repository(), dry_run=False, again=False)
        with shop.press.lock():
            whole = publishing.follower(shop, store).sync()
    raise typer.Exit(0 if whole else 3)


def _find(reference: str, fixes: list[Fix]) -> Fix:
    for fix in fixes:
        if fix.id.lower() == reference.lower():
            return fix
    msg = f"{reference}: no such fix; see errwatch fixes list"
    raise UnknownReference(msg)
