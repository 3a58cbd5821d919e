"""Prefixes, JSON and logfmt: what one line states about itself."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.levels import Level
from errwatch.parsers.clean import text_of
from errwatch.parsers.jsonline import load, read_json
from errwatch.parsers.logline import peel, read_layer, read_line
from errwatch.parsers.simple import read_simple

NOW = datetime(2026, 12, 1, tzinfo=UTC)
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
INNER = "2026-04-01 12:00:00 ERROR mill: jam"


@pytest.mark.parametrize(
    ("prefix", "stream"),
    [
        ("", ""),
        ("worker-1  | ", "worker-1"),
        ("Nov 08 07:55:26 node-2 mill[77]: ", "node-2 mill[77]"),
        ("Nov  8 07:55:26 node-2 kernel: ", "node-2 kernel"),
        ("2026-11-08T07:55:26.123456+00:00 node-2 mill[77]: ", "node-2 mill[77]"),
        ("2026-11-08T07:55:26.123456789Z stderr F ", "stderr"),
        ("web-1  | Nov 08 07:55:26 node-2 mill[77]: ", "web-1 node-2 mill[77]"),
    ],
)
def test_prefixes(prefix: str, stream: str) -> None:
    line = read_line(prefix + INNER, NOW)
    assert (line.stream, line.level, line.time, line.logger, line.message) == (
        stream,
        Level.ERROR,
        NOON,
        "mill",
        "jam",
    )
    trace = read_line(prefix + "  File", NOW)
    assert (trace.stream if prefix else "", trace.message) == (stream, "  File")


def test_a_prefix_gives_its_time_to_lines_without_one() -> None:
    line = read_line("Nov 08 07:55:26 node-2 mill[77]: jam", NOW)
    assert line.stamped
    assert line.time == datetime(2026, 11, 8, 7, 55, 26, tzinfo=UTC)
    assert not read_line("worker-1  | jam", NOW).stamped


@pytest.mark.parametrize("text", ["a | b of c", "ERROR | jam", "  web-1  | x", "a || b"])
def test_what_only_looks_like_a_compose_prefix(text: str) -> None:
    assert read_line(text).stream in ("", "a")
    assert read_line("  web-1  | x").stream == ""


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"level": "ERROR"}, Level.ERROR),
        ({"severity": "Critical"}, Level.CRITICAL),
        ({"levelname": "WARNING"}, Level.WARNING),
        ({"level": 50}, Level.ERROR),
        ({"level": "30"}, Level.INFO),
        ({"levelno": 40}, Level.ERROR),
        ({"log": {"level": "eror"}}, Level.ERROR),
        ({"log.level": "emerg"}, Level.CRITICAL),
        ({"level": {"odd": 1}, "severity": "error"}, Level.ERROR),
        ({"level": True}, None),
        ({"level": 7}, None),
        ({}, None),
    ],
)
def test_levels_in_json(fields: dict[str, object], level: Level | None) -> None:
    assert read_json(fields).level is level


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"exc_info": "Traceback ...\nKeyError"}, (None, None, "Traceback ...\nKeyError")),
        ({"stack_trace": ["a.B: c", "\tat d"]}, (None, None, "a.B: c\n\tat d")),
        ({"err": {"type": "T", "message": "m", "stack": "T: m\n at"}}, ("T", "m", "T: m\n at")),
        ({"error": {"kind": "T", "stack": "T: m"}}, ("T", None, "T: m")),
        ({"exception": {"class": "T", "message": "m"}}, ("T", "m", None)),
        ({"error": "words of a message"}, None),
        ({"error": None, "exc_info": None, "errors": []}, None),
        ({"exc_info": True}, None),
    ],
)  # fmt: skip
def test_faults_in_json(fields: dict[str, object], expected: tuple[str | None, ...] | None) -> None:
    assert read_json(fields).fault == expected


def test_a_traceback_inside_the_message_is_found() -> None:
    text = "jam\nTraceback (most recent call last):\n  File ..."
    fault = read_json({"msg": text}).fault
    assert fault is not None
    assert fault.trace == text[4:]


def test_json_that_was_cut_keeps_what_is_left() -> None:
    line = read_line('{"level":"error","msg":"a \\"jam\\"","exc_info":"Traceback (mo')
    assert (line.level, line.message, line.whole) == (Level.ERROR, 'a "jam"', True)
    assert load('{"msg":"no level') is None


SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**60) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["level", "msg", "time", "err", "log", "stream", "exc_info"])


@given(st.dictionaries(KEYS, VALUES))
def test_any_object_is_read(value: dict[str, object]) -> None:
    assert isinstance(read_line(orjson.dumps(value).decode()).message, str)


def test_logfmt() -> None:
    line = read_line('ts=2026-04-01T12:00:00Z level=error logger=mill msg="a \\"b\\"" n=4')
    assert (line.level, line.time, line.logger, line.message) == (
        Level.ERROR,
        NOON,
        "mill",
        'a "b"',
    )
    assert read_line('a=1 msg="level error"').level is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b[31mred\x1b[0m\r\n", "red"),
        (b"\x1b]0;title\x07x\x1b]8;;http://a\x1b\\y", "xy"),
        (b"\0\0a\0b\n", "ab"),
        (b"Sk\xe6l \xc3\xa6", "Sk�l æ"),
        (b"\xef\xbb\xbfa", "a"),
        (b"  a  \n", "  a  "),
    ],
)
def test_cleaning(data: bytes, text: str) -> None:
    assert text_of(data) == text


SIGNS = st.sampled_from([*"ab 5:.\t'{=|", '"', '"GET /a', '" 500 ', "| 500 | 1ms | 1.1.1.1 | GET "])


@given(st.lists(SIGNS, max_size=12).map("".join))
def test_an_indented_line_is_read_the_short_way_as_the_long(text: str) -> None:
    simple = read_simple(f" {text}")
    assert simple is None or simple == read_layer(peel(f" {text}"))
