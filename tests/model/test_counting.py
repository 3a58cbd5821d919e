"""Counting one by one comes to the same as merging, in any order and any split."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.counting import counted
from errwatch.model.event import Event
from errwatch.model.partial import Named, Partial
from tests.store.values import events

KEYS = ("v1:aa", "v1:bb")


def named(found: list[Event]) -> list[Named]:
    return [Named(KEYS[event.start % 2], event, "t") for event in found]


def sample_sizes(partial: Partial) -> list[int]:
    return [len(tally.samples) for tally in partial.tallies.values()]


@given(events())
def test_the_same_as_merging(found: list[Event]) -> None:
    assert counted(named(found)) == Partial.of(named(found))


@given(events(), st.randoms(use_true_random=False), st.integers(0, 12))
def test_any_split_in_any_order(found: list[Event], rng: random.Random, cut: int) -> None:
    one_key = [Named(KEYS[0], event, "t") for event in found]
    shuffled = rng.sample(one_key, len(one_key))
    parts = counted(shuffled[:cut]).merge(counted(shuffled[cut:]))
    assert parts == counted(one_key) == counted(shuffled[cut:]).merge(counted(shuffled[:cut]))
    assert max(sample_sizes(parts), default=0) <= 5


@given(events(), st.lists(st.integers(0, 4), min_size=12, max_size=12))
def test_many_at_once_as_one_after_another(found: list[Event], places: list[int]) -> None:
    dealt = [[event for event, at in zip(found, places, strict=False) if at == n] for n in range(5)]
    parts = [counted(named(some)) for some in dealt]
    total = Partial()
    for part in parts:
        total = total.merge(part)
    assert Partial().merge(*parts) == total
