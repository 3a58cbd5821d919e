"""`errwatch analyze`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from errwatch.cli.output import Format, emit, show
from errwatch.pipeline import analyze as analyze_issue
from errwatch.render.schema import AnalysisSchema
from errwatch.render.terminal import analysis_lines, issue_lines
from errwatch.wiring import Wiring
from errwatch.wiring.engines import Wanted

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def analyze(
    issue: Annotated[str, typer.Argument(metavar="ISSUE", help="An id, or the start of one.")],
    repo: Annotated[
        Path | None, typer.Option(help="The repository it comes from. Default: this one.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no model.")] = False,
    model: Annotated[
        list[str], typer.Option(help="Models for claude, from the cheapest to the strongest.")
    ] = [],  # noqa: B006
    budget: Annotated[
        float | None, typer.Option(metavar="DOLLARS", min=0.0, help="For models, at most.")
    ] = None,
    ran: Annotated[
        str | None,
        typer.Option(metavar="COMMIT", help="The commit or tag that ran, if the log names none."),
    ] = None,
    format: Annotated[Format, typer.Option()] = Format.TEXT,
) -> None:
    """Find where in the repository an issue comes from.

    With ANTHROPIC_API_KEY, Claude is asked for its opinion; what it cites is checked.
    """
    wiring = Wiring.here()
    analyst = None if offline else wiring.analyst(Wanted(tuple(model), budget))
    with wiring.store() as store:
        found = store.issue(issue)
        analysis = analyze_issue(
            found, wiring.repository_of(found, repo), store, ran=ran, analyst=analyst
        )
    if format is Format.JSON:
        emit(AnalysisSchema.of(found, analysis).dump())
        return
    show(issue_lines(found))
    show(analysis_lines(analysis))
