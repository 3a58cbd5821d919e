"""Time, level and logger in whatever order a logger writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.levels import Level
from errwatch.parsers.header import read_header
from errwatch.parsers.times import stamp_at, time_of

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
E, W, INFO, C = Level.ERROR, Level.WARNING, Level.INFO, Level.CRITICAL

HEADERS = [
    ("2026-04-01 12:00:00,000 ERROR mill.web: jam", E, True, "mill.web", "jam"),
    ("2026-04-01T12:00:00Z ERROR jam in mill", E, True, None, "jam in mill"),
    ("2026-04-01 12:00:00 ERROR   jam", E, True, None, "jam"),
    ("2026-04-01 14:00:00 +0200 WARN  mill: jam", W, True, "mill", "jam"),
    ("[2026-04-01 12:00:00 +0000] [18] [ERROR] jam", E, True, None, "jam"),
    ("[2026-04-01 12:00:00,000: ERROR/ForkPoolWorker-2] jam", E, True, None, "jam"),
    ("2026-04-01 12:00:00,000 - mill - ERROR - jam - hard", E, True, "mill", "jam - hard"),
    ("2026-04-01 12:00:00 = ERROR = mill =   File", E, True, "mill", "  File"),
    ("2026-04-01 12:00:00.000 | ERROR    | mill:turn:9 - jam", E, True, "mill:turn:9", "jam"),
    ("2026-04-01 12:00:00 [main] ERROR com.x.Mill - jam", E, True, "com.x.Mill", "jam"),
    ("2026-04-01 12:00:00 UTC [231] app@db FATAL:  jam", C, True, None, "jam"),
    ("2026/04/01 12:00:00 [error] 13#13: jam", E, True, None, "13#13: jam"),
    ("Wed Apr 01 12:00:00 2026 [error] jam", E, True, None, "jam"),
    ("26/04/01 12:00:00 INFO mill.Web: jam", INFO, True, "mill.Web", "jam"),
    ("ERROR 2026-04-01 12:00:00,000 jam", E, True, None, "jam"),
    ("2026-04-01 12:00:00 error jam", E, True, None, "jam"),
    ("2026-04-01 12:00:00 mill: jam", None, True, None, "mill: jam"),
    ("2026-04-01 12:00:00   indented", None, True, None, "  indented"),
    ("2026-04-01 12:00:00 alert sent to nobody", None, True, None, "alert sent to nobody"),
    ("2026-04-01 12:00:00 the job said ERROR", None, True, None, "the job said ERROR"),
    ("ERROR:    jam", E, False, None, "jam"),
    ("ERROR:mill.web:jam", E, False, "mill.web", "jam"),
    ("[ERROR] jam", E, False, None, "jam"),
    ("[error] jam", E, False, None, "jam"),
    ("INFO  jam", INFO, False, None, "jam"),
    ("ERROR KeyError: 'jam'", E, False, None, "KeyError: 'jam'"),
]


@pytest.mark.parametrize(("text", "level", "stamped", "logger", "message"), HEADERS)
def test_header(
    text: str, level: Level | None, stamped: bool, logger: str | None, message: str
) -> None:
    header = read_header(text)
    assert header is not None
    assert (header.level, header.stamped, header.logger, header.message) == (
        level,
        stamped,
        logger,
        message,
    )
    assert header.time == (NOON if stamped else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ERROR indented",
        "error in the middle of nothing",
        "Error: not a header",
        "ErrorHandler ready",
        "ValueError: 2026-04-01 12:00:00 is no date",
        "a 2026-04-01 12:00:00 ERROR b",
        "KeyError: 'x'",
        "[Error: ENOENT]",
    ],
)
def test_no_header(text: str) -> None:
    assert read_header(text) is None


@given(st.text(alphabet="[] 0123456789-:.ERRORinfo=|ab\t", max_size=60))
def test_any_text_is_read_and_the_message_is_its_end(text: str) -> None:
    header = read_header(text)
    assert header is None or text.endswith(header.message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-01T12:00:00.123456789Z", NOON.replace(microsecond=123456)),
        ("2026-04-01T07:00:00-05:00", NOON),
        ("2026-04-01 17:30:00 +0530", NOON),
        ("2026-04-01-12.00.00.5", NOON.replace(microsecond=500000)),
        ("Apr  1 12:00:00", NOON),
        ("Dec 31 12:00:00", datetime(2025, 12, 31, 12, tzinfo=UTC)),
        ("2026-02-30 12:00:00", None),
        ("12:00:00.5", None),
    ],
)
def test_times(text: str, expected: datetime | None) -> None:
    stamp = stamp_at(text, 0, datetime(2026, 6, 1, tzinfo=UTC))
    assert stamp is not None
    assert stamp.time == expected
    assert stamp.end == len(text)


def test_a_time_without_a_year_needs_to_know_today() -> None:
    stamp = stamp_at("Apr  1 12:00:00", 0)
    assert stamp is not None
    assert stamp.time is None


@pytest.mark.parametrize(
    "value",
    [
        NOON.timestamp(),
        int(NOON.timestamp() * 1e3),
        int(NOON.timestamp() * 1e6),
        int(NOON.timestamp() * 1e9),
        str(NOON.timestamp()),
        "2026-04-01T12:00:00Z",
        "2026-04-01 12:00:00,000",
    ],
)
def test_times_in_json(value: object) -> None:
    assert time_of(value) == NOON


@pytest.mark.parametrize("value", [None, True, 7, -1, 1e300, "soon", [], float("nan")])
def test_no_times_in_json(value: object) -> None:
    assert time_of(value) is None
