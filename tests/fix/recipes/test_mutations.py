from __future__ import annotations

from textwrap import dedent, indent

import pytest

from errwatch.model.fix import Candidate
from tests.fix.recipes.test_mutated_iteration import DICT
from tests.fix.trees import answers, declined, repaired

LOOP = "for k, v in self.x.items():"
HELPERS = """\
    def two(self, key):
        self.one(key)

    def one(self, key):
        self.x[key] = 1

    def drop(self, key):
        item = self.x.pop(key)
        return item

    def drop_both(self, key):
        item = self.x.pop(key)
        self.x.pop(item.partner, None)

    def unsubscribe_later(self, key): ...
"""


def method(body: str, helpers: str = HELPERS) -> str:
    loop = f"{LOOP}\n{indent(dedent(body), '    ')}\n"
    head = "class C:\n    def f(self, call):\n"
    functions = "\n\ndef fill(into, key):\n    into.setdefault(key)\n"
    return f"{head}{indent(loop, '        ')}\n{helpers}{functions}"


ADDS = {
    "at once": "self.x[v] = 1",
    "in place": "self.x |= v",
    "by a method": "self.x.update(v)",
    "by a method that we do not know": "self.x.push(v)",
    "in a method": "self.one(v)",
    "two calls deep": "self.two(v)",
    "in a function": "fill(self.x, v)",
    "in the same attribute of what may be the same": "v.owner.x[k + 1] = v",
    "through its own name": "x = self.x\nx[v] = 1",
    "at an index": "for k, n in enumerate(self.x):\n    self.x[k] = n",
    "beside a removal": "self.x[v] = self.x.pop(k)",
}


@pytest.mark.parametrize("case", ADDS)
def test_declines_a_loop_that_adds(case: str) -> None:
    text = method(ADDS[case])
    assert "a copy would miss that" in declined(text, LOOP, DICT)


@pytest.mark.parametrize("collection", ["set", "deque"])
def test_declines_a_worklist(collection: str) -> None:
    grow = "seen.add(other)" if collection == "set" else "seen.extend([other])"
    text = f"def f(seen, graph):\n  for k in seen:\n    for other in graph[k]:\n      {grow}\n"
    error = {"set": "Set changed size", "deque": "deque mutated"}[collection]
    reason = declined(text, "for k in seen:", f"RuntimeError: {error} during iteration")
    assert "a copy would miss that shop/orders.py:2 shop/orders.py:4" in reason


OTHERS = {
    "all": "self.x.clear()",
    "any": "self.x.popitem()",
    "another": "del self.x[v.partner]",
    "another, in a method": "self.drop_both(k)",
    "by a variable that is assigned again": "k = v.next\nself.x.pop(k)",
    "several": "self.x -= v",
}


@pytest.mark.parametrize("case", OTHERS)
def test_declines_a_loop_that_removes_other_items(case: str) -> None:
    assert "a copy would still visit them" in declined(method(OTHERS[case]), LOOP, DICT)


LEAKS = {
    "the collection": "call(self.x)",
    "its owner": "call(self)",
    "a method of its owner": "v(self.one)",
    "by a method of a base": "self.inherited(k)",
}


@pytest.mark.parametrize("case", LEAKS)
def test_declines_where_other_code_can_add(case: str) -> None:
    assert "may add to what it runs over" in declined(method(LEAKS[case]), LOOP, DICT)


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        ("del self.x[k]", 0.8),
        ("if call():\n    self.drop(k)", 0.8),
        ("self.x[k] = 1\nself.drop(key=k)", 0.8),
        ("v.owner.x.pop(k)", 0.8),
        ("call(v)", 0.4),
        ("print(self.y, len(self.x))\nself.y.add(v)\nself.x[k].add(v)", 0.4),
    ],
)
def test_copies_for_the_removal_of_the_item_itself(body: str, confidence: float) -> None:
    text = method(body)
    (answer,) = answers(text, LOOP, DICT)
    assert isinstance(answer, Candidate), answer
    assert answer.edits[0].after == text.replace("in self.x.items()", "in list(self.x.items())")
    assert answer.confidence == confidence
    assert ("does not show" in answer.rationale) == (confidence < 0.5)


def test_judges_a_comprehension_by_its_calls() -> None:
    for call, copied in (("self.drop(k)", True), ("self.one(k + 1)", False)):
        text = f"class C:\n    def f(self):\n        return [{call} for k in self.x]\n\n{HELPERS}"
        code = f"return [{call} for k in self.x]"
        if copied:
            assert "in list(self.x)]" in repaired(text, code, DICT)
        else:
            assert "a copy would miss that" in declined(text, code, DICT)


def test_reading_a_default_dictionary_adds() -> None:
    loop = "x = defaultdict(list)\n  for k in x:\n    print(x[{}])\n"
    head = "def f():\n  "
    assert "would miss" in declined(head + loop.format("k.next"), "for k in x:", DICT)
    assert "in list(x):" in repaired(head + loop.format("k"), "for k in x:", DICT)
