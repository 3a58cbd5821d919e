"""Traces of many runtimes, each wrapped as logs wrap them: one event, and always the same one.

`tests/corpus/traces/NAME.json` holds the traces, `expected/NAME.json` beside it what they say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from errwatch.group import fingerprint
from errwatch.model.event import Event
from tests.detect.corpus import events_of

FOLDER = Path(__file__).parent.parent / "corpus" / "traces"
BEFORE = "2026-03-01T09:59:59.001Z INFO worker ready"
AFTER = "2026-03-01T10:00:02.001Z INFO request served in 12 ms"
HEADER = "2026-03-01T10:00:01.000Z ERROR worker job 17 failed"
FOREIGN = "2026-03-01T10:00:01.100Z INFO another thread says hello"


def between(lines: list[str]) -> list[str]:
    return [BEFORE, *lines, AFTER]


def prefixed(prefix: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [prefix + line for line in between(lines)]


def interrupted(lines: list[str]) -> list[str]:
    middle = max(1, len(lines) // 2)
    return between([*lines[:middle], FOREIGN, *lines[middle:]])


def in_json(lines: list[str]) -> list[str]:
    fields = {"level": "error", "message": "job failed", "stack_trace": "\n".join(lines)}
    return ['{"level": "info", "message": "worker ready"}', json.dumps(fields)]


WRAPPINGS: dict[str, Callable[[list[str]], list[str]]] = {
    "clean": between,
    "timestamp": prefixed("2026-03-01T10:00:01.001Z "),
    "compose": prefixed("web-1  | "),
    "cri": prefixed("2026-03-01T10:00:01.001000000Z stderr F "),
    "ansi": lambda lines: between([f"\x1b[31m{line}\x1b[0m" for line in lines]),
    "crlf": lambda lines: [f"{line}\r" for line in between(lines)],
    "header": lambda lines: between([HEADER, *lines]),
    "foreign": interrupted,
    "json": in_json,
}


def loaded(path: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return found


TRACES = {
    name: (str(trace), loaded(FOLDER / "expected" / path.name)[name])
    for path in FOLDER.glob("*.json")
    if (FOLDER / "expected" / path.name).exists()
    for name, trace in loaded(path).items()
}


def wrapped(trace: str, wrapping: str) -> Event:
    lines = WRAPPINGS[wrapping](trace.strip("\n").split("\n"))
    (event,) = events_of("".join(f"{line}\n" for line in lines).encode())
    return event


def said(event: Event) -> dict[str, object]:
    blamed = event.culprit
    return {
        "title": event.title,
        "language": event.language,
        "culprit": f"{blamed.file}:{blamed.line} {blamed.function}" if blamed else None,
        "chain": [f"{one.link.value} {one.type}" for one in event.exceptions],
    }


@pytest.mark.parametrize("name", TRACES)
def test_what_a_trace_says(name: str) -> None:
    trace, expected = TRACES[name]
    assert said(wrapped(trace, "clean")) == expected


@pytest.mark.parametrize("wrapping", list(WRAPPINGS)[1:])
@pytest.mark.parametrize("name", TRACES)
def test_wrappings_do_not_matter(name: str, wrapping: str) -> None:
    trace, _ = TRACES[name]
    assert fingerprint(wrapped(trace, wrapping)) == fingerprint(wrapped(trace, "clean"))
