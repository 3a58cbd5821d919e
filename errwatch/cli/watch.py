"""`errwatch watch`."""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from types import FrameType
from typing import Annotated

import typer
from rich.text import Text

from errwatch.cli.output import note, show
from errwatch.errors import UsageError
from errwatch.model.issue import Issue, Status
from errwatch.model.levels import Level
from errwatch.render.terminal import issue_lines
from errwatch.triage.ignore import ignored
from errwatch.watcher import Watcher
from errwatch.wiring import Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)

PAUSE = 0.1
"""Seconds between two polls of files in which nothing was new."""


class Origin(StrEnum):
    START = "start"
    END = "end"


@app.command()
def watch(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Files, directories or globs."),
    ] = None,
    origin: Annotated[
        Origin,
        typer.Option("--from", help="Where to begin in files that exist at the first start."),
    ] = Origin.END,
    min_level: Annotated[
        Level | None, typer.Option(help="The lowest level that counts as an error.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Read what there is, save it, and stop.")
    ] = False,
) -> None:
    """Follow logs and report new issues as they come.

    Goes on where it stopped: no line is lost and none is counted twice, through rotation, restart
    and kill. Stop it with Ctrl-C or SIGTERM.
    """
    wiring = Wiring.here()
    named = wiring.inputs(inputs or [])
    if "-" in named:
        msg = "-: a pipe cannot be watched, for it cannot be read again; use errwatch scan -"
        raise UsageError(msg)
    eyes, ignores = wiring.eyes(min_level), wiring.ignores()

    def say(issue: Issue) -> None:
        if not ignored(issue, ignores, datetime.now(UTC).date()):
            announce(issue)

    stop = Stop()
    with (
        wiring.store() as store,
        wiring.watch_lock(),
        closing(
            wiring.followers(named, store, from_start=origin is Origin.START, once=once)
        ) as followers,
    ):
        watcher = Watcher(followers, eyes, store, clock=time.monotonic, announce=say, tell=note)
        if not once:
            note(f"watching {', '.join(named)}; state in {wiring.project.state}")
        run(watcher, stop, once=once)
    raise typer.Exit(3 if once and watcher.troubled else stop.exit_code)


class Stop:
    """Set by SIGINT and SIGTERM; a second signal ends the process at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.exit_code = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on)

    def _on(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            self.exit_code = 130
        signal.signal(number, signal.SIG_DFL)
        self.asked.set()


def run(watcher: Watcher, stop: Stop, *, once: bool) -> None:
    while not stop.asked.is_set():
        if watcher.cycle():
            continue
        if once:
            watcher.finish()
            return
        stop.asked.wait(PAUSE)


def announce(issue: Issue) -> None:
    """One issue as it turns up: when, what, where."""
    seen = issue.last_seen or datetime.now(UTC)
    mark = "regressed" if issue.status is Status.REGRESSED else "new"
    show([Text(f"{seen:%Y-%m-%d %H:%M:%S} UTC", style="dim"), *issue_lines(issue, mark=mark)])
    sys.stdout.flush()
