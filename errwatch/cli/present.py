"""A scan's result on standard output, in the format that was asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from errwatch import __version__
from errwatch.cli.output import emit, note, show
from errwatch.group import fingerprint
from errwatch.intake import Witness
from errwatch.model.event import Event
from errwatch.model.triage import Triage
from errwatch.pipeline import short_id
from errwatch.render.checkout import Checkout
from errwatch.render.github import github
from errwatch.render.junit import junit
from errwatch.render.markdown import markdown
from errwatch.render.sarif import sarif
from errwatch.render.schema import EventSchema, ScanSchema
from errwatch.render.terminal import scan_lines
from errwatch.triage.redactions import redactions
from errwatch.triage.sieve import Sieve

SUMMARY = "GITHUB_STEP_SUMMARY"

SUMMARY_SIZE = 1024 * 1024
"""Bytes of a step's summary that GitHub takes; of a longer one it shows nothing."""


class ScanFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    EVENTS = "events"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


def witness(sieve: Sieve, format: ScanFormat, *, show_redactions: bool) -> Witness | None:
    """What prints single events, and which secrets were in them; None where nothing does."""
    events = format is ScanFormat.EVENTS

    def see(issue: str, event: Event) -> None:
        if show_redactions:
            for one in redactions(event):
                note(str(one))
        if events and not sieve.hides({issue, fingerprint(event)}, event):
            emit(EventSchema.of(event, short_id(issue)).dump())

    return see if events or show_redactions else None


def present(triage: Triage, format: ScanFormat, checkout: Callable[[], Checkout]) -> None:
    match format:
        case ScanFormat.TEXT:
            show(scan_lines(triage.result))
        case ScanFormat.JSON:
            emit(ScanSchema.of(triage.result).dump())
        case ScanFormat.EVENTS:
            pass  # each was printed as it was found
        case ScanFormat.GITHUB:
            emit(github(triage, checkout()))
            _summarise(triage)
        case ScanFormat.SARIF:
            emit(sarif(triage, checkout(), __version__))
        case ScanFormat.JUNIT:
            emit(junit(triage, datetime.now(UTC)))
        case ScanFormat.MARKDOWN:
            emit(markdown(triage))


def _summarise(triage: Triage) -> None:
    """Add the Markdown to the job's summary, where GitHub names a file for it."""
    path = os.environ.get(SUMMARY)
    if not path:
        return
    text = f"{markdown(triage)}\n".encode()
    try:
        with Path(path).open("ab") as file:
            if file.tell() + len(text) <= SUMMARY_SIZE:
                file.write(text)
            else:
                note(f"{path}: nothing added to the job's summary: GitHub shows none above 1 MiB")
    except OSError as error:
        note(f"{path}: the job's summary cannot be written: {error.strerror}")
