"""The report at a terminal: an answer first, and no line wider than the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from errwatch.model.report import Report
from errwatch.render.plain import clean
from errwatch.render.report.terminal import Screen, report_lines
from errwatch.render.report.words import (
    PLAIN_BARS,
    change,
    duration,
    moment,
    percent,
    rate,
    sparkline,
)
from tests.render.made import texts
from tests.render.report.made import EMPTY, FIGURES, full


def said(report: Report, width: int = 80, *, unicode: bool = True) -> list[str]:
    return [line.plain for line in report_lines(report, Screen(width, unicode))]


def test_the_answer_comes_first() -> None:
    first, second, worst, *rest = said(full())
    assert f"{first} {second}" == (
        "3 new, 1 regressed, 2 resolved, "
        "since 2026-10-26 14:20 until 2026-11-25 14:20 UTC in internal_error"
    )
    assert worst == "worst: medium EW-00000010  KeyError: internal_error"
    text = "\n".join(rest)
    for part in (
        "1,234 events of 4 issues; 900 before, +37%",
        "7.3 events an hour, 0.4% of the lines read",
        "2 ignored issues with 12 events not counted",
        "1 issue without a time left out",
        "at most 7",
        "critical 1 (5), high 1 (5)",
        "and 3 more",
        "x900 (x45)",
        "3 of 5 issues proven (60%), 2 merged, 1 verified, 1 regressed; $3.20",
        "2 h from the first event to the proof",
        "1 open, 2 merged",
        "26 h after the first event",
        "EW-a comes after EW-b: internal_error; 2 calls in common",
        "  errwatch fix EW-00000010",
    ):
        assert part in text.replace("\n            ", " ")


def test_nothing_is_said_of_nothing() -> None:
    assert said(EMPTY, 100) == [
        "No issues. Nothing was scanned or watched yet, or nothing was wrong."
    ]


@pytest.mark.parametrize("width", [1, 40, 50, 80, 200])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    for report in (full(), full("wide 漢字 " * 40), full("x" * 500), EMPTY):
        for line in report_lines(report, Screen(width)):
            assert cell_len(line.plain) <= max(width, 40), line.plain


@given(text=texts, width=st.integers(40, 90))
def test_what_a_log_says_cannot_move_the_cursor(text: str, width: int) -> None:
    for line in said(full(text), width):
        assert cell_len(line) <= width
        assert line == clean(line)
        assert not {"\n", "\t", "\x1b", "\u202e"} & set(line)


def test_a_terminal_that_knows_no_blocks_is_given_none() -> None:
    text = "\n".join(said(full("x" * 300), unicode=False))
    assert text.isascii()
    assert any(bar in text for bar in PLAIN_BARS)
    assert "..." in text


def test_a_sparkline_is_scaled_to_its_greatest() -> None:
    assert sparkline([0, 1, 50, 100]) == " ▁▄█"
    assert sparkline([0, 0]) == "  "
    assert sparkline([]) == ""
    assert sparkline([10**30]) == "█"


def test_numbers_in_words() -> None:
    assert [change(*pair) for pair in ((3, 3), (3, 0), (0, 3), (30, 3), (5, 4), (1000, 999))] == [
        "the same", "none before", "-100%", "x10", "+25%", "about the same",
    ]  # fmt: skip
    assert [duration(s) for s in (None, 12, 300, 7200, 200_000)] == [
        "-", "12 s", "5 min", "2 h", "2.3 days",
    ]  # fmt: skip
    assert [percent(s) for s in (None, 0, 0.0001, 0.05, 0.5)] == [
        "-", "0.0%", "under 0.1%", "5.0%", "50%",
    ]  # fmt: skip


def test_moments_and_rates_far_off() -> None:
    assert moment(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01 00:00"
    rates = (None, 0, 0.001, 0.02, 4.26, 12.6, 12_000)
    assert [rate(replace(FIGURES, per_hour=number)) for number in rates] == [
        None,
        "0.00 events an hour",
        "under 0.01 events an hour",
        "0.02 events an hour",
        "4.3 events an hour",
        "13 events an hour",
        "12,000 events an hour",
    ]
