"""`errwatch`: the list of subcommands, and what happens to an error that reaches the edge.

A subcommand's module is imported when it is run, so that `--help` and `--version` answer at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from errwatch import __version__
from errwatch.cli.crash import Crash
from errwatch.cli.streams import forget, tell
from errwatch.errors import ErrwatchError
from errwatch.render.plain import one_line

COMMANDS = {
    "scan": "Read logs once and report the issues in them.",
    "watch": "Follow logs and report new issues as they come.",
    "classify": "Say what kind of error an issue is, and why.",
    "analyze": "Find where in the repository an issue comes from.",
    "fix": "Write a change for an issue, prove it, and open a pull request.",
    "report": "Say how things stand.",
    "issues": "List, show, explain, merge, split, resolve, ignore and reopen issues.",
    "fixes": "List, show, replay and verify fixes; follow their pull requests.",
    "silences": "List, add and end silences of alerts.",
    "letters": "List, resend and drop messages that could not be delivered.",
    "state": "Copy the state, put a copy back, and check it.",
    "doctor": "Check all that errwatch needs, and say what to do.",
    "demo": "Run the whole pipeline on the example that ships with errwatch.",
}


CLOSED = 141
"""Exit code where nobody reads standard output any more."""


class _Lazy(Mapping[str, Any]):
    """Name -> command, imported when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        gc.disable()  # what is imported stays
        module = import_module(f"errwatch.cli.{name}")
        gc.freeze()
        gc.enable()
        return typer.main.get_command(module.app)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(TyperGroup):
    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Lazy()  # type: ignore[assignment]

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(COMMANDS)

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the subcommand; turn our own errors into a line and the design's exit code."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except ErrwatchError as error:
            tell(f"errwatch: {one_line(str(error))}")
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError as error:
            forget(sys.stdout)
            raise typer.Exit(CLOSED) from error
        except OSError as error:
            raise typer.Exit(_failed(error)) from error


app = typer.Typer(cls=_Group, rich_markup_mode=None, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"errwatch {__version__}")
        raise typer.Exit


@app.callback(no_args_is_help=True)
def errwatch(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """From log lines to verified pull requests, on your own machine."""


def _failed(error: OSError) -> int:
    """Say what the system refused; mostly it is a full disk under standard output."""
    forget(sys.stdout)
    name = error.filename or "standard output"
    tell(f"errwatch: {one_line(f'{name}: {error.strerror}')}")
    return ErrwatchError.exit_code


def _forget_git() -> None:
    """Drop GIT_DIR and its kin, which a git hook sets: repositories are named by path only."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]


def main() -> None:
    """The entry point of the command."""
    if sys.stdout is None:
        sys.exit(CLOSED)
    _forget_git()
    # Lines and events come and go by the million, and hardly any of them are part of a cycle.
    gc.set_threshold(100_000, 20, 100)
    if isinstance(sys.stdout, TextIOWrapper):
        # JSON and XML are UTF-8 whatever the locale; a terminal shows what it can.
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="replace")
    with Crash():
        try:
            try:
                app(prog_name="errwatch")
            finally:
                sys.stdout.flush()
        except OSError as error:
            sys.exit(_failed(error))
