"""`errwatch report`."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from errwatch.cli.output import emit, note, show, width
from errwatch.cli.when import moment, window
from errwatch.errors import UsageError
from errwatch.model.period import Period
from errwatch.model.report import Report
from errwatch.render.report.markdown import markdown
from errwatch.render.report.page import page
from errwatch.render.report.schema import ReportSchema
from errwatch.render.report.terminal import Screen, report_lines
from errwatch.render.report.words import BARS
from errwatch.reporting import report as make_report
from errwatch.wiring import Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class ReportFormat(StrEnum):
    TERMINAL = "terminal"
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"


SUFFIXES = {
    ".html": ReportFormat.HTML,
    ".htm": ReportFormat.HTML,
    ".md": ReportFormat.MARKDOWN,
    ".json": ReportFormat.JSON,
}

DOCUMENTS: Mapping[ReportFormat, Callable[[Report], str]] = {
    ReportFormat.MARKDOWN: markdown,
    ReportFormat.JSON: lambda found: ReportSchema.of(found).dump(),
    ReportFormat.HTML: page,
}


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
    format: Annotated[
        ReportFormat | None,
        typer.Option(help="Default: by the end of --output, else terminal; text is the same."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the HTML in a browser.")] = False,
) -> None:
    """Say how things stand."""
    format = _wanted(format, output, shown=open_)
    window(since, until)
    wiring = Wiring.here()
    with wiring.state() as store:
        period = Period(since, until, datetime.now(UTC))
        found = make_report(store, period, service=service, service_of=wiring.service_of())
    if open_:
        output = output or Path(tempfile.mkdtemp(prefix="errwatch-"), "report.html")
    if output is not None:
        wiring.write(output, _document(found, format) + "\n")
    elif format in DOCUMENTS:
        emit(_document(found, format))
    else:
        show(report_lines(found, Screen(width(), unicode=_draws_bars())))
    if open_ and output is not None:
        _open(output)


def _wanted(format: ReportFormat | None, output: Path | None, *, shown: bool) -> ReportFormat:
    """Raises UsageError where a browser would have to show what is no page."""
    if format is None and shown:
        format = ReportFormat.HTML
    if format is None:
        ending = output.suffix.lower() if output else ""
        format = SUFFIXES.get(ending, ReportFormat.TERMINAL)
    if shown and format is not ReportFormat.HTML:
        msg = f"--open shows HTML, not {format}; leave --format out"
        raise UsageError(msg)
    return format


def _document(report: Report, format: ReportFormat) -> str:
    """For a file; lines for a terminal are as wide there as in a pipe."""
    if format in DOCUMENTS:
        return DOCUMENTS[format](report)
    return "\n".join(line.plain for line in report_lines(report, Screen(width())))


def _open(path: Path) -> None:
    if not webbrowser.open(path.absolute().as_uri()):
        note(f"no browser could be started; the report is {path}")


def _draws_bars() -> bool:
    """Whether standard output can show what sparklines are made of."""
    try:
        f"{BARS}…".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
