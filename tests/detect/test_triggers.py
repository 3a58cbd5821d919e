"""The cheap first look never hides a line that would open an event."""

from __future__ import annotations

import pytest

from errwatch.detect.signs import sign_of
from errwatch.detect.triggers import trigger
from errwatch.model.levels import Level
from errwatch.parsers.levels import WORDS
from tests.detect.corpus import LOGS, read


def seen(line: bytes) -> bool:
    pattern = trigger(Level.ERROR)
    assert pattern is not None
    return pattern.search(line, 0, len(line)) is not None


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
    assert trigger(Level.INFO) is None


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
