"""Who starts again at `resume_at` reads what one who never stopped reads: the same, and whole."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.model.event import Event
from tests.detect.corpus import LOGS, detector, events_of, resumed

SAMPLES = [log.read_bytes() for log in LOGS]
LINES = [sample.splitlines(keepends=True)[:60] for sample in SAMPLES]
WHOLE = st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4).map(b"".join)
SPLICED = st.lists(st.sampled_from([line for one in LINES for line in one]), max_size=30)
TEXT = st.one_of(WHOLE, SPLICED.map(b"".join), st.binary(max_size=300))
MIXED = st.lists(st.sampled_from(LINES), min_size=2, max_size=3)
TRACE = "Traceback (most recent call last):"
FRAME = '  File "/app/mill/main.py", line 14, in main'
JOURNAL = (
    '{"__REALTIME_TIMESTAMP": "%d", "_HOSTNAME": "h", "SYSLOG_IDENTIFIER": "mill", "MESSAGE": "%s"}'
)


def check(data: bytes, cut: int) -> None:
    first = detector()
    before = first.feed(data[:cut])
    assert first.resume_at <= cut
    assert {*before, *resumed(first, data)} == {*events_of(data)}


@given(TEXT, st.integers(0, 10**6))
@settings(max_examples=300, deadline=None)
def test_any_log(data: bytes, cut: int) -> None:
    check(data, cut % (len(data) + 1))


@given(MIXED, st.randoms(use_true_random=False), st.integers(0, 10**6))
@settings(max_examples=300, deadline=None)
def test_logs_of_several_programs_in_any_order(
    samples: list[list[bytes]], rng: Random, cut: int
) -> None:
    lines = [line for sample in samples for line in sample]
    rng.shuffle(lines)
    data = b"".join(lines)
    check(data, cut % (len(data) + 1))


@given(MIXED, st.data(), st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_logs_of_several_programs_side_by_side(
    samples: list[list[bytes]], data: st.DataObject, cut: int
) -> None:
    places = data.draw(st.permutations([k for k, one in enumerate(samples) for _ in one]))
    turns = [iter(one) for one in samples]
    text = b"".join(next(turns[place]) for place in places)
    check(text, cut % (len(text) + 1))


def at(lines: list[str], wanted: str) -> list[Event]:
    """The events that hold a text."""
    events = events_of("".join(f"{line}\n" for line in lines).encode())
    return [event for event in events if wanted in event.text]


def test_what_took_lines_and_came_to_nothing_had_a_say_in_them() -> None:
    lines = [
        "Execution failed for task ':compileJava'.",
        '{"message": "Listening", "level": "error", "timestamp": "2026-04-01T10:00:01Z"}',
        "tests/test_mill.py:7: AssertionError",
        "src/gate.ts(8,3): error TS2322: Type 'string' is not assignable to type 'number'.",
    ]
    data = "".join(f"{line}\n" for line in lines).encode()
    for cut in range(len(data) + 1):
        check(data, cut)


def test_an_entry_that_stepped_aside_is_not_lost_to_another_of_its_origin() -> None:
    request = "2026-04-01 10:00:01 ERROR [req-1] mill: "
    lines = [
        request + TRACE,
        "2026-04-01 10:00:02 INFO [req-2] mill: on",
        TRACE,
        request + FRAME,
        request + "KeyError: 'basalt'",
    ]
    (event,) = at(lines, "basalt")
    assert event.exception_type == "KeyError"
    assert event.line == 1


@given(st.sampled_from(SAMPLES))
@settings(deadline=None)
def test_what_else_is_open_does_not_matter(sample: bytes) -> None:
    """An error of another program, which nothing has ended yet, keeps every line from being passed
    by unread."""
    other = b"zzz-1  | ERROR: jam\n"
    expected = [event.text for event in events_of(sample)]
    assert [event.text for event in events_of(other + sample)[1:]] == expected


def test_a_quiet_line_waits_for_nothing() -> None:
    lines = [JOURNAL % (9_000_000, "fine"), JOURNAL % (8_999_000, "ERROR mill: jam")]
    for open_elsewhere in ([], ["zzz-1  | ERROR: jam"]):
        (event,) = at([*open_elsewhere, *lines], "mill: jam")
        assert "fine" not in event.text


def test_after_the_first_error_of_a_platforms_log_quiet_lines_are_passed_by_again() -> None:
    texts = ["ERROR mill: jam", *["INFO mill: on"] * 5]
    data = "".join(JOURNAL % (9_000_000 + n, text) + "\n" for n, text in enumerate(texts))
    one = detector()
    assert len(one.feed(data.encode())) == 1
    assert one.resume_at == len(data)


def test_a_trace_after_the_restart_has_the_time_of_the_line_above() -> None:
    above = b"2026-04-01 10:00:01 INFO mill: on\n"
    data = above + f"{TRACE}\n{FRAME}\nKeyError: 'basalt'\n".encode()
    first = detector()
    assert first.feed(above) == []
    assert first.resume_at == len(above)
    (event,) = resumed(first, data)
    assert event.time is not None
    assert [event] == events_of(data)
