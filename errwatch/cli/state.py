"""`errwatch state`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from errwatch.cli.output import note
from errwatch.wiring import Wiring

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Copy the state, put a copy back, and check it.",
)

Copy = Annotated[Path, typer.Argument(metavar="FILE", help="The copy.")]


@app.command()
def backup(copy: Copy) -> None:
    """Write a sound copy of the state, even while it is watched into.

    A plain copy of the file may be torn. An earlier copy of that name is replaced.
    """
    Wiring.here().back_up(copy)
    note(f"{copy}: written")


@app.command()
def restore(copy: Copy) -> None:
    """Put a copy in the place of the state. Nobody may be watching.

    The state of before is kept beside it; of those, the last three.
    """
    aside = Wiring.here().restore(copy)
    note(f"restored from {copy}" + (f"; the state of before is {aside}" if aside else ""))


@app.command()
def check() -> None:
    """Say whether the state is sound. Exits 3 where it is not."""
    wiring = Wiring.here()
    damage = wiring.damages()
    for line in damage:
        note(f"{wiring.project.state}: {line}")
    if damage:
        raise typer.Exit(3)
    note(f"{wiring.project.state}: sound")
