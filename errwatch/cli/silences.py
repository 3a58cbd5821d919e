"""`errwatch silences`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.text import Text

from errwatch.cli.output import Format, emit, show
from errwatch.cli.when import duration
from errwatch.errors import UsageError
from errwatch.model.change import Silenced, SilenceEnded
from errwatch.render.plain import one_line
from errwatch.render.silences import SilencesSchema
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="List, add and end silences of alerts.",
)


@app.command("list")
def list_(format: Annotated[Format, typer.Option()] = Format.TEXT) -> None:
    """List silences, those that have ended left out."""
    now = datetime.now(UTC)
    with Wiring.here().store() as store:
        found = [one for one in store.silences() if one.until > now]
    if format is Format.JSON:
        emit(SilencesSchema.of(found).dump())
    else:
        show(
            Text(
                f"{one.number:<4} until {one.until:%Y-%m-%d %H:%M} UTC  "
                f"{one_line(one.subject)}  {one_line(one.reason)}"
            )
            for one in found
        )


@app.command()
def add(
    subject: Annotated[
        str,
        typer.Argument(metavar="SUBJECT", help="An EW- id, a rule's name, or a glob of sources."),
    ],
    reason: Annotated[str, typer.Option(help="Why; shown in the list.")],
    length: Annotated[
        timedelta,
        typer.Option("--for", parser=duration, metavar="LENGTH", help="90m, 2h, 7d: no longer."),
    ],
) -> None:
    """Hear nothing of a subject for a time. What is held back is counted."""
    if not reason.strip():
        msg = "--reason is empty: say why, for those who wonder later"
        raise UsageError(msg)
    with Wiring.here().store() as store:
        if subject[:3].upper() == "EW-":
            subject = store.issue(subject).fingerprint
        until = datetime.now(UTC) + length
        store.commit(Silenced(subject, until, reason), actor="silences")


@app.command()
def end(number: Annotated[int, typer.Argument(help="As the list has it.")]) -> None:
    """End a silence before its time."""
    with Wiring.here().store() as store:
        store.commit(SilenceEnded(number), actor="silences")
