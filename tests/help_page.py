"""docs/commands.md, out of the commands' own help: `python -m tests.help_page` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

import errwatch
from errwatch.cli.app import COMMANDS

PAGE = Path(errwatch.__file__).parent.parent / "docs" / "commands.md"
INTRODUCTION = """\
# Commands

Every command and every option, in the words of `--help`. Settings, which options go over, are in
[settings.md](settings.md).
A test holds this page to the commands; `python -m tests.help_page` writes it anew.
"""


def text() -> str:
    parts = (part for name in COMMANDS for part in _command(f"errwatch {name}", _loaded(name)))
    return "\n".join([INTRODUCTION, *parts]).rstrip() + "\n"


def _loaded(name: str) -> Any:
    return typer.main.get_command(import_module(f"errwatch.cli.{name}").app)


def _command(name: str, command: Any) -> Iterator[str]:
    children = getattr(command, "commands", None)
    yield from (f"## {name}" if name.count(" ") == 1 else f"### {name}", "")
    yield from (_paragraphs(command.help or ""), "")
    if children is None:
        rows = list(_rows(name, command))
        if rows:
            yield from ("| option | what it does |", "| --- | --- |", *rows, "")
    for child, subcommand in (children or {}).items():
        yield from _command(f"{name} {child}", subcommand)


def _paragraphs(words: str) -> str:
    """Each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in words.strip().split("\n\n"))


def _rows(name: str, command: Any) -> Iterator[str]:
    context = command.context_class(command, info_name=name, max_content_width=10_000)
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None:
            option, words = (part.replace("|", "\\|") for part in record)
            yield f"| `{option}` | {' '.join(words.split())} |"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
