"""Events like earlier ones are told without being read, and come out the same."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.detect.detector import Detector
from errwatch.detect.recurring import MAX_FORMS, Recurring
from errwatch.model.event import Event
from tests.detect.corpus import LOGS, NOW

NUMBER = re.compile(rb"(?<![\w.])[1-9]\d{3,11}(?![\w.]|-\d\d-)")
MOMENT = re.compile(rb"(?<=\d{4}-\d\d-\d\d[T ]\d\d:)\d\d:\d\d")
SAMPLES = [log.read_bytes() for log in LOGS]
STATED = (
    b"2026-03-01T10:17:31.452Z ERROR shop.pay charge 820592 refused by gateway after 189 ms\n",
    b'{"time":"2026-03-01T10:12:42.127Z","level":"error","msg":"timed out","request":"657556"}\n',
    b"2026-03-01T10:31:45.452Z ERROR shop.cart checkout failed\n"
    b"Traceback (most recent call last):\n"
    b'  File "/app/shop/cart.py", line 88, in checkout\n    total = price_of(items)\n'
    b"KeyError: 'SKU-401362'\n",
    b"2026-03-01T10:55:16.908Z ERROR shop.Stock reserve failed\n"
    b"java.lang.IllegalStateException: stock 286368 is negative\n"
    b"\tat com.example.shop.Stock.reserve(Stock.java:52)\n",
    b"2026-03-01T10:55:17.908Z WARN shop.Stock low on item 286368\n",
    b"2026-03-01T10:55:18.908Z INFO shop.Stock item 286368 is back\n",
)
BETWEEN = (
    b"2026-03-01T10:17:31.452Z INFO  shop.cart item added user=820592 sku=SKU-401362\n",
    b'{"time":"2026-03-01T10:12:42.127Z","level":"info","msg":"done","n":657556}\n',
    b'10.0.3.7 - - [01/Mar/2026:10:12:42 +0000] "GET /v1/items/7 HTTP/1.1" 200 657556 "-" "x"\n',
)
"""What is passed between events."""
AFTER = (
    b"During handling of the above exception, another exception occurred:\n",
    b"\nTraceback (most recent call last):\n",
    b'  File "/app/shop/cart.py", line 88, in checkout\n    total = price_of(items)\n',
    b"\tat com.example.shop.Orders.place(Orders.java:31)\n",
    b"Caused by: java.io.IOException: no\n",
    b"2026-03-01T10:55:18.908Z INFO Execution halted\n",
    b"plain text\n",
)
"""What may go on with an event, wherever it stands."""


def changed(sample: bytes, random: Random, *, minutes: int = 61) -> bytes:
    """The same text with other numbers, and at other times, some of them impossible."""
    sample = MOMENT.sub(
        lambda _: b"%02d:%02d" % (random.randrange(minutes), random.randrange(60)), sample
    )
    return NUMBER.sub(
        lambda found: b"%d" % random.randrange(10 ** (len(found[0]) - 1), 10 ** len(found[0])),
        sample,
    )


def events(data: bytes, cuts: list[int], *, forms: int = MAX_FORMS) -> list[Event]:
    one, found, place = Detector("sample", now=NOW, recurring=Recurring(forms)), [], 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        found += one.feed(data[place:cut])
        place = cut
    return [*found, *one.flush()]


def recurred(found: list[Event]) -> int:
    return sum(event.form is not None for event in found)


@pytest.mark.parametrize("sample", SAMPLES, ids=[log.stem for log in LOGS])
def test_repeated_samples_are_read_as_without_memory(sample: bytes) -> None:
    random = Random(sample)
    data = b"".join(changed(sample, random) for _ in range(5))
    assert events(data, []) == events(data, [], forms=0)


@given(
    st.lists(st.sampled_from([*STATED, *SAMPLES]), min_size=1, max_size=5),
    st.lists(st.integers(0, 10**6), max_size=6),
    st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_any_mix_is_read_as_without_memory(
    samples: list[bytes], cuts: list[int], random: Random
) -> None:
    order = [random.choice(samples) for _ in range(5 * len(samples))]
    data = b"".join(changed(sample, random) for sample in order)
    assert events(data, cuts) == events(data, [], forms=0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(STATED[:4]),
            st.lists(st.sampled_from(BETWEEN), max_size=5),
            st.lists(st.sampled_from(AFTER), max_size=1),
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.integers(0, 10**6), max_size=6),
    st.randoms(use_true_random=False),
)
@settings(max_examples=300, deadline=None)
def test_what_stands_between_events_is_read_as_without_memory(
    samples: list[tuple[bytes, list[bytes], list[bytes]]], cuts: list[int], random: Random
) -> None:
    learnt = [(event, samples[0][1][:0], samples[0][2][:0]) for event, _, _ in samples]
    order = [*learnt * 3, *(random.choice(samples) for _ in range(8))]
    data = b"".join(
        changed(event, random, minutes=60) + b"".join((*between, *after))
        for event, between, after in order
    )
    assert events(data, cuts) == events(data, [], forms=0)


@pytest.mark.parametrize("sample", STATED[:4])
@pytest.mark.parametrize("quiet", BETWEEN)
def test_quiet_lines_end_an_event_of_a_known_form(sample: bytes, quiet: bytes) -> None:
    random = Random(1)
    found = events(b"".join(changed(sample, random, minutes=60) + quiet * 5 for _ in range(10)), [])
    assert len(found) == 10
    assert recurred(found) >= 6


@pytest.mark.parametrize("sample", STATED[:4])
def test_the_third_of_a_form_is_not_read_line_by_line(sample: bytes) -> None:
    random = Random(1)
    found = events(b"".join(changed(sample, random, minutes=60) for _ in range(10)), [])
    assert len(found) == 10
    assert recurred(found) >= 6


def test_a_number_that_decides_is_no_number_of_a_form() -> None:
    """Frames differ in their lines, and those of statuses and levels are too short."""
    one, other = (STATED[2].replace(b"line 88", line) for line in (b"line 1088", b"line 1099"))
    times = (one.replace(b"10:31", b"10:%d" % minute) for minute in range(31, 35))
    found = events(b"".join(times) + other * 2, [])
    assert [event.culprit.line for event in found if event.culprit] == [1088] * 4 + [1099] * 2
