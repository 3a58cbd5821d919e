"""What becomes of words that a standard stream does not take."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import typer


def tell(line: str) -> None:
    """A line on standard error. Where it cannot be written, the exit code still says it."""
    try:
        typer.echo(line, err=True)
    except OSError:
        forget(sys.stderr)


def forget(stream: TextIO) -> None:
    """What is still buffered must not fail again when the interpreter flushes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
