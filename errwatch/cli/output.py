"""Results on standard output; progress, notes and warnings on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum

import typer
from rich.console import Console
from rich.text import Text

from errwatch.render.plain import inert, one_line


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def show(lines: Iterable[Text]) -> None:
    """Print lines for a person: in colour on a terminal, whole everywhere, no command to a CI."""
    console = Console(soft_wrap=True, highlight=False, emoji=False, markup=False)
    for line in lines:
        harmless = inert(line.plain)
        console.print(line if harmless == line.plain else Text(harmless))


def emit(text: str) -> None:
    """Print text for a program, untouched."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    typer.echo(inert(f"errwatch: {one_line(text)}"), err=True)
