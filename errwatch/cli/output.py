"""Results on standard output; progress, notes and warnings on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum

import typer
from rich.console import Console
from rich.text import Text

from errwatch.render.plain import one_line


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def show(lines: Iterable[Text]) -> None:
    """Print lines for a person: in colour on a terminal, whole everywhere."""
    console = Console(soft_wrap=True, highlight=False, emoji=False, markup=False)
    for line in lines:
        console.print(line)


def emit(text: str) -> None:
    """Print text for a program, untouched."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    typer.echo(f"errwatch: {one_line(text)}", err=True)
