"""What counts as the issue's exception, and as its culprit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.fix.expected import expected_of, shape
from errwatch.fix.raised import Raised
from tests.fix.scripted import event


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("order 17 is gone", "order 4 is gone", True),
        ("no file 'a b'", 'no file "c"', True),
        ("at 0x7f00aa", "at 0xdead", True),
        ("has no attribute 'getargspec'. Did you mean: 'getargs'?", "has no attribute 'x'", True),
        ("mail ada@example.com failed", "mail bob@example.com failed", True),
        ("can't find 'x'", "can't find 'y'", True),
        ("name 'a' from 'b' (/opt/lib/b.py)", "name 'a' from 'b' (/usr/b.py)", True),
        ("dictionary changed size", "Set changed size", False),
        ("first line\nsecond", "first line\nother", True),
        ("pool not warm", "", False),
    ],
)
def test_messages_agree_but_for_what_varies(one: str, other: str, same: bool) -> None:
    assert (shape(one) == shape(other)) is same


@given(st.text())
def test_the_shape_of_a_message_is_one_line_without_digits(message: str) -> None:
    found = shape(message)
    assert "\n" not in found
    assert not any(sign.isdigit() and sign.isascii() for sign in found)


PASSED = (("/tmp/w/tree/billing/plans.py", "price_of"),)


@pytest.mark.parametrize(
    ("files", "frames", "places", "passed"),
    [
        (["billing/plans.py", "plans.py"], PASSED, ("billing/plans.py",), True),
        (
            ["billing/plans.py"],
            (("billing/plans.py", "Plan.price_of"),),
            ("billing/plans.py",),
            True,
        ),
        (["billing/plans.py"], (("./billing/plans.py", "names"),), None, False),
        (["billing/plans.py"], (("/w/tree/other/plans.py", "price_of"),), None, False),
        (["src/billing/plans.py"], (("/w/src/billing/plans.py", "price_of"),), None, True),
        (["other/plans.py", "README.md"], PASSED, (), False),
    ],
)
def test_the_culprit_is_known_by_the_end_of_its_path(
    files: list[str],
    frames: tuple[tuple[str, str], ...],
    places: tuple[str, ...] | None,
    passed: bool,
) -> None:
    expected = expected_of(event(), files)
    assert expected is not None
    assert places is None or expected.places == places
    assert expected.is_passed_by(Raised("AttributeError", "", frames)) is passed


def test_a_culprit_in_a_library_is_no_place_of_the_repository() -> None:
    one = event()
    assert one.culprit is not None
    foreign = replace(one, culprit=replace(one.culprit, in_app=False))
    expected = expected_of(foreign, ["billing/plans.py"])
    assert expected is not None
    assert expected.places == ()


def test_no_exception_is_nothing_to_expect() -> None:
    assert expected_of(event(None), ["billing/plans.py"]) is None
