"""Where reading may start again: never in the midst of what was read as one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from errwatch.detect.stretches import MAX_STRETCHES, Place, Stretches

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=30)


def place(offset: int) -> Place:
    return Place(offset, offset * 7)


def filled(spans: list[tuple[int, int]]) -> Stretches:
    stretches = Stretches()
    for start, length in spans:
        stretches.add(place(start), start + length)
    return stretches


def nearest(spans: list[tuple[int, int]], offset: int) -> int:
    """The same by trying: from each span that is cut, back to its beginning."""
    cut = [start for start, length in spans if start < offset < start + length]
    return nearest(spans, min(cut)) if cut else offset


@given(SPANS, st.integers(0, 80))
def test_no_stretch_is_cut_and_no_more_is_given_up_than_that(
    spans: list[tuple[int, int]], offset: int
) -> None:
    assert filled(spans).before(place(offset)) == place(nearest(spans, offset))


@given(SPANS, st.integers(0, 80), st.integers(0, 80))
def test_what_is_forgotten_makes_no_difference_further_on(
    spans: list[tuple[int, int]], gone: int, offset: int
) -> None:
    stretches = filled(spans)
    first = stretches.before(place(gone))
    stretches.forget(first)
    assert stretches.before(place(max(offset, first.offset))) == place(
        nearest(spans, max(offset, first.offset))
    )


def test_too_many_become_fewer_and_still_none_is_cut() -> None:
    spans = [(number * 10, 5) for number in range(MAX_STRETCHES + 1)]
    stretches = filled(spans)
    stretches.forget(place(0))
    assert len(stretches) <= MAX_STRETCHES // 2 + 2
    for start, length in spans:
        for offset in range(start, start + length + 3):
            assert stretches.before(place(offset)).offset <= nearest(spans, offset)
    assert stretches.before(place(spans[-1][0] + 3)) == place(spans[-1][0])
