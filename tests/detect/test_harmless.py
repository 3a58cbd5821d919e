"""A line that states a quiet level, or is indented, may hold any words: nothing is missed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.detect.detector import Detector
from errwatch.detect.passing import harmless
from errwatch.model.event import Event
from tests.detect.corpus import LOGS, NOW
from tests.detect.test_triggers import TRACES, lines_of, opens

HEADS = (
    b"2026-04-01T10:00:00.123Z INFO ",
    b"2026-04-01 10:00:00,123 DEBUG shop.Pay ",
    b"2026-04-01 10:00:00  NOTICE  ",
    b'{"level":"info","msg":"',
    b"\t",
    b"    ",
    b"",
)
WORDS = (
    *(b"Error", b"error:", b"failed", b"Exception", b": ", b"at", b"x", b"}", b"]", b"_", b"(7)"),
    *(b"java.io.IOException", b"[FooException] x", b"level=error", b"WARN", b"FATAL", b"[1]"),
    *(b"Traceback (most recent call last):", b"panic: x", b"goroutine 1 [running]:", b"** (Foo)"),
    *(b"\x1b[31m", b"app[7]: Error: x", b"task pump:7 blocked", b'"', b"=", b"EXCEPTION: ", b"|"),
    *(
        b"SUMMARY: ",
        b"{",
        b'"}',
        b'","error":"x"}',
        b'","line":"ERROR x"}',
        b"thread 'main' panicked",
    ),
)

FRAMES = re.compile(
    r"(2026-03-01T10:00:00\.123Z (INFO|DEBUG|TRACE) {1,9}([a-z](Error|failed|[a-z.]){1,6} {1,9})?"
    r"|[ \t]{1,4})("
    r"at ([A-Za-z$<>/.]|Error|Exception|panic|java){1,8}"
    r"\((ErrorHandler|[A-Za-z$_-]|Exception|FAIL){1,4}\.(java|kt|scala)(:[0-9]{1,4})\)"
    r"|at (([A-Za-z.<>]|Error|Exception){1,5} )?\(?([a-z/.@-]|error|lua|make){1,6}"
    r"\.[cm]?[jt]s:[0-9]:7\)?"
    r'|File "([a-z/.-]|Error|error|fatal|make){1,6}(\.py|\.php|\.lua)?", line [0-9]{1,4}, in '
    r"([a-zA-Z_.<>]|error|fail){1,5})"
)


def is_harmless(line: bytes) -> bool:
    return harmless(line + b"\n", 0, len(line) + 1) > 0


@pytest.mark.parametrize("path", [*LOGS, *TRACES], ids=lambda path: path.stem)
def test_no_harmless_line_would_open_an_event(path: Path) -> None:
    lines = {head + line for line in lines_of(path) for head in HEADS}
    assert [line for line in lines if is_harmless(line) and opens(line)] == []


@given(st.sampled_from(HEADS), st.lists(st.sampled_from(WORDS), max_size=6), st.sampled_from(" -"))
@settings(max_examples=1500, deadline=None)
def test_no_words_make_a_harmless_line_open_an_event(
    head: bytes, words: list[bytes], between: str
) -> None:
    line = head + between.strip("-").encode().join(words)
    assert not (is_harmless(line) and opens(line))


@pytest.mark.parametrize(
    "line",
    [
        b"2026-04-01T10:00:00.123Z INFO  shop.pay retry failed, errors=3",
        b"2026-04-01 10:00:00,123 DEBUG payment failed with an error",
        b"2026-04-01 10:00:00.123 INFO at com.example.ErrorHandler.handle(ErrorHandler.java:52)",
        b"\tat com.example.ErrorHandler.handle(ErrorHandler.java:52)",
        b"    x = errors[0], failed(7)",
        b'{"level":"info","msg":"2 jobs failed"}',
    ],
)
def test_words_in_a_quiet_line_are_harmless(line: bytes) -> None:
    assert is_harmless(line)


@pytest.mark.parametrize(
    "line",
    [
        b"2026-04-01T10:00:00.123Z ERROR shop.pay failed",
        b"2026-04-01T10:00:00.123Z INFO Traceback (most recent call last):",
        b"2026-04-01T10:00:00.123Z said INFO: failed",
        b"  Error: x",
        b'{"level":"error","msg":"x"}',
        b"failed",
    ],
)
def test_other_lines_are_looked_at(line: bytes) -> None:
    assert not is_harmless(line)


@given(st.from_regex(FRAMES, fullmatch=True))
@settings(max_examples=500, deadline=None)
def test_no_frame_opens_an_event(line: str) -> None:
    assert is_harmless(line.encode())
    assert not opens(line.encode())


def test_many_frames_are_passed_at_once() -> None:
    data = b"\tat com.example.ErrorHandler.handle(ErrorHandler.java:52)\n" * 5
    assert harmless(data + b"x\n", 0, len(data) + 2) == len(data)


def events(data: bytes, cuts: list[int]) -> list[Event]:
    one, found, place = Detector("sample", now=NOW), [], 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        found += one.feed(data[place:cut])
        place = cut
    return [*found, *one.flush()]


QUIET = (
    b"2026-04-01T10:00:00.123Z INFO  shop.pay retry failed, errors=3\n",
    b"\tat com.example.ErrorHandler.handle(ErrorHandler.java:52)\n",
    b'{"level":"info","msg":"2 jobs failed"}\n',
)
LOUD = (
    b"2026-04-01T10:00:00.123Z ERROR shop.pay failed\n",
    b"java.lang.IllegalStateException: no\n",
    b'{"level":"error","msg":"x"}\n',
    b"Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    x()\nKeyError: 'x'\n",
)


@given(
    st.lists(st.sampled_from((*QUIET, *LOUD)), max_size=12),
    st.lists(st.integers(0, 3000), max_size=4),
)
@settings(max_examples=300, deadline=None)
def test_they_are_passed_in_every_chunk(lines: list[bytes], cuts: list[int]) -> None:
    data = b"".join(lines)
    assert events(data, cuts) == events(data, [])
