"""Which secrets an event held, and where; never what they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.model.event import Event

_MARK = re.compile(r"\[REDACTED:([a-z-]+)\]")


@dataclass(frozen=True, slots=True)
class Redaction:
    source: str
    line: int
    """1-based, counted on from the event's first line."""
    kind: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.kind} redacted"


def redactions(event: Event) -> Iterator[Redaction]:
    """The marks in the text of a redacted event, in order."""
    for offset, line in enumerate(event.text.split("\n")):
        for mark in _MARK.finditer(line):
            yield Redaction(event.source, event.line + offset, mark[1])
