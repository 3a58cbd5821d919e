"""Results on standard output; progress, notes and warnings on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum

from rich.console import Console
from rich.text import Text

from errwatch.cli.streams import tell
from errwatch.render.plain import BROKEN, inert, inert_start, one_line


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


HANGING = " " * 10


class _Printer(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the edge of the program, which knows the exit code."""
        raise


def show(lines: Iterable[Text]) -> None:
    """Print lines for a person, whole everywhere, with no command to GitHub's runner among them.

    On a terminal they are in colour, and folded under their first word where they are too long;
    but for what is marked `no_wrap`, which a reader may want to copy.
    """
    console = _Printer(soft_wrap=True, highlight=False, emoji=False, markup=False)
    for line in map(_inert, lines):
        if console.is_terminal and not line.no_wrap:
            console.print(_folded(line, console))
        else:
            console.print(line)


def terminal_width() -> int | None:
    """Cells of the terminal that standard output is; None where it is none."""
    console = _Printer()
    return console.width if console.is_terminal else None


def width() -> int:
    """Cells of the terminal; 80 where there is none, unless COLUMNS says otherwise."""
    return Console().width


def _inert(line: Text) -> Text:
    harmless = inert(line.plain)
    return line if harmless == line.plain else Text(harmless, no_wrap=line.no_wrap)


def _folded(line: Text, console: Console) -> Text:
    width = max(console.width, 2 * len(HANGING))
    if line.cell_len <= width:
        return line
    head = line.wrap(console, width)[0]
    rest = line[len(head.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    # A runner that forces colours obeys what folding brings to the beginning of a line.
    tail = rest.wrap(console, width - len(HANGING) - len(BROKEN))
    return Text("\n").join([head, *(_started(Text(HANGING) + piece) for piece in tail)])


def _started(line: Text) -> Text:
    harmless = inert_start(line.plain)
    return line if harmless == line.plain else Text(harmless)


def emit(text: str) -> None:
    """Print text for a program, untouched."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    tell(inert(f"errwatch: {one_line(text)}"))
