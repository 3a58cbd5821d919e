"""Which assignments reach a use, and where values come from."""

from __future__ import annotations

import ast

import pytest

from errwatch.analyze.origin import Held, Here, Origin, Parameter, Result, origins
from errwatch.analyze.reaching import reaching


def function(body: str, *, given: str = "self, a, b") -> ast.FunctionDef:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    (node,) = ast.parse(f"def f({given}):\n{lines}\n").body
    assert isinstance(node, ast.FunctionDef)
    return node


def last_use(node: ast.FunctionDef) -> ast.Name:
    (statement,) = node.body[-1:]
    names = [one for one in ast.walk(statement) if isinstance(one, ast.Name) and one.id == "x"]
    return names[-1]


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("x = 1\nx = 2\nprint(x)", ["2"]),
        ("x = 1\nif a:\n    x = 2\nprint(x)", ["2", "1"]),
        ("if a:\n    x = 1\nelse:\n    x = 2\nprint(x)", ["2", "1"]),
        ("x = 1\nif a:\n    x = 2\nelse:\n    print(x)", ["1"]),
        ("for x in a:\n    print(x)", ["a"]),
        ("with open(a) as x:\n    print(x)", ["open(a)"]),
        ("x, y = b\nprint(x)", ["b"]),
        ("print(x)", []),
        ("try:\n    x = 1\nexcept A:\n    x = 2\nprint(x)", ["2", "1"]),
        ("def g():\n    x = 3\nx = 1\nprint(x)", ["1"]),
    ],
)
def test_the_assignments_that_reach(body: str, values: list[str]) -> None:
    node = function(body)
    assert [ast.unparse(value) for value in reaching(node, last_use(node))] == values


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return a", [Parameter("a")]),
        ("return self.a", [Held("a")]),
        ("return load(a)", [Result("load"), Parameter("a")]),
        ("x = self.store.load(b)\nreturn x.name", [Result("load"), Held("store"), Parameter("b")]),
        ("return 1 + a", [Parameter("a")]),
        ("x = None\nreturn x", [Here()]),
        ("return other", [Here()]),
        ("x = x + 1\nreturn x", [Here()]),
        ("for x in a:\n    pass\nreturn x", [Parameter("a")]),
    ],
)
def test_where_a_value_comes_from(body: str, expected: list[Origin]) -> None:
    node = function(body)
    final = node.body[-1]
    assert isinstance(final, ast.Return)
    assert final.value is not None
    assert origins(node, final.value) == expected
