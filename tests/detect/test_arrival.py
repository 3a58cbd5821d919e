"""Entries that arrive newest first, and lines that arrive in parts, are what was written."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.detect.arrival import GAP, MAX_HELD, MAX_JOINED, MAX_WAITING, Arrivals
from errwatch.detect.lines import RawLine
from errwatch.model.event import Event
from tests.detect.corpus import detector, events_of

QUIET = ["INFO mill: on", "WARN mill: 0 errors", "ready"]
HEADER = "ERROR mill: grind failed"
TRACE = [
    "Traceback (most recent call last):",
    '  File "/app/mill/stones.py", line 30, in grind',
    "    turn(sack)",
    "KeyError: 'basalt'",
]
WRITTEN = st.lists(
    st.sampled_from([[QUIET[0]], [QUIET[1]], [HEADER], [HEADER, *TRACE], [*TRACE, QUIET[0]]]),
    max_size=8,
).map(lambda groups: [line for group in groups for line in group])
BASE = 1_775_037_600_000_000_000


def entries(lines: list[str], *, pod: str = "a", step: int = 1000) -> list[bytes]:
    return [
        orjson.dumps({"labels": {"pod": pod}, "line": line, "timestamp": str(BASE + step * place)})
        for place, line in enumerate(lines)
    ]


def found(lines: list[bytes]) -> list[tuple[str, str | None, int]]:
    events = events_of(b"\n".join(lines) + b"\n")
    return sorted((one.title, one.exception_type, one.text.count("\n")) for one in events)


@given(WRITTEN, st.sampled_from([1, 1000, GAP]))
@settings(max_examples=100, deadline=None)
def test_the_order_of_an_export_does_not_matter(written: list[str], step: int) -> None:
    lines = entries(written, step=step)
    assert found(lines[::-1]) == found(lines)


@given(WRITTEN, WRITTEN)
@settings(max_examples=60, deadline=None)
def test_streams_are_turned_one_by_one(one: list[str], other: list[str]) -> None:
    lines = sorted(
        [*entries(one), *entries(other, pod="b")],
        key=lambda line: (orjson.loads(line)["timestamp"], line),
    )
    expected = sorted(found(entries(one)) + found(entries(other)))
    assert found(lines) == expected
    assert found(lines[::-1]) == expected


def test_entries_of_one_moment_are_put_so_that_they_make_a_trace() -> None:
    lines = entries(TRACE, step=0)
    for way in (lines, lines[::-1]):
        assert found(way) == [("KeyError: 'basalt'", "KeyError", 3)]


def test_what_waits_is_bounded_and_read_again_after_a_restart() -> None:
    lines = entries([HEADER, *["  more"] * (3 * MAX_HELD)])[::-1]
    one = detector()
    one.feed(b"\n".join(lines[:50]) + b"\n")
    assert one.resume_at == 0
    (event, *_) = events_of(b"\n".join(lines) + b"\n")
    assert event.title == "grind failed"


LONG = st.integers(50, 60).map(lambda n: "x" * 1000 * n)
ENDED = st.integers(0, 5).map(lambda n: n == 0)


@pytest.mark.parametrize("streams", [1, 80])
@pytest.mark.parametrize("export", [True, False])
@given(st.lists(st.tuples(st.integers(0, 79), LONG, ENDED), min_size=300, max_size=400))
@settings(max_examples=8, deadline=None)
def test_no_more_waits_than_there_is_room_for(
    streams: int, export: bool, written: list[tuple[int, str, bool]]
) -> None:
    """Whatever streams they are of, and whether they wait for their parts or to be turned."""
    arrivals = Arrivals(lambda: True, None)
    place, waiting = 0, 0
    for number, (stream, text, ended) in enumerate(written, 1):
        body: dict[str, object] = {
            "log": text + "\n" * ended,
            "stream": f"{stream % streams}",
            "time": "x",
        }
        if export:
            time = str(BASE - number)
            body = {"labels": {"pod": stream % streams}, "line": text, "timestamp": time}
        data = orjson.dumps(body)
        line = RawLine(place, place + len(data) + 1, number, data, cut=False)
        place, waiting = line.end, waiting + len(text)
        waiting -= sum(len(one.log.message) for one in arrivals.take(line))
        assert waiting <= MAX_WAITING + 70_000


def docker(text: str, parts: int, stream: str = "stdout") -> list[bytes]:
    """As Docker writes it, cut into pieces of 16 KiB."""
    pieces = [text[at : at + 16384] for at in range(0, len(text), 16384)]
    assert len(pieces) == parts
    return [orjson.dumps({"log": piece, "stream": stream, "time": "x"}) for piece in pieces]


def cut(extra: int) -> list[Event]:
    text = f"ERROR {'x' * 20000} {'y' * extra} end\n"
    other = docker("INFO fine\n", 1, "stderr")
    first, *rest = docker(text, -(-len(text) // 16384))
    return events_of(b"\n".join([first, *other, *rest]) + b"\n")


def test_parts_are_joined_across_lines_of_other_streams() -> None:
    (event,) = cut(0)
    assert event.message.endswith(" end")
    assert event.line == 1


def test_a_joined_line_is_bounded() -> None:
    (event,) = cut(2 * MAX_JOINED)
    assert len(event.message) <= MAX_JOINED + 100
    assert event.message.endswith("[line cut]")


def test_a_short_record_without_a_line_end_is_a_line() -> None:
    record = orjson.dumps({"log": "ERROR jam", "stream": "stderr", "time": "x"})
    assert len(events_of(record + b"\n" + record + b"\n")) == 2
