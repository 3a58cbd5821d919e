from __future__ import annotations

from textwrap import dedent

import pytest

from errwatch.model.fix import Candidate
from tests.fix.trees import answers, declined, repaired

NO_TOTL = "AttributeError: 'Order' object has no attribute 'totl'"
USE = "\n\ndef f(o):\n    return o.totl\n"

CLASSES = {
    "assigned to self": "class Order:\n    def __init__(self):\n        self.total = 1\n",
    "a class attribute": "class Order:\n    total: int = 0\n",
    "a property": "class Order:\n    @property\n    def total(self): ...\n",
    "a slot": "class Order:\n    __slots__ = ('total',)\n",
    "a field": "@dataclass(frozen=True)\nclass Order:\n    total: int\n",
    "of a base": "class Base:\n    total = 1\n\n\nclass Order(Base, Generic[T]):\n    tax = 1\n",
    "of an exception": "class Order(ValueError):\n    total = 1\n",
}


@pytest.mark.parametrize("case", CLASSES)
def test_corrects_an_attribute(case: str) -> None:
    text = CLASSES[case] + USE
    hint = f"{NO_TOTL}. Did you mean: 'tax'?"
    assert repaired(text, "return o.totl", hint) == text.replace("totl", "total")


def test_corrects_the_same_object_in_the_same_function_only() -> None:
    more = "    print(o.totl, [o.totl], p.totl)\n\n\ndef g(o):\n    return o.totl\n"
    text = CLASSES["a field"] + USE + more
    (answer,) = answers(text, "return o.totl", NO_TOTL)
    assert isinstance(answer, Candidate)
    expected = text.replace("o.totl", "o.total", 3)
    assert answer.edits[0].after == expected
    assert "those stay as they are" in answer.rationale


def test_corrects_the_object_itself_in_all_of_its_methods() -> None:
    text = dedent("""\
        class Order:
            def __init__(self):
                self.total = 1

            def f(self):
                return self.totl

            def g(self, other):
                return [self.totl, other.totl]

            @staticmethod
            def h(self):
                return self.totl
        """)
    after = repaired(text, "return self.totl", NO_TOTL)
    assert after == text.replace("self.totl", "self.total", 2)


def test_a_name_that_varies_is_not_the_same_object() -> None:
    text = f"{CLASSES['a field']}\n\ndef f(o):\n    return o.totl\n    o = g()\n    o.totl\n"
    after = repaired(text, "return o.totl", NO_TOTL)
    assert after == text.replace("o.totl", "o.total", 1)


def test_declines_several_objects_on_the_line() -> None:
    text = f"{CLASSES['a field']}\n\ndef f(o, p):\n    return o.totl + p.totl\n"
    assert "of several objects on the line" in declined(text, "return o.totl + p.totl", NO_TOTL)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("sent_form", "sent_from"),
        ("is_unpaid", "is_unpad"),
        ("plains", "plans"),
        ("cost_plan", "cost_plain"),
        ("contactDate", "contractDate"),
    ],
)
def test_two_words_are_no_slip(wrong: str, right: str) -> None:
    text = f"class Order:\n    {right} = 1\n\n\ndef f(o):\n    return o.{wrong}\n"
    error = f"AttributeError: 'Order' object has no attribute '{wrong}'"
    assert "are both words" in declined(text, f"return o.{wrong}", error)


@pytest.mark.parametrize(
    ("file", "other"),
    [
        ("shop/b.py", "# The totl of all.\n"),
        ("shop/b.py", "x = 'Totl'\n"),
        ("shop/b.py", "def get_totl(): ...\n"),
        ("README.md", "The totl is what is paid.\n"),
    ],
)
def test_a_word_that_the_repository_knows_is_no_slip(file: str, other: str) -> None:
    texts = {"shop/orders.py": ORDER + USE, file: other}
    assert "totl is no slip" in declined(texts, "return o.totl", NO_TOTL)


def test_finds_the_class_in_another_file() -> None:
    texts = {"shop/orders.py": USE, "shop/models.py": CLASSES["a field"]}
    assert repaired(texts, "return o.totl", NO_TOTL) == USE.replace("totl", "total")


OPEN = {
    "an unknown base": "class Order(Model):\n    total = 1\n",
    "a base that is defined twice": "class B: ...\nclass B: ...\nclass Order(B):\n    total = 1\n",
    "__getattr__": "class Order:\n    total = 1\n    def __getattr__(self, name): ...\n",
    "setattr": "class Order:\n    total = 1\n    def g(self):\n        setattr(self, g, 1)\n",
    "a metaclass": "class Order(metaclass=M):\n    total = 1\n",
    "a decorator": "@register\nclass Order:\n    total = 1\n",
}


@pytest.mark.parametrize("case", OPEN)
def test_declines_a_class_that_may_have_more(case: str) -> None:
    reason = declined(OPEN[case] + USE, "return o.totl", NO_TOTL)
    assert "does not show all of its attributes" in reason


ORDER = "class Order:\n    total = 1\n"


@pytest.mark.parametrize(
    "other",
    [
        "o.totl = 1\n",
        "def totl(): ...\n",
        "class Sibling:\n    totl = 1\n",
        "setattr(o, 'totl', 1)\n",
        "Order(totl=1)\n",
        "Row = namedtuple('Row', 'id totl')\n",
        "print(x.totl)\n",
        "def f(:  # totl\n",
    ],
)
def test_a_name_that_the_repository_knows_is_no_slip(other: str) -> None:
    for file in ("shop/other.py", "tests/test_orders.py"):
        texts = {"shop/orders.py": ORDER + USE, file: other}
        assert f"totl is no slip: {file}" in declined(texts, "return o.totl", NO_TOTL)


def test_declines_two_names_that_are_as_near() -> None:
    text = f"class Order:\n    total = 1\n    totle = 2\n{USE}"
    reason = declined(text, "return o.totl", NO_TOTL)
    assert "several names are as near to totl: Order has total, totle" in reason


def test_a_method_does_not_stand_in_for_a_value() -> None:
    text = f"class Order:\n    def total(self): ...\n{USE}"
    assert "is used as a value" in declined(text, "return o.totl", NO_TOTL)
    called = text.replace("o.totl", "o.totl()")
    assert repaired(called, "return o.totl()", NO_TOTL) == called.replace("totl", "total")


def test_leaves_other_packages_alone() -> None:
    text = f"import plot\n\n\n{ORDER}{USE}    plot.totl()\n"
    expected = text.replace("o.totl", "o.total")
    assert repaired(text, "return o.totl", NO_TOTL) == expected


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("return b.totl()", "AttributeError: module 'shop.b' has no attribute 'totl'"),
        ("from .b import totl", "ImportError: cannot import name 'totl' from 'shop.b' (/a/b.py)"),
    ],
)
def test_corrects_a_name_of_a_module(code: str, error: str) -> None:
    use = "totl()" if code.startswith("from") else "b.totl()"
    head = code if code.startswith("from") else "from . import b"
    text = f"{head}\ndef f():\n    return {use}\n"
    texts = {"shop/orders.py": text, "shop/b.py": "def total(): ...\n"}
    assert repaired(texts, code, error) == text.replace("totl", "total")
    for unseen in ("from x import *\n", "def __getattr__(name): ...\n", "def f(:\n"):
        texts["shop/b.py"] = f"def total(): ...\n{unseen}"
        assert "does not show all of its names" in declined(texts, code, error)


NO_VARIABLE = "NameError: name 'totl' is not defined"


@pytest.mark.parametrize(
    "text",
    [
        "total = 1\ndef f():\n    return totl\n",
        "def f(total):\n    return totl\n",
        "def f():\n    for a, total in x:\n        print(a)\n    return totl\n",
        "def g(total):\n    def f():\n        return totl\n",
        "from x import total\ndef f():\n    return totl\n",
    ],
)
def test_corrects_a_variable(text: str) -> None:
    assert repaired(text, "return totl", NO_VARIABLE) == text.replace("totl", "total")


@pytest.mark.parametrize(
    "text",
    [
        "def g(total): ...\ndef f():\n    return totl\n",
        "class C:\n    total = 1\ndef f():\n    return totl\n",
    ],
)
def test_looks_in_scope_only(text: str) -> None:
    assert "no name is near to totl" in declined(text, "return totl", NO_VARIABLE)


def test_corrects_a_builtin_where_it_is_called() -> None:
    text = "def f(x):\n    return sroted(x)\n"
    error = "NameError: name 'sroted' is not defined"
    assert repaired(text, "return sroted(x)", error) == text.replace("sroted", "sorted")
    value = text.replace("sroted(x)", "sroted")
    assert "is used as a value" in declined(value, "return sroted", error)


@pytest.mark.parametrize(
    ("text", "code", "wrong", "right"),
    [
        ("try: ...\nexcept ValueErrro: raise\n", "except ValueErrro: raise", "Errro", "Error"),
        ("class C:\n    @proprety\n    def m(self): ...\n", "@proprety", "proprety", "property"),
        ("def f(filters):\n    return [filtesr]\n", "return [filtesr]", "filtesr", "filters"),
    ],
)
def test_corrects_a_builtin_or_what_is_near_it(
    text: str, code: str, wrong: str, right: str
) -> None:
    name = "ValueErrro" if wrong == "Errro" else wrong
    error = f"NameError: name '{name}' is not defined"
    assert repaired(text, code, error) == text.replace(wrong, right)


def test_none_has_no_misspelt_attributes() -> None:
    error = "AttributeError: 'NoneType' object has no attribute 'totl'"
    assert not any(isinstance(a, Candidate) for a in answers(ORDER + USE, "return o.totl", error))
