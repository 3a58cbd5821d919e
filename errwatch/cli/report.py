"""`errwatch report`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from errwatch.cli.output import emit, show, width
from errwatch.cli.when import moment, window
from errwatch.model.period import Period
from errwatch.model.report import Report
from errwatch.render.report.schema import ReportSchema
from errwatch.render.report.terminal import Screen, report_lines
from errwatch.render.report.words import BARS
from errwatch.reporting import report as make_report
from errwatch.wiring import Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class ReportFormat(StrEnum):
    TERMINAL = "terminal"
    TEXT = "text"
    JSON = "json"


@app.command()
def report(
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="WHEN", help="24h, 7d, or an ISO time. Default: all."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="WHEN", help="As --since. Default: now."),
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only issues seen in this service.")
    ] = None,
    format: Annotated[ReportFormat, typer.Option(help="text is the same as terminal.")] = (
        ReportFormat.TERMINAL
    ),
) -> None:
    """Say how things stand."""
    wiring = Wiring.here()
    window(since, until)
    period = Period(since, until, datetime.now(UTC))
    with wiring.state() as store:
        found = make_report(store, period, service=service, service_of=wiring.service_of())
    if format in (ReportFormat.TERMINAL, ReportFormat.TEXT):
        show(report_lines(found, Screen(width(), unicode=_draws_bars())))
    else:
        emit(_text(found, format))


def _text(report: Report, format: ReportFormat) -> str:
    return ReportSchema.of(report).dump()


def _draws_bars() -> bool:
    """Whether standard output can show what sparklines are made of."""
    try:
        f"{BARS}…".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
