from __future__ import annotations

import pytest

from errwatch.model.event import Frame
from errwatch.model.fix import Declined
from tests.fix.trees import declined, problem, proposals, raised, repaired

DICT = "RuntimeError: dictionary changed size during iteration"

LOOPS = {
    "a view": ("for k, v in self._x.items():", "for k, v in list(self._x.items()):"),
    "a dictionary": ("for k in totals:", "for k in list(totals):"),
    "an element": ("for k in self.x[1].keys():", "for k in list(self.x[1].keys()):"),
    "a lazy call": ("for n, k in enumerate(totals):", "for n, k in list(enumerate(totals)):"),
    "in parentheses": ("for k in (self._x):", "for k in (list(self._x)):"),
}


@pytest.mark.parametrize("case", LOOPS)
def test_loops_over_a_copy(case: str) -> None:
    before, after = LOOPS[case]
    text = f"def f(self, totals):\n    {before}\n        print(k)\n"
    assert repaired(text, before, DICT) == text.replace(before, after)


@pytest.mark.parametrize(
    "message",
    [
        "dictionary changed size during iteration",
        "dictionary keys changed during iteration",
        "Set changed size during iteration",
        "deque mutated during iteration",
        "OrderedDict mutated during iteration",
    ],
)
def test_knows_each_container(message: str) -> None:
    text = "def f(x):\n    for k in x:\n        x.remove(k)\n"
    assert "in list(x):" in repaired(text, "for k in x:", f"RuntimeError: {message}")


COMPREHENSIONS = {
    "a list": ("return [k for k in self._x]", "return [k for k in list(self._x)]"),
    "an argument": (
        "return sum(len(v) for v in self._x.values() if v)",
        "return sum(len(v) for v in list(self._x.values()) if v)",
    ),
    "a dictionary in a loop over another list": (
        "return [v for k in [1, 2] for v in self._x.values()]",
        "return [v for k in [1, 2] for v in list(self._x.values())]",
    ),
}


@pytest.mark.parametrize("case", COMPREHENSIONS)
def test_comprehends_a_copy(case: str) -> None:
    before, after = COMPREHENSIONS[case]
    text = f"def f(self):\n    {before}\n"
    assert repaired(text, before, DICT) == text.replace(before, after)


def test_reads_a_head_of_several_lines_from_any_of_them() -> None:
    text = (
        "def f(self):\n    for (\n        a,\n        b,\n    ) in self._x.items():\n        a()\n"
    )
    after = text.replace("self._x.items()", "list(self._x.items())")
    assert repaired(text, "for (", DICT) == after
    assert repaired(text, ") in self._x.items():", DICT) == after
    assert "does not loop" in declined(text, "a()", DICT)


REFUSED = {
    "a copy": ("for k in list(self._x):", "runs over a copy already"),
    "a sorted copy": ("for k in sorted(self._x.items()):", "runs over a copy already"),
    "its own copy": ("for k in self._x.copy():", "runs over a copy already"),
    "no loop": ("self._x.update(self._y)", "does not loop over anything"),
    "a copy that fails": ("x = list(self._x)", "does not loop over anything"),
    "two loops": (
        "x = [a for b in self._x for a in b]",
        "several things shop/orders.py:2 self._x b",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_declines(case: str) -> None:
    code, reason = REFUSED[case]
    body = "\n        pass" if code.endswith(":") else ""
    assert reason in declined(f"def f(self):\n    {code}{body}\n", code, DICT)


def test_declines_where_list_means_something_else() -> None:
    text = "def list(): ...\ndef f(x):\n    for k in x:\n        pass\n"
    assert "the name list means something else" in declined(text, "for k in x:", DICT)
    method = "class C:\n  def list(self): ...\n  def f(self, x):\n    for k in x:\n      k()\n"
    assert "in list(x)" in repaired(method, "for k in x:", DICT)


def test_declines_where_a_library_iterates() -> None:
    text = "def f(x):\n    for k in x:\n        pass\n"
    chain = raised(text, "for k in x:", DICT)
    deeper = Frame("/usr/lib/python3.11/copy.py", 1, "deepcopy", in_app=False)
    inside = type(chain)(chain.type, chain.message, (*chain.frames, deeper))
    (answer,) = proposals(problem(text, inside))
    assert isinstance(answer, Declined)
    assert "a library that iterates" in answer.reason


def test_leaves_other_runtime_errors_alone() -> None:
    text = "def f(x):\n    for k in x:\n        pass\n"
    assert "no recipe mends" in declined(text, "for k in x:", "RuntimeError: no running loop")


def test_the_copy_repairs_the_loop() -> None:
    text = "def f(x):\n    for k in x:\n        x.pop(k)\n    return x\n"
    after = repaired(text, "for k in x:", DICT)
    for source, expected in ((text, RuntimeError), (after, None)):
        scope: dict[str, object] = {}
        exec(source, scope)  # noqa: S102 - it is written here
        run = scope["f"]
        assert callable(run)
        if expected:
            with pytest.raises(expected, match="changed size"):
                run({1: 1, 2: 2})
        else:
            assert run({1: 1, 2: 2}) == {}
