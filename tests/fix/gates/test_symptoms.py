from __future__ import annotations

from textwrap import indent

import pytest

from errwatch.fix.gates.symptoms import symptoms
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, GateResult, GateStatus
from tests.fix.trees import edit


def judged(before: str | None, after: str, file: str = "shop/orders.py") -> GateResult:
    return symptoms(Candidate("x", "r", "t", "", (edit(before, after, file),)), Policy())


def function(body: str) -> str:
    return "import logging\nlog = logging.getLogger()\n\n\ndef price(item):\n" + indent(
        body, "    "
    )


WORK = "return item.price\n"

HIDES = {
    "a guard asks for one thing less": (
        "if item.free and item.old:\n    return 0\nreturn item.price\n",
        "if item.free:\n    return 0\nreturn item.price\n",
        "only leaves early",
    ),
    "a handler expects what the call does not refuse by": (
        "try:\n    chr(item)\nexcept ValueError:\n    raise\n",
        "try:\n    chr(item)\nexcept (ValueError, TypeError):\n    raise\n",
        "handles TypeError in price",
    ),
    "a new handler expects both refusals": (
        "return chr(item)\n",
        "try:\n    return chr(item)\nexcept (ValueError, OverflowError):\n    return 0\n",
        "handles ValueError in price",
    ),
    "StopIteration is handled where nothing yields": (
        "item = next(items)\nreturn item\n",
        "try:\n    item = next(items)\nexcept StopIteration:\n    return\nreturn item\n",
        "handles StopIteration in price",
    ),
    "StopIteration is handled around more than the next item": (
        "yield work(next(items))\n",
        "try:\n    yield work(next(items))\nexcept StopIteration:\n    return\n",
        "handles StopIteration in price",
    ),
    "StopIteration is no longer raised where nothing yields": (
        "raise StopIteration\n",
        "return\n",
        "removes a raise in price",
    ),
    "an except is added": (
        WORK,
        "try:\n    return item.price\nexcept AttributeError:\n    return 0\n",
        "handles AttributeError in price",
    ),
    "an except group is added": (
        WORK,
        "try:\n    return item.price\nexcept* ValueError:\n    x = 1\n",
        "handles ValueError in price",
    ),
    "a bare except is added": (
        WORK,
        "try:\n    return item.price\nexcept:\n    raise\n",
        "handles BaseException",
    ),
    "an except is broadened": (
        "try:\n    f()\nexcept KeyError:\n    raise\n",
        "try:\n    f()\nexcept Exception:\n    raise\n",
        "handles Exception",
    ),
    "an except gets one more type": (
        "try:\n    f()\nexcept KeyError:\n    raise\n",
        "try:\n    f()\nexcept (KeyError, TypeError):\n    raise\n",
        "handles TypeError",
    ),
    "pass": ("if item:\n    f()\n", "if item:\n    pass\n", "adds pass"),
    "suppress": (
        WORK,
        "with contextlib.suppress(AttributeError):\n    return item.price\n",
        "silences with contextlib.suppress",
    ),
    "warnings are filtered": (
        WORK,
        "warnings.simplefilter('ignore')\nreturn item.price\n",
        "silences with warnings.simplefilter",
    ),
    "logging is disabled": (
        WORK,
        "logging.disable()\nreturn item.price\n",
        "silences with logging.disable",
    ),
    "a raise is removed": (
        "if not item:\n    raise ValueError(item)\nreturn item\n",
        "return item\n",
        "removes a raise in price",
    ),
    "an assert is removed": ("assert item\nreturn item\n", "return item\n", "removes an assert"),
    "a log call is removed": (
        "log.error('no price')\nlog.info('x')\nreturn item\n",
        "log.info('x')\nreturn item\n",
        "logs less at level error",
    ),
    "a level is lowered": (
        "log.exception('no price')\nreturn item\n",
        "log.debug('no price')\nreturn item\n",
        "logs less at level error",
    ),
    "an early return is all": (
        WORK,
        "if item is None:\n    return None\nreturn item.price\n",
        "only leaves early with a default",
    ),
    "a default is all": (
        WORK,
        "return item.price if item else {}\n",
        "only leaves early with a default",
    ),
    "a continue is all": (
        "for x in item:\n    f(x.y)\n",
        "for x in item:\n    if not x:\n        continue\n    f(x.y)\n",
        "only leaves early with a default",
    ),
    "a guard is widened": (
        "if item is None:\n    return 0\nreturn item.price\n",
        "if item is None or item.price is None:\n    return 0\nreturn item.price\n",
        "only leaves early with a default",
    ),
    "noqa": (WORK, "return item.price  # noqa: F821\n", "mutes a checker with noqa"),
    "type: ignore": (WORK, "return item.price  #type: ignore\n", "with type: ignore"),
}


@pytest.mark.parametrize("case", HIDES)
def test_refuses_what_hides_an_error(case: str) -> None:
    before, after, reason = HIDES[case]
    result = judged(function(before), function(after))
    assert result.status is GateStatus.FAILED
    assert reason in result.detail
    assert "shop/orders.py:" in result.detail


REPAIRS = {
    "a guard asks for one thing more": (
        "if item.free:\n    return 0\nreturn item.price\n",
        "if item is not None and item.free:\n    return 0\nreturn item.price\n",
    ),
    "a handler expects the other refusal of the call": (
        "try:\n    chr(item)\nexcept ValueError:\n    raise\n",
        "try:\n    chr(item)\nexcept (ValueError, OverflowError):\n    raise\n",
    ),
    "a generator ends with its input": (
        "item = next(items)\nyield item\n",
        "try:\n    item = next(items)\nexcept StopIteration:\n    return\nyield item\n",
    ),
    "a generator returns": (
        "yield 1\nraise StopIteration\n",
        "yield 1\nreturn\n",
    ),
    "a name is corrected in a guard": (
        "if item.closd:\n    return None\nreturn item.price\n",
        "if item.closed:\n    return None\nreturn item.price\n",
    ),
    "a name is corrected in a choice": (
        "return item.price if item.closd else None\n",
        "return item.price if item.closed else None\n",
    ),
    "a name is corrected": (WORK, "return item.total\n"),
    "an early return comes with a repair": (
        WORK,
        "if item is None:\n    return 0\nreturn item.total\n",
    ),
    "a guard raises": (
        WORK,
        "if item is None:\n    raise ValueError('no item')\nreturn item.price\n",
    ),
    "a level is raised": ("log.info('no price')\n", "log.error('no price')\n"),
    "a log text is corrected": ("log.error('%s %s', item)\n", "log.error('%s', item)\n"),
    "an except is narrowed": (
        "try:\n    f()\nexcept Exception:\n    raise\n",
        "try:\n    f()\nexcept KeyError:\n    raise\n",
    ),
    "another error is raised": ("raise ValueError(item)\n", "raise KeyError(item)\n"),
    "a cursor skips": (WORK, "return item.skip(3).price\n"),
}


@pytest.mark.parametrize("case", REPAIRS)
def test_lets_repairs_pass(case: str) -> None:
    before, after = REPAIRS[case]
    result = judged(function(before), function(after))
    assert result.status is GateStatus.PASSED, result.detail


@pytest.mark.parametrize(
    "mark",
    ["@pytest.mark.skip", "@pytest.mark.xfail(strict=False)", "@unittest.skipIf(True, '')"],
)
def test_refuses_a_new_test_that_does_not_run(mark: str) -> None:
    result = judged(None, f"{mark}\ndef test_price():\n    assert 1\n", "tests/test_price.py")
    assert "skips a test with" in result.detail


def test_names_the_line_of_the_new_text() -> None:
    result = judged(function(WORK), function("x = 1\nf()  # noqa\nreturn item.price\n"))
    assert result.detail.startswith("shop/orders.py:7:")


def test_reads_a_file_with_a_mark() -> None:
    assert judged("\ufeffx = 1\n", "\ufeffimport os\n\nx = 1\n").status is GateStatus.PASSED
    muted = judged("\ufeffx = y\n", "\ufeffx = y  # noqa\n")
    assert "mutes a checker with noqa" in muted.detail


def test_judges_by_function() -> None:
    before = "def f():\n    raise ValueError\n\n\ndef g():\n    return 1\n"
    after = "def f():\n    return 0\n\n\ndef g():\n    raise ValueError\n"
    assert "removes a raise in f" in judged(before, after).detail


def test_says_when_there_was_nothing_to_compare() -> None:
    assert judged("print 1\n", "print(1)\n").status is GateStatus.SKIPPED
    assert judged("a\n", "b\n", "notes.txt").status is GateStatus.SKIPPED


def test_refuses_what_is_too_deep_to_compare() -> None:
    deep = "x = " + " + ".join(["1"] * 20000) + "\n"
    assert judged("x = 1\n", deep).status is not GateStatus.PASSED
