"""`errwatch report`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, show
from errwatch.cli.when import moment
from errwatch.pipeline import report as make_report
from errwatch.render.report import ReportSchema, report_lines
from errwatch.wiring import Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def report(
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="WHEN", help="24h, 7d, or an ISO time. Default: all."),
    ] = None,
    format: Annotated[Format, typer.Option()] = Format.TEXT,
) -> None:
    """Say how things stand."""
    with Wiring.here().state() as store:
        standing = make_report(store, since)
    if format is Format.JSON:
        emit(ReportSchema.of(standing).dump())
    else:
        show(report_lines(standing))
