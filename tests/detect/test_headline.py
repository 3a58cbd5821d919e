"""A bare line of one logger, and the trace that another logger wrote right under it: one event."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.corpus import detector, events_of, resumed

HEAD = "2026-03-01T10:00:01.000Z ERROR worker job 17 failed"
TRACE = """\
[2026-03-01 10:00:01,114] ERROR in app: Exception on /cart [GET]
Traceback (most recent call last):
  File "/srv/shop/app.py", line 12, in cart
    return price(sku)
KeyError: 'sku'
"""


def titles(text: str) -> list[str]:
    return [event.title for event in events_of(text.encode())]


def test_a_headline_belongs_to_the_trace_under_it() -> None:
    (event,) = events_of(f"{HEAD}\n{TRACE}".encode())
    assert event.title == "KeyError: 'sku'"
    assert event.line == 1
    assert event.text == f"{HEAD}\n{TRACE.rstrip()}"


@pytest.mark.parametrize(
    "above",
    [
        "[2026-03-01 10:00:01,002] ERROR in app: no cart",  # the same logger
        "2026-03-01T10:00:01.000Z WARN worker job 17 is slow",  # too mild
    ],
)
def test_others_stand_alone(above: str) -> None:
    assert titles(f"{above}\n{TRACE}")[-1] == "KeyError: 'sku'"
    assert all(not event.text.startswith(above) for event in events_of(TRACE.encode()))
    assert events_of(f"{above}\n{TRACE}".encode())[-1].line == 2


def test_a_line_between_them_parts_them() -> None:
    between = "2026-03-01T10:00:01.010Z INFO queue drained"
    assert titles(f"{HEAD}\n{between}\n{TRACE}") == ["worker job 17 failed", "KeyError: 'sku'"]


def test_without_a_trace_both_are_events() -> None:
    other = TRACE.partition("\n")[0]
    assert titles(f"{HEAD}\n{other}\n") == [
        "worker job 17 failed",
        "in app: Exception on /cart [GET]",
    ]


def test_only_the_nearest_line_is_a_headline() -> None:
    other = "03/01/2026 10:00:01 ERROR no cart"
    assert titles(f"{HEAD}\n{other}\n{TRACE}") == ["worker job 17 failed", "KeyError: 'sku'"]
    assert events_of(f"{HEAD}\n{other}\n{TRACE}".encode())[1].line == 2


def test_a_structured_record_can_bring_the_trace() -> None:
    record = '{"level": "error", "msg": "x", "stack": "TypeError: y\\n    at f (/srv/a.js:1:2)"}'
    assert titles(f"{HEAD}\n{record}\n") == ["TypeError: y"]


LINES = st.sampled_from([HEAD, *TRACE.splitlines(), "2026-03-01T10:00:01.010Z INFO done"])


@given(st.lists(LINES, max_size=30), st.data())
def test_no_chunking_matters(lines: list[str], data: st.DataObject) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()
    cut = data.draw(st.integers(0, len(text)))
    one = detector()
    events = [*one.feed(text[:cut]), *one.feed(text[cut:]), *one.flush()]
    assert sorted(events, key=lambda event: event.start) == events_of(text)


@given(st.lists(LINES, max_size=30), st.data())
def test_resuming_loses_nothing(lines: list[str], data: st.DataObject) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()
    cut = data.draw(st.integers(0, len(text)))
    one = detector()
    before = one.feed(text[:cut])
    found = {(event.start, event.end): event for event in [*before, *resumed(one, text)]}
    assert sorted(found) == [(event.start, event.end) for event in events_of(text)]


def test_many_alike() -> None:
    """Also where events like earlier ones are told without being read line by line."""
    text = "".join(f"{HEAD} after {n} ms\n{TRACE}" for n in range(1000, 1040))
    assert titles(text) == ["KeyError: 'sku'"] * 40
    bare = "".join(f"{HEAD} after {n} ms\n" for n in range(1000, 1040))
    assert titles(f"{bare}{TRACE}")[-1] == "KeyError: 'sku'"
    assert len(titles(f"{bare}{TRACE}")) == 40
