"""The window on the input: what lies above a line, and the jump to the next one that matters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from errwatch.detect.lines import LOOKBACK_BYTES, LOOKBACK_LINES, MAX_LINE, Lines, RawLine
from errwatch.detect.prefilter import Prefilter

TEXT = st.lists(st.sampled_from([b"", b"a", b"xERRORx", b"b" * 500]), max_size=40).map(b"\n".join)


def read(data: bytes, cuts: list[int]) -> list[tuple[RawLine, list[RawLine]]]:
    """Every complete line with those above it."""
    lines, place = Lines(100, 7), 0
    found = []
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        lines.feed(data[place:cut])
        place = cut
        while line := lines.next():
            found.append((line, list(lines.before(line))))
    return found


@given(TEXT, st.lists(st.integers(0, 10**5), max_size=8))
def test_what_lies_above_does_not_depend_on_the_pieces(data: bytes, cuts: list[int]) -> None:
    assert read(data, cuts) == read(data, [])


@given(TEXT)
def test_above_are_the_lines_just_before(data: bytes) -> None:
    whole = read(data, [])
    for index, (line, above) in enumerate(whole):
        earlier = [one for one, _ in whole[:index][::-1]]
        assert above == earlier[: len(above)]
        reach = [one for one in earlier if line.start - one.start < LOOKBACK_BYTES]
        assert above == reach[:LOOKBACK_LINES]


PREFILTERS = [Prefilter(["ERROR"]), Prefilter(["ERROR"], worth=0)]


@given(TEXT, st.sampled_from(PREFILTERS))
def test_skipping_stops_at_each_line_with_the_pattern(data: bytes, prefilter: Prefilter) -> None:
    lines, found = Lines(0, 0, prefilter=prefilter), []
    lines.feed(data)
    while True:
        lines.skip()
        if (line := lines.next()) is None:
            break
        found.append((line.number, line.start))
    complete = [line for line, _ in read(data, [])]
    assert found == [(one.number - 7, one.start - 100) for one in complete if b"ERROR" in one.data]
    assert lines.number == len(complete)


@given(TEXT, st.lists(st.integers(0, 10**5), max_size=8), st.sampled_from(PREFILTERS))
def test_a_line_is_seen_or_not_however_it_comes(
    data: bytes, cuts: list[int], prefilter: Prefilter
) -> None:
    lines, place = Lines(0, 0, prefilter=prefilter), 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        lines.feed(data[place:cut])
        place = cut
        while line := lines.next():
            assert lines.sees() is (b"ERROR" in line.data)
    last = lines.last()
    assert last is None or lines.sees() is (b"ERROR" in last.data)


@given(TEXT, st.lists(st.integers(0, 40), min_size=1, max_size=40), st.sampled_from(PREFILTERS))
def test_looking_ahead_changes_nothing(data: bytes, looks: list[int], prefilter: Prefilter) -> None:
    lines, read = Lines(0, 0, prefilter=prefilter), 0
    lines.feed(data)
    while True:
        window, place, complete = lines.ahead()
        for _ in range(looks[read % len(looks)]):
            place = min(window.find(b"\n", place, complete) + 1 or complete, complete)
        found = window.find(b"ERROR", place, complete)
        line = window.rfind(b"\n", place, lines.hit_from(place)) + 1 or place
        assert line == (window.rfind(b"\n", place, found) + 1 or place if found >= 0 else complete)
        if (one := lines.next()) is None:
            break
        assert lines.sees() is (b"ERROR" in one.data)
        read += 1


def test_what_a_long_line_says_beyond_what_is_kept_is_not_seen() -> None:
    data = b"x" * MAX_LINE + b"ERROR\n" + b"ERROR\n"
    for cuts in ([], [MAX_LINE + 10], [MAX_LINE + 1, MAX_LINE + 4]):
        lines, place, seen = Lines(0, 0, prefilter=PREFILTERS[0]), 0, []
        for cut in [*cuts, len(data)]:
            lines.feed(data[place:cut])
            place = cut
            while lines.next():
                seen.append(lines.sees())
        assert seen == [False, True]
