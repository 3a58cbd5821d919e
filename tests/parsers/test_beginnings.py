"""Hints and short ways change no answer."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from errwatch.parsers.beginnings import FORMATS, beginnings
from errwatch.parsers.logline import peel, read_layer
from errwatch.parsers.simple import read_simple

CORPUS = Path(__file__).parent.parent / "corpus"


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return value.split("\n") if isinstance(value, str) else []


def lines() -> list[str]:
    found = [
        line
        for path in sorted(CORPUS.rglob("*.log"))
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    for path in sorted((CORPUS / "traces").glob("*.json")):
        found += texts(json.loads(path.read_text(encoding="utf-8")))
    inner = [read_layer(peel(line)).message for line in found]
    return [*found, *inner]


def test_a_format_starts_on_no_line_without_its_hint() -> None:
    began = 0
    for line in lines():
        asked = [(one, state) for one in FORMATS if (state := one.start(line)) is not None]
        assert list(beginnings(line)) == asked, line
        began += len(asked)
    assert began > 100


def test_every_line_of_the_samples_is_read_the_short_way_as_the_long() -> None:
    short = 0
    for line in lines():
        simple = read_simple(line)
        assert simple is None or simple == read_layer(peel(line)), line
        short += simple is not None
    assert short > 100


PIECES = st.sampled_from(
    [
        *("2026-03-01T10:00:02.123Z", "2026-03-01 10:00:02,123", "2026-02-30T25:00:60", "1:02"),
        *(" ", "  ", "ERROR", "INFO", "FATAL", "CONFIG", "Error:", "a.b.KeyError: ", "Mon: "),
        *("shop.pay", "shop:", "charge", "x", "7", "1234 ", "12345678", "error: ", "[t-1]", "- "),
        *("level=error", "|", '"GET / HTTP/1.1" 500 1', "\t", "}", "{", "=", "EXCEPTION: ", "$"),
        *("Traceback (most recent call last):", "stdout F ", "app[1]: ", "web-1 app ", "WARN/x"),
    ]
)


WORDS = st.sampled_from(
    [
        *("charge", "shop.pay", "refused:", "FATAL", "UNHANDLED", "EXCEPTION:", "collecting", "_"),
        *("a/b.py", "____", "SUMMARY:", "ERROR:", "error:", "task", "blocked", "-", "--", "[t-1]"),
        *("host", "app[1]:", "stdout", "F", "12", "7:", "a=1", "|", "{}", "said", "x-1", "WARN"),
    ]
)
STAMPS = st.sampled_from(["2026-03-01T10:00:02.123Z", "2026-03-01 10:00:02,123456", "KeyError:"])
LEVELS = st.sampled_from(["ERROR", "INFO", "FATAL", "FAIL", "OTHER", "stock", "1234", "'SKU-7'"])


@given(STAMPS, LEVELS, st.lists(WORDS, max_size=5), st.sampled_from([" ", "  "]))
def test_a_header_is_read_the_short_way_as_the_long(
    stamp: str, level: str, words: list[str], gap: str
) -> None:
    text = gap.join([stamp, level, " ".join(words)])
    simple = read_simple(text)
    assert simple is None or simple == read_layer(peel(text))


@given(st.lists(PIECES, max_size=9).map("".join))
def test_the_short_way_says_the_same_as_the_long(text: str) -> None:
    simple = read_simple(text)
    assert simple is None or simple == read_layer(peel(text))
