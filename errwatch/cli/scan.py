"""`errwatch scan`."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from errwatch.cli.output import note
from errwatch.cli.present import ScanFormat, present, witness
from errwatch.cli.progress import progress
from errwatch.cli.when import moment, window
from errwatch.errors import StateError
from errwatch.interfaces import StateReader, Store
from errwatch.model.levels import Level
from errwatch.model.triage import Triage
from errwatch.pipeline import scan as scan_sources
from errwatch.render.terminal import plural
from errwatch.triage.sieve import FailOn, Sieve, exit_code
from errwatch.wiring import NOTHING_KNOWN, Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def scan(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Files, directories, globs, or - for a pipe."),
    ] = None,
    format: Annotated[
        ScanFormat, typer.Option(help="events: one JSON object an event.")
    ] = ScanFormat.TEXT,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit 1 for any issue, a new one, or one this severe.")
    ] = FailOn.ANY,
    min_level: Annotated[
        Level | None, typer.Option(help="The lowest level that counts as an error.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="WHEN", help="24h, 7d, or an ISO time."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="WHEN", help="Report what is earlier than this."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that read.", show_default="all cores if it is much"),
    ] = None,
    save: Annotated[bool, typer.Option(help="Count what is new into the state.")] = True,
    new_only: Annotated[
        bool, typer.Option("--new-only", help="Show only issues new to the state.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Only issues that are not in it show and fail."),
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Accept what is found: write it there.")
    ] = None,
    show_redactions: Annotated[
        bool, typer.Option("--show-redactions", help="Say what secrets were hidden, and where.")
    ] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 in place of 1.")] = False,
    allow_failure: Annotated[
        bool, typer.Option("--allow-failure", help="Exit as if unreadable inputs were not there.")
    ] = False,
) -> None:
    """Read logs once and report the issues in them.

    Exits 1 if there is an issue at or above --fail-on, 3 if an input could not be read.
    """
    wiring = Wiring.here()
    span = window(since, until)
    eyes = wiring.eyes(min_level, span)
    named = wiring.inputs(inputs or [])
    sieve = Sieve(
        today=datetime.now(UTC).date(),
        ignores=wiring.ignores(),
        baseline=wiring.baseline(baseline) if baseline else None,
        new_only=new_only,
        fail_on=fail_on,
    )
    with ExitStack() as stack:
        needed = sieve.asks_the_state
        store = stack.enter_context(_state(wiring, needed=needed)) if save else None
        state = store or stack.enter_context(_decided(wiring, needed=needed))
        sieve = replace(sieve, known=state is not None)
        see = witness(sieve, format, show_redactions=show_redactions)
        sources, failures = wiring.sources(named, store or NOTHING_KNOWN, since=since)
        advance = stack.enter_context(progress(sum(source.size() for source in sources)))
        reader = stack.enter_context(wiring.reader(sources, jobs, advance))
        result = scan_sources(
            sources,
            eyes,
            store=store,
            state=state,
            failures=failures,
            witness=see,
            reader=reader,
        )
    triage = sieve.sift(result)
    present(triage, format, wiring.checkout)
    for line in (*result.failures, *triage.notes, *span.notes(result.issues)):
        note(line)
    code = exit_code(triage, exit_zero=exit_zero, allow_failure=allow_failure)
    if write_baseline is not None:
        code = _accept(triage, code, write_baseline, wiring)
    raise typer.Exit(code)


def _state(wiring: Wiring, *, needed: bool) -> AbstractContextManager[Store | None]:
    """The state; none where its usual place may not be written, as in many a container.

    Raises StateError where the user named that place, or asked what is new to the state.
    """
    try:
        return wiring.store()
    except StateError as error:
        if needed or wiring.project.settings.state is not None:
            raise
        note(f"{error}; nothing is saved")
        return nullcontext()


def _decided(wiring: Wiring, *, needed: bool) -> AbstractContextManager[StateReader | None]:
    """What the state says already, to be read only; none where it can have no place.

    Raises StateError where the user named that place, or asked what is new to the state.
    """
    try:
        return wiring.state()
    except StateError:
        if needed or wiring.project.settings.state is not None:
            raise
        return nullcontext()


def _accept(triage: Triage, code: int, path: Path, wiring: Wiring) -> int:
    """Write the baseline; what is in it fails no more. The exit code after that."""
    if code == 3:
        note(f"{path}: not written, for not everything could be read")
        return code
    wiring.save_baseline(path, triage.accepted)
    note(f"{path}: {plural(len(triage.accepted.titles), 'issue')} accepted")
    return 0
