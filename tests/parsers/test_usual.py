"""The short way to what a line says, and the long one, are the same."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from errwatch.parsers.clean import text_of
from errwatch.parsers.header import read_header
from errwatch.parsers.logline import peel, read_layer, read_simple
from errwatch.parsers.usual import read_usual
from tests.detect.corpus import LOGS, NOW

PARTS = st.sampled_from(
    [
        "2026-03-01T10:00:00", "2026-03-01 10:00:00", "2026-13-01 10:00:00", "2026-03-01T10:00:60",
        ".5", ",123", ".1234567", "Z", " ", "  ", "+01:00", "ERROR", "WARN", "Error", "FATAL",
        "[ERROR]", "app", "a.b.C", "main[12]: ", "[main]", "12", " - ", ": ", "k=v", " 500 ", "|",
        ":", "\t", "jam", "KeyError: 'x'", "spid5", "level=error", "1 2", "<3>", "x.go:12", "12:00",
    ]
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=10).map("".join)
LINES = sorted({text_of(line) for path in LOGS for line in path.read_bytes().splitlines()})


def same(text: str) -> None:
    simple = read_simple(text)
    assert simple is None or simple == read_layer(peel(text, NOW), NOW)


@settings(max_examples=500)
@given(st.sampled_from(["", "2026-03-01T10:00:00.123Z ERROR "]), TEXTS)
@example("2026-03-01T10:00:00Z  ERROR ", "jam")
@example("2026-03-01T10:00:00 ERROR ", "main[12]: jam")
def test_any_line(begin: str, rest: str) -> None:
    same(begin + rest)
    same(f"  {rest}")


def test_sample_lines() -> None:
    for text in LINES:
        same(text)


def test_the_usual_header_is_known() -> None:
    text = "2026-03-01T10:00:00.123Z ERROR app: jam at 5"
    assert read_usual(text) is not None
    assert read_usual(text) == read_header(text, NOW)
