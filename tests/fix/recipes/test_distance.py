from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.fix.recipes.distance import differing, distance, is_slip, nearest

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
    ("name", "other"),
    [
        ("totl", "total"),
        ("adress", "address"),
        ("recieve_order", "receive_order"),
        ("cretaed_at", "created_at"),
        ("ValueErrro", "ValueError"),
        ("MAX_LENGHT", "MAX_LENGTH"),
        ("quantitty", "quantity"),
    ],
)
def test_slips_of_the_fingers(name: str, other: str) -> None:
    assert is_slip(name, other)
    word, right = differing(name, other)
    assert word in name.lower()
    assert distance(word, right) == 1


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
        ("was_mailed", "was_failed"),
        ("quantity_billed", "quantity_filled"),
        ("update", "updated"),
        ("is_closes", "is_closed"),
        ("quality", "quantity"),
        ("create_dat", "created_at"),
        ("adress_lien", "address_line"),
        ("mtime", "ctime"),
        ("net", "neat"),
        ("maxSiz", "maxSize"),
    ],
)
def test_other_words_are_no_slips(name: str, other: str) -> None:
    assert not is_slip(name, other)


def test_nearest_gives_what_is_as_near_too() -> None:
    assert nearest("totl", ["total", "totle", "totals", "tax"]) == ["total", "totle"]
    assert nearest("quantitty", ["quantity", "quantities"]) == ["quantity"]
    assert nearest("totl", ["totle"]) == []
    assert nearest("totl", ["price"]) == []
