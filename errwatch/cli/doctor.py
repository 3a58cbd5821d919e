"""`errwatch doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from errwatch.cli.output import Format, emit, show
from errwatch.doctor import examine, unsettled
from errwatch.errors import ConfigError
from errwatch.model.check import Check, Condition
from errwatch.render.doctor import DoctorSchema
from errwatch.render.plain import one_line
from errwatch.wiring import Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_STYLE = {Condition.GOOD: "green", Condition.WARNING: "yellow", Condition.BAD: "bold red"}


@app.command()
def doctor(format: Annotated[Format, typer.Option()] = Format.TEXT) -> None:
    """Check all that errwatch needs, and say what to do.

    Exits 3 where something is bad; warnings are none.
    """
    try:
        checks = list(examine(Wiring.here(), os.environ, datetime.now(UTC).date()))
    except ConfigError as error:
        checks = [unsettled(error)]
    if format is Format.JSON:
        emit(DoctorSchema.of(checks).dump())
    else:
        show(_lines(checks))
    if any(check.condition is Condition.BAD for check in checks):
        raise typer.Exit(3)


def _lines(checks: Sequence[Check]) -> Iterator[Text]:
    for check in checks:
        line = Text(f"{check.condition.value:<9}", style=_STYLE[check.condition])
        yield line.append(f"{check.name:<11}", style="dim").append(one_line(check.found))
        if check.advice:
            yield Text(f"{'':20}-> {one_line(check.advice)}")
