from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.fix.recipes.distance import distance, nearest, slips

WORDS = st.text("abc", max_size=7)


@given(WORDS, WORDS)
def test_is_zero_for_equals_only_and_the_same_both_ways(a: str, b: str) -> None:
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


@given(WORDS, WORDS, WORDS)
def test_no_detour_is_shorter(a: str, b: str, c: str) -> None:
    assert distance(a, c) <= distance(a, b) + distance(b, c)


@given(WORDS, st.integers(0, 6), st.sampled_from("abc"))
def test_one_slip_is_one_step(word: str, at: int, letter: str) -> None:
    assert distance(word, word[:at] + letter + word[at:]) == 1
    assert distance(word, word[:at] + word[at + 1 :]) == (at < len(word))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    assert distance(word, swapped) == (word != swapped)


@given(WORDS, WORDS)
def test_a_letter_more_on_both_sides_changes_nothing(a: str, b: str) -> None:
    assert distance(f"x{a}", f"x{b}") == distance(a, b)


@pytest.mark.parametrize(
    ("name", "other", "length"),
    [
        ("totl", "total", 1),
        ("adress", "address", 1),
        ("recieve_order", "receive_order", 1),
        ("cretaed_at", "created_at", 1),
        ("createdat", "created_at", 1),
        ("create_dat", "created_at", 1),
        ("includ_e", "include_", 1),
        ("quantitty_totla", "quantity_total", 2),
    ],
)
def test_slips_of_the_fingers(name: str, other: str, length: int) -> None:
    assert slips(name, other) == length


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("total", "total"),
        ("get", "set"),
        ("encode", "decode"),
        ("serialize", "deserialize"),
        ("register", "unregister"),
        ("_pin", "pin"),
        ("type_", "type"),
        ("_init_encoding", "_init_decoding"),
        ("Order", "order"),
        ("host1", "host2"),
        ("price_min", "price_max"),
        ("item", "items"),
        ("order_item", "order_items"),
        ("date", "data"),
        ("item", "iter"),
        ("id", "ip"),
        ("value", "valid_to"),
    ],
)
def test_other_words_are_no_slips(name: str, other: str) -> None:
    assert slips(name, other) is None


def test_nearest_gives_all_at_the_least_distance() -> None:
    assert nearest("totl", ["total", "totla", "tax"]) == ["total", "totla"]
    assert nearest("quantitty", ["quantity", "quantities"]) == ["quantity"]
    assert nearest("totl", ["price"]) == []
