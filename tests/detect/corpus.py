"""The sample logs, and how the expected result beside each is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from errwatch.detect.detector import Detector
from errwatch.model.event import Event
from errwatch.model.position import ABOVE

LOGS = sorted((Path(__file__).parent.parent / "corpus" / "logs").glob("*.log"))
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def detector(*, start: int = 0, line: int = 0, above: bytes = b"") -> Detector:
    return Detector("sample", start=start, line=line, above=above, now=NOW)


def resumed(first: Detector, data: bytes) -> list[Event]:
    """What another detector finds that starts where the first one would have to go on."""
    start = first.resume_at
    above = data[max(0, start - ABOVE) : start]
    again = detector(start=start, line=first.resume_line, above=above)
    return [*again.feed(data[start:]), *again.flush()]


def events_of(data: bytes) -> list[Event]:
    """In the order of their first lines."""
    one = detector()
    return sorted([*one.feed(data), *one.flush()], key=lambda event: event.start)


def read(path: Path) -> list[Event]:
    return events_of(path.read_bytes())


def summary(event: Event) -> dict[str, object]:
    """What a sample states of each of its events."""
    blamed = event.culprit
    return {
        "line": event.line,
        "lines": event.text.count("\n") + 1,
        "level": event.level.value,
        "title": event.title,
        "logged": event.logged,
        "time": event.time.isoformat() if event.time else None,
        "culprit": f"{blamed.file}:{blamed.line} {blamed.function}" if blamed else None,
        "chain": [f"{one.link.value} {one.type}" for one in event.exceptions],
    }
