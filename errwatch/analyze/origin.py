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
    found: dict[Origin, None] = {}
    waiting: list[tuple[ast.expr, int]] = [(node, DEEPEST)]
    while waiting:
        node, depth = waiting.pop()
        values = _defined(function, node) if depth else []
        if values:
            waiting += [(value, depth - 1) for value in reversed(values)]
        elif (origin := _own(function, node)) is not None:
            found.setdefault(origin)
        if not isinstance(node, ast.Name) and not isinstance(_own(function, node), Held):
            waiting += [(child, depth) for child in reversed(list(_values(node)))]
    return list(found) or [Here()]


def _defined(function: AnyFunction | None, node: ast.expr) -> list[ast.expr]:
    """The expressions that gave a name its value."""
    return reaching(function, node) if function and isinstance(node, ast.Name) else []


def _own(function: AnyFunction | None, node: ast.expr) -> Origin | None:
    """The origin that an expression is by itself, without what goes into it."""
    match node:
        case ast.Name(id=name) if name in SELVES:
            return None
        case ast.Name(id=name):
            return Parameter(name) if function and name in parameters(function) else Here()
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in SELVES:
            return Held(name)
        case ast.Call() if called(node):
            return Result(called(node))
        case ast.Constant():
            return Here()
        case _:
            return None


def is_handed_on(function: AnyFunction, node: ast.expr, depth: int = DEEPEST) -> bool:
    """Whether an expression is what was handed in, by whatever name, and nothing made of it."""
    if isinstance(node, ast.Starred):
        node = node.value
    if not isinstance(node, ast.Name) or depth == 0:
        return False
    values = reaching(function, node)
    known = bool(values) or node.id in parameters(function)
    return known and all(is_handed_on(function, value, depth - 1) for value in values)


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


def parameters(function: AnyFunction) -> list[str]:
    """The names of what is handed in, in order; those that take the rest last."""
    given = function.args
    named = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [*named, *(one.arg for one in (given.vararg, given.kwarg) if one is not None)]
