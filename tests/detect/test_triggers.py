"""The cheap first look never hides a line that would open an event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import re2

from errwatch.detect.assembly import Assembly
from errwatch.detect.lines import Lines
from errwatch.detect.signs import sign_of
from errwatch.detect.triggers import expression, prefilter
from errwatch.model.levels import Level
from errwatch.parsers.levels import WORDS
from tests.detect.corpus import LOGS, NOW, read

TRACES = sorted((Path(__file__).parent.parent / "corpus" / "traces").glob("*.json"))


def seen(line: bytes) -> bool:
    found = prefilter(Level.ERROR)
    assert found is not None
    return found.hits(line + b"\n", 0, len(line) + 1).after(0) >= 0


def opens(line: bytes) -> bool:
    """Whether an event begins with the line, or one that what follows it would prove."""
    lines = Lines(0, 0)
    assembly = Assembly(Level.WARNING, lines, NOW)
    lines.feed(line + b"\n")
    read = lines.next()
    return read is not None and bool(assembly.take(read) or assembly.close())


def texts(value: object) -> Iterator[str]:
    """Every text in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def lines_of(path: Path) -> set[bytes]:
    if path.suffix == ".log":
        return set(path.read_bytes().split(b"\n"))
    document = json.loads(path.read_text(encoding="utf-8"))
    return {line.encode() for text in texts(document) for line in text.split("\n")}


@pytest.mark.parametrize("path", [*LOGS, *TRACES], ids=lambda path: path.stem)
def test_every_line_that_can_open_an_event_is_seen(path: Path) -> None:
    unseen = [line for line in lines_of(path) if not seen(line)]
    assert [line for line in unseen if opens(line)] == []


@pytest.mark.parametrize("path", [*LOGS, *TRACES], ids=lambda path: path.stem)
def test_others_can_look_for_the_same_lines(path: Path) -> None:
    """A log store has lines of UTF-8 without their ends."""
    pattern = re2.compile(expression(Level.ERROR))
    lines = {line.decode("utf-8", "replace").rstrip("\r") for line in lines_of(path)}
    found = [line for line in lines if '"line"' not in line and seen(line.encode())]
    assert [line for line in found if pattern.search(line) is None] == []


def test_below_warning_nobody_can_look_for_us() -> None:
    assert expression(Level.INFO) is None


@pytest.mark.parametrize(
    "frame",
    [
        b"\tat com.example.Stock.reserve(Stock.java:52)",
        b'  File "/app/shop/cart.py", line 88, in checkout',
        b"    at place (/app/src/orders.js:12:7)",
        b"   at Shop.Stock.Reserve(Int32 id) in /src/Stock.cs:line 31",
        b"\tfrom /app/stock.rb:31:in `reserve'",
        b"\t/app/stock.go:31 +0x1d",
    ],
)
def test_frames_alone_are_passed_by(frame: bytes) -> None:
    """A dump of threads at a quiet level has millions of them, and they open nothing."""
    assert not opens(frame)
    assert not seen(frame)


@pytest.mark.parametrize("word", [w for w, level in WORDS.items() if level.rank >= 2])
def test_every_word_for_a_level_is_seen(word: str) -> None:
    assert seen(f"2026-04-01 10:00:00 {word.upper()} x".encode())
    assert seen(f'{{"lvl": "{word}"}}'.encode())


@pytest.mark.parametrize("key", ["level", "severity", "lvl", "levelno"])
def test_every_number_for_a_level_is_seen(key: str) -> None:
    for number in (40, 50, 60):
        assert seen(f'{{"{key}":{number}}}'.encode())
        assert seen(f'{{"{key}": "{number}"}}'.encode())
    assert not seen(f'{{"{key}":30}}'.encode())


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_the_first_line_of_every_sample_event_is_seen(log: object) -> None:
    for event in read(log):  # type: ignore[arg-type]
        assert seen(event.text.split("\n", 1)[0].encode())


def test_below_warning_every_line_counts() -> None:
    assert prefilter(Level.INFO) is None


@pytest.mark.parametrize(
    ("text", "level", "kind"),
    [
        ("Error: disk on fire", Level.ERROR, None),
        ("error[E0425]: no such value", Level.ERROR, None),
        ("fatal: not a git repository", Level.CRITICAL, None),
        ("app.errors.JamError: stone 3", Level.ERROR, "app.errors.JamError"),
        ("ValueError:", Level.ERROR, "ValueError"),
    ],
)
def test_signs(text: str, level: Level, kind: str | None) -> None:
    found = sign_of(text)
    assert found is not None
    assert (found.level, found.type) == (level, kind)


@pytest.mark.parametrize(
    "text",
    [
        "0 errors",
        "errors: 0",
        "error: 0",
        "Error: none",
        "error: no",
        "no error",
        "error",
        "error:",
        "ErrorHandler registered",
        "ErrorHandler: registered",
        "Errors found: 3",
        "last error: disk",
        "KeyError raised: see above",
        "  Error: indented text is part of something else",
        "fatality: none",
        "www.Example: page",
    ],
)
def test_no_signs(text: str) -> None:
    assert sign_of(text) is None
