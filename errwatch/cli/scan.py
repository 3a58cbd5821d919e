"""`errwatch scan`."""

from __future__ import annotations

from contextlib import ExitStack
from enum import StrEnum
from typing import Annotated

import typer

from errwatch.cli.output import emit, note, show
from errwatch.cli.progress import progress
from errwatch.model.event import Event
from errwatch.model.levels import Level, Severity
from errwatch.model.result import ScanResult
from errwatch.pipeline import scan as scan_sources
from errwatch.pipeline import short_id
from errwatch.render.schema import EventSchema, ScanSchema
from errwatch.render.terminal import scan_lines
from errwatch.wiring import NOTHING_KNOWN, Wiring

app = typer.Typer(rich_markup_mode=None)


class ScanFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    EVENTS = "events"


class FailOn(StrEnum):
    ANY = "any"
    NEW = "new"
    CRITICAL = Severity.CRITICAL.value
    HIGH = Severity.HIGH.value
    MEDIUM = Severity.MEDIUM.value
    LOW = Severity.LOW.value
    INFO = Severity.INFO.value
    NEVER = "never"


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
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that read.", show_default="all cores if it is much"),
    ] = None,
    save: Annotated[bool, typer.Option(help="Count what is new into the state.")] = True,
    new_only: Annotated[
        bool, typer.Option("--new-only", help="Show only issues new to the state.")
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
    eyes = wiring.eyes(min_level)
    named = wiring.inputs(inputs or [])
    witness = _print_event if format is ScanFormat.EVENTS else None
    with ExitStack() as stack:
        store = stack.enter_context(wiring.store()) if save else None
        sources, failures = wiring.sources(named, store or NOTHING_KNOWN)
        advance = stack.enter_context(progress(sum(source.size() for source in sources)))
        reader = stack.enter_context(wiring.reader(sources, jobs, advance))
        result = scan_sources(
            sources, eyes, store=store, failures=failures, witness=witness, reader=reader
        )
    shown = _only_new(result) if new_only else result
    if format is ScanFormat.JSON:
        emit(ScanSchema.of(shown).dump())
    elif format is ScanFormat.TEXT:
        show(scan_lines(shown))
    for failure in result.failures:
        note(failure)
    raise typer.Exit(exit_code(result, fail_on, exit_zero, allow_failure))


def exit_code(result: ScanResult, fail_on: FailOn, exit_zero: bool, allow_failure: bool) -> int:
    """3 where an input could not be read, else 1 where an issue is bad enough, else 0."""
    if result.failures and not allow_failure:
        return 3
    return int(not exit_zero and fails(result, fail_on))


def fails(result: ScanResult, fail_on: FailOn) -> bool:
    if fail_on is FailOn.NEVER:
        return False
    if fail_on is FailOn.NEW:
        return bool(result.new)
    if fail_on is FailOn.ANY:
        return bool(result.issues)
    bar = Severity(fail_on.value).rank
    return any(i.classification and i.classification.severity.rank >= bar for i in result.issues)


def _only_new(result: ScanResult) -> ScanResult:
    kept = tuple(issue for issue in result.issues if issue.fingerprint in result.new)
    return ScanResult(result.inputs, kept, result.failures, result.new)


def _print_event(fingerprint: str, event: Event) -> None:
    emit(EventSchema.of(event, short_id(fingerprint)).dump())
