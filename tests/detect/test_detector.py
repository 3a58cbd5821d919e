"""Promises of the detector: any pieces, resuming, offsets, bounds."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from errwatch.detect.assembly import MAX_STREAMS
from errwatch.detect.detector import Detector
from errwatch.detect.frames import FrameRules
from errwatch.detect.kept import HEAD_BYTES, TAIL_BYTES
from errwatch.detect.lines import MAX_LINE
from errwatch.model.event import Event
from errwatch.model.levels import Level
from tests.detect.corpus import LOGS, detector, events_of

SAMPLES = [log.read_bytes() for log in LOGS]
LINES = sorted({line for sample in SAMPLES for line in sample.splitlines(keepends=True)})
WHOLE = st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4).map(b"".join)
SPLICED = st.lists(st.sampled_from(LINES), max_size=30).map(b"".join)
TEXT = st.one_of(WHOLE, SPLICED, st.binary(max_size=300))


def in_pieces(data: bytes, cuts: list[int]) -> list[Event]:
    one, events, place = detector(), [], 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        events += one.feed(data[place:cut])
        place = cut
    return sorted([*events, *one.flush()], key=lambda event: event.start)


@given(TEXT, st.lists(st.integers(0, 10**6), max_size=12))
@settings(max_examples=200, deadline=None)
def test_pieces_do_not_matter(data: bytes, cuts: list[int]) -> None:
    assert in_pieces(data, cuts) == events_of(data)


@pytest.mark.parametrize("sample", SAMPLES, ids=[log.stem for log in LOGS])
def test_single_bytes_do_not_matter(sample: bytes) -> None:
    assert in_pieces(sample, list(range(len(sample)))) == events_of(sample)


@given(TEXT, st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_pending_events_are_those_of_an_input_that_ends_here(data: bytes, cut: int) -> None:
    complete = data[: data.rfind(b"\n", 0, cut % (len(data) + 1)) + 1]
    one = detector()
    closed = one.feed(complete)
    pending = one.pending()
    assert pending == one.pending()
    assert sorted([*closed, *pending], key=lambda e: e.start) == events_of(complete)


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_offsets_and_lines_point_into_the_input(data: bytes) -> None:
    one = detector()
    events = [*one.feed(data), *one.flush()]
    assert one.bytes == len(data)
    assert one.resume_at == len(data) or not data[one.resume_at :].strip(b"\0")
    for event in events:
        assert 0 <= event.start < event.end <= len(data)
        assert event.line == data.count(b"\n", 0, event.start) + 1
        assert event.line <= one.lines


def test_a_last_line_without_end_counts_once_it_is_flushed() -> None:
    one = detector()
    assert one.feed(b"a\nERROR: b") == []
    assert (one.lines, one.resume_at, one.resume_line) == (1, 2, 1)
    assert [event.message for event in one.flush()] == ["b"]
    assert (one.lines, one.resume_at) == (2, 10)


def test_an_open_event_holds_the_place_to_resume_at() -> None:
    one = detector()
    one.feed(b"x\n2026-04-01 10:00:00 ERROR mill: jam\nTraceback (most recent call last):\n")
    assert (one.resume_at, one.resume_line) == (2, 1)
    one.feed(b"2026-04-01 10:00:01 INFO a: 1\n" * 4)
    assert one.resume_line == one.lines


def test_long_lines_are_cut_and_offsets_stay_exact() -> None:
    long = b"2026-04-01 10:00:00 ERROR mill: " + b"x" * (3 * MAX_LINE) + b"\n"
    data = long + b"2026-04-01 10:00:01 ERROR mill: short\n"
    for pieces in ([], [10, MAX_LINE, MAX_LINE + 1, 2 * MAX_LINE, len(long) - 1, len(long)]):
        first, second = in_pieces(data, pieces)
        assert (first.end, second.start, second.line) == (len(long), len(long), 2)
        assert len(first.text) < MAX_LINE + 100
        assert first.text.endswith("[line cut]")


def test_a_line_of_exactly_the_limit_is_whole() -> None:
    line = (b"ERROR: " + b"x" * MAX_LINE)[:MAX_LINE]
    for end in (b"\n", b""):
        for cuts in ([], [MAX_LINE], [MAX_LINE - 1], [7, MAX_LINE]):
            (event,) = in_pieces(line + end, cuts)
            assert not event.text.endswith("[line cut]")


def test_text_after_a_block_of_nul_bytes_is_read() -> None:
    data = b"\0" * (3 * MAX_LINE) + b"ERROR: jam\n"
    for cuts in ([], [MAX_LINE, 2 * MAX_LINE], [3 * MAX_LINE + 2]):
        (event,) = in_pieces(data, cuts)
        assert (event.start, event.line, event.message) == (3 * MAX_LINE, 1, "jam")


def test_a_deep_recursion_is_bounded_and_keeps_its_ends() -> None:
    frame = b'  File "/app/a.py", line 3, in f%d\n    g()\n'
    frames = b"".join(frame % (number % 2) for number in range(4000))
    data = b"Traceback (most recent call last):\n" + frames + b"RecursionError: too deep\n"
    (event,) = events_of(data)
    assert event.title == "RecursionError: too deep"
    assert event.culprit is not None
    assert event.culprit.function == "f1"
    assert len(event.text) < HEAD_BYTES + TAIL_BYTES + 100
    assert event.end == len(data)


def test_many_streams_stay_bounded() -> None:
    data = b"".join(b"web-%d  | ERROR: jam\n" % number for number in range(2000))
    one = detector()
    closed = one.feed(data)
    assert len(one.pending()) <= MAX_STREAMS + 1
    assert len([*closed, *one.flush()]) == 2000


@pytest.mark.parametrize(
    ("level", "count"), [(Level.CRITICAL, 1), (Level.ERROR, 2), (Level.WARNING, 3), (Level.INFO, 5)]
)
def test_minimum_level(level: Level, count: int) -> None:
    data = b"".join(
        b"2026-04-01 10:00:00 %s mill: x\n" % word
        for word in (b"DEBUG", b"INFO", b"WARN", b"ERROR", b"FATAL")
    )
    one = Detector("x", min_level=level)
    assert len([*one.feed(data + b"2026-04-01 10:00:00 said\n"), *one.flush()]) == count


def test_the_users_rules_win_over_conventions() -> None:
    data = (
        b"Traceback (most recent call last):\n"
        b'  File "/venv/site-packages/ours/a.py", line 1, in a\n'
        b'  File "/app/generated/b.py", line 2, in b\nKeyError: 1\n'
    )
    rules = FrameRules(in_app=("*/site-packages/ours/*",), library=("*/generated/*",))
    one = Detector("x", frames=rules)
    (event,) = [*one.feed(data), *one.flush()]
    assert event.culprit is not None
    assert event.culprit.function == "a"


@given(st.lists(st.sampled_from([b"Error: x", b" " * 8, b"\n", b"\0", b"{", b"| ", b"\x1b["])))
@example([])
def test_nothing_raises(pieces: list[bytes]) -> None:
    events_of(b"".join(pieces))
