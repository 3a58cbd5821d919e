"""Where in a function the value of an expression comes from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from errwatch.analyze.reaching import AnyFunction, reaching

SELVES = frozenset({"self", "cls"})
DEEPEST = 6
"""Assignments that are followed back within one function."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """It was handed in: the caller knows more."""

    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """A call gave it; `name` is the last segment of what was called."""

    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """An attribute of the object itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Here:
    """The function made it, or found it in its module."""


Origin = Parameter | Result | Held | Here


def origins(function: AnyFunction | None, node: ast.expr) -> list[Origin]:
    """Where the value of an expression of `function` comes from, each origin once."""
    return list(dict.fromkeys(_of(function, node, DEEPEST))) or [Here()]


def is_handed_on(function: AnyFunction, node: ast.expr, depth: int = DEEPEST) -> bool:
    """Whether an expression is what was handed in, by whatever name, and nothing made of it."""
    if isinstance(node, ast.Starred):
        node = node.value
    if not isinstance(node, ast.Name) or depth == 0:
        return False
    values = reaching(function, node)
    known = bool(values) or node.id in parameters(function)
    return known and all(is_handed_on(function, value, depth - 1) for value in values)


def _of(function: AnyFunction | None, node: ast.expr, depth: int) -> Iterator[Origin]:
    if isinstance(node, ast.Name):
        yield from _of_name(function, node, depth)
    elif isinstance(node, ast.Attribute):
        yield from _of_attribute(function, node, depth)
    elif isinstance(node, ast.Constant):
        yield Here()
    else:
        if isinstance(node, ast.Call) and called(node):
            yield Result(called(node))
        for child in _values(node):
            yield from _of(function, child, depth)


def _values(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that go into another one, but for literals; of a call without the name that
    is called."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant):
            continue
        if isinstance(child, ast.keyword):
            yield child.value
        elif isinstance(node, ast.Call) and child is node.func:
            if isinstance(child, ast.Attribute):
                yield child.value
        elif isinstance(child, ast.expr):
            yield child


def called(node: ast.Call) -> str:
    """`self.store.load(...)` -> `load`; empty for what has no name."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _of_attribute(
    function: AnyFunction | None, node: ast.Attribute, depth: int
) -> Iterator[Origin]:
    if isinstance(node.value, ast.Name) and node.value.id in SELVES:
        yield Held(node.attr)
    else:
        yield from _of(function, node.value, depth)


def _of_name(function: AnyFunction | None, node: ast.Name, depth: int) -> Iterator[Origin]:
    values = reaching(function, node) if function is not None and depth else []
    for value in values:
        yield from _of(function, value, depth - 1)
    if values or node.id in SELVES:
        return
    handed_in = function is not None and node.id in parameters(function)
    yield Parameter(node.id) if handed_in else Here()


def parameters(function: AnyFunction) -> list[str]:
    """The names of what is handed in, in order; those that take the rest last."""
    given = function.args
    named = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [*named, *(one.arg for one in (given.vararg, given.kwarg) if one is not None)]
