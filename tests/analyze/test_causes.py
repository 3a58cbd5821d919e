"""What an exception means at a line, in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.analyze.causes import KINDS, root_causes
from errwatch.analyze.iteration import changes
from errwatch.code.place import Place
from errwatch.code.source import SourceFile
from tests.analyze.memory import error, frame

STOCK = """\
class Stock:
    def release(self, number):
        held = self._held.pop(number)
        self._levels[held.sku] += held.quantity

    def release_expired(self):
        for number, held in self._held.items():
            if held.expired:
                self.release(number)

    def rename(self, names):
        for key in self._held:
            self._held[names[key]] = 1
            del self._held[key]

    def total(self):
        for key in sorted(self._held):
            self._levels.clear()
"""


def place(line: int, function: str = "f", text: str = STOCK, moved: str | None = None) -> Place:
    source = SourceFile("stock.py", text)
    return Place(frame("/app/stock.py", line, function), source, line, function, moved)


def test_a_loop_names_what_changes_its_collection() -> None:
    (cause,) = root_causes(
        error("RuntimeError", "dictionary changed size during iteration"), [place(7)]
    )
    assert cause.summary == (
        "The loop at stock.py:7 goes over a dictionary that is changed before the loop ends."
    )
    assert cause.evidence == (
        "stock.py:7: `for number, held in self._held.items():`",
        "stock.py:9 calls self.release, which changes self._held at line 3:"
        " `held = self._held.pop(number)`",
    )
    assert cause.confidence > 0.9


def test_a_loop_that_changes_its_collection_itself() -> None:
    assert changes(SourceFile("stock.py", STOCK), 12) == [
        "stock.py:13 changes self._held: `self._held[names[key]] = 1`",
        "stock.py:14 changes self._held: `del self._held[key]`",
    ]


def test_a_loop_over_something_else_changes_nothing_of_it() -> None:
    assert changes(SourceFile("stock.py", STOCK), 17) == []
    assert changes(SourceFile("stock.py", STOCK), 2) == []
    assert changes(SourceFile("stock.rb", "for a in b"), 1) == []


def test_a_loop_with_an_expression_too_deep_to_be_written_out() -> None:
    deep = " + ".join(["x"] * 1500)
    beside = f"for key in held:\n    ({deep}).clear()\n    held.pop(key)\n"
    assert changes(SourceFile("a.py", beside), 1) == ["a.py:3 changes held: `held.pop(key)`"]
    assert changes(SourceFile("a.py", f"for key in {deep}:\n    ({deep}).clear()\n"), 1) == []


@pytest.mark.parametrize(
    ("type_", "message", "summary"),
    [
        (
            "KeyError",
            "'XAF'",
            "The key 'XAF' is not in the mapping that stock.py:3 looks it up in.",
        ),
        (
            "AttributeError",
            "'NoneType' object has no attribute 'plan'",
            "A value is missing (None) where stock.py:3 uses it:"
            " 'NoneType' object has no attribute 'plan'.",
        ),
        (
            "AttributeError",
            "module 'inspect' has no attribute 'getargspec'",
            "stock.py:3 asks the module inspect for getargspec,"
            " which this version of it does not have.",
        ),
        (
            "AttributeError",
            "'Cart' object has no attribute 'totl'",
            "stock.py:3 asks 'Cart' object for totl, which it does not have.",
        ),
        (
            "NameError",
            "name 'json' is not defined",
            "stock.py:3 uses the name json before anything defines it.",
        ),
        (
            "ImportError",
            "cannot import name 'gcd' from 'fractions' (/usr/lib/python3.9/fractions.py)",
            "stock.py:3 imports gcd from fractions, which does not have it (any more, or yet).",
        ),
        (
            "sqlite3.OperationalError",
            "database is locked",
            "Another connection holds the lock that stock.py:3 needs.",
        ),
        (
            "TimeoutError",
            "timed out",
            "What stock.py:3 waits for did not answer in time: timed out.",
        ),
        ("shop.OutOfStock", "assam: 3 wanted", "OutOfStock comes from stock.py:3: assam: 3 wanted"),
        ("", "weave failed", "the error comes from stock.py:3: weave failed"),
    ],
)
def test_each_kind_has_its_sentence(type_: str, message: str, summary: str) -> None:
    (cause,) = root_causes(error(type_, message), [place(3)])
    assert cause.summary == summary
    assert cause.evidence[0] == "stock.py:3: `held = self._held.pop(number)`"


def test_an_unknown_kind_and_moved_code_are_trusted_less() -> None:
    known = root_causes(error("KeyError", "'x'"), [place(3)])[0].confidence
    moved = root_causes(error("KeyError", "'x'"), [place(3, moved="line 2")])[0].confidence
    unknown = root_causes(error("OutOfStock", "x"), [place(3)])[0].confidence
    assert known > moved
    assert known > unknown


def test_nothing_is_said_of_what_is_not_here() -> None:
    assert root_causes(error("KeyError", "'x'"), []) == ()
    assert root_causes(None, [place(3)]) == ()


@given(st.sampled_from([t for kind in KINDS for t in kind.types] + ["X"]), st.text(max_size=600))
def test_any_message_is_quoted_and_never_interpreted(type_: str, message: str) -> None:
    hostile = message + "{at.__class__}{0}{message}%s"
    (cause,) = root_causes(error(type_, hostile), [place(3)])
    assert "\n" not in cause.summary
    assert len(cause.summary) < 400
    assert "class 'str'" not in cause.summary
