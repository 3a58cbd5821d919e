"""Rotated parts of one log: their order, and that no cut between lines makes two events of one."""

from __future__ import annotations

import gzip
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from errwatch.classify.rules import load_rules
from errwatch.config import resource
from errwatch.eyes import Eyes
from errwatch.model.event import Event
from errwatch.pipeline import read
from errwatch.sources.expand import expand
from errwatch.sources.rotation import MARGIN, in_order, lines_after, lines_before
from tests.sources.reader import State

EYES = Eyes(load_rules(resource("rules.toml").read_text(encoding="utf-8"), "rules.toml"))
LOG = b"""\
2026-04-01 09:00:00 INFO  mill: start
2026-04-01 09:00:01 ERROR mill: grind failed
Traceback (most recent call last):
  File "/app/mill/main.py", line 14, in main
    grind(sack)
  File "/app/mill/stones.py", line 30, in grind
    turn(sack)
KeyError: 'basalt'
2026-04-01 09:00:02 ERROR mill: stone broke
2026-04-01 09:00:03 INFO  mill: on
Traceback (most recent call last):
  File "/app/mill/main.py", line 20, in stop
    brake()
ValueError: no brake
2026-04-01 09:00:04 INFO  mill: stop
"""
LINES = LOG.splitlines(keepends=True)


@pytest.mark.parametrize(
    "names",
    [
        ["app.log.10.gz", "app.log.2.gz", "app.log.1", "app.log"],
        ["app.log-20260130.xz", "app.log-20260131", "app.log"],
        ["app-2026-01-30.log.gz", "app-2026-01-31.log", "app.log"],
        ["app-2026-01-30.log", "app-2026-01-31.log"],
        ["app.log.old", "app.log"],
        ["app.log.gz", "app.log"],
    ],
)
def test_the_oldest_part_comes_first(names: list[str]) -> None:
    paths = [Path("/x", name) for name in names]
    assert in_order(paths) == [paths]
    assert in_order(paths[::-1]) == [paths]


def test_logs_of_other_names_and_folders_are_others() -> None:
    names = ["a/app.log", "b/app.log.1", "a/worker-1.log", "a/worker-2.log", "a/web.log"]
    assert in_order([Path(name) for name in names]) == [[Path(name)] for name in names]


def scanned(folder: Path, files: Sequence[str]) -> tuple[list[Event], int, int]:
    """The events of all files, and how many lines and bytes they have."""
    events: list[Event] = []
    lines = size = 0
    for source in expand([str(folder / name) for name in files], State(), None).sources:
        with source:
            reading = read(source, EYES, lambda name, event: events.append(event))
        lines += reading.lines
        size += reading.bytes
    return events, lines, size


@given(st.lists(st.integers(0, len(LINES)), max_size=4))
@example([3])
@example([3, 5, 13])
@settings(deadline=None, max_examples=40)
def test_a_cut_makes_no_event_and_loses_none(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(LINES)]
    parts = [b"".join(LINES[start:end]) for start, end in itertools.pairwise(places)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for age, part in enumerate(reversed(parts)):
            files.append(f"app.log.{age}.gz" if age > 1 else f"app.log.{age}" if age else "app.log")
            (folder / files[-1]).write_bytes(gzip.compress(part) if age > 1 else part)
        events, lines, size = scanned(folder, files)
    assert [event.title for event in events] == [
        "KeyError: 'basalt'",
        "stone broke",
        "ValueError: no brake",
    ]
    assert (lines, size) == (len(LINES), len(LOG))
    assert all(event.start >= 0 and event.line >= 1 for event in events)


def test_parts_without_a_last_line_end(tmp_path: Path) -> None:
    (tmp_path / "app.log.1").write_bytes(b"".join(LINES[:3]).rstrip(b"\n"))
    (tmp_path / "app.log").write_bytes(b"".join(LINES[3:]).rstrip(b"\n"))
    events, lines, size = scanned(tmp_path, ["app.log", "app.log.1"])
    assert [event.exception_type for event in events] == ["KeyError", None, "ValueError"]
    assert [event.source.endswith("app.log.1") for event in events] == [True, False, False]
    assert [event.line for event in events] == [2, 6, 8]
    assert (lines, size) == (len(LINES), len(LOG) - 2)


def test_a_part_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "app.log.2.gz").write_bytes(gzip.compress(LOG)[:-20])
    (tmp_path / "app.log.1").write_bytes(LOG)
    events, _, _ = scanned(tmp_path, ["app.log.1"])
    assert len(events) == 3


@given(st.lists(st.binary(max_size=20), max_size=3), st.booleans())
def test_margins_are_complete_lines(parts: list[bytes], ended: bool) -> None:
    before, after = lines_before(parts), lines_after(parts, ended=ended)
    assert before == b"" or before.endswith(b"\n")
    assert after == b"" or after.endswith(b"\n")
    assert after.startswith(b"\n") == (not ended and after != b"")


def test_margins_are_bounded() -> None:
    line = b"x" * 99 + b"\n"
    parts = [line * 300] * 9
    for margin in (lines_before(parts), lines_after(parts, ended=True)):
        assert MARGIN - 100 < len(margin) <= MARGIN
        assert margin == line * (len(margin) // 100)
