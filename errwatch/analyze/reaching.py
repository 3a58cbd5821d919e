"""Which assignments of a name can have given the value that it has at a place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
_Way = tuple[tuple[int, str], ...]
"""The blocks around a node, outermost first: the statement that holds each, and which of its."""


class _Binding(NamedTuple):
    target: ast.expr
    value: ast.expr
    way: _Way


def reaching(function: AnyFunction, use: ast.Name) -> list[ast.expr]:
    """The values that the name may hold where it is used, the latest first; none where it is a
    parameter still, or not of this function."""
    ways, bindings = _read(function)
    place, found = ways.get(id(use), ()), []
    for target, value, way in bindings:
        at = (value.lineno, value.col_offset)
        if at >= (use.lineno, use.col_offset) or not _binds(target, use.id):
            continue
        if _elsewhere(way, place):
            continue
        found.append(value)
        if place[: len(way)] == way:
            break
    return found


@lru_cache(maxsize=16)  # it is asked of each name in a function; the key keeps the ids valid
def _read(function: AnyFunction) -> tuple[dict[int, _Way], list[_Binding]]:
    """The blocks around each node, by its id; and all bindings, the latest first."""
    ways: dict[int, _Way] = {}
    bindings: list[_Binding] = []
    for node, way in _walk(function):
        ways[id(node)] = way
        bindings += [_Binding(target, value, way) for target, value in _bindings(node)]
    bindings.sort(key=lambda one: (one.value.lineno, one.value.col_offset), reverse=True)
    return ways, bindings


def _elsewhere(way: _Way, place: _Way) -> bool:
    """Whether two blocks are branches of one statement of which only one runs."""
    for (one, block), (other, beside) in zip(way, place, strict=False):
        if one != other:
            return False
        if block != beside:
            return "orelse" in (block, beside) or block == beside == "handlers"
    return False


def _walk(root: ast.AST) -> Iterator[tuple[ast.AST, _Way]]:
    """All nodes below, each with the blocks around it."""
    waiting: list[tuple[ast.AST, _Way]] = [(root, ())]
    while waiting:
        node, way = waiting.pop()
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    block = isinstance(child, ast.stmt | ast.ExceptHandler)
                    inside = (*way, (id(node), name)) if block else way
                    yield child, inside
                    waiting.append((child, inside))


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets that a node gives a value, each with the expression it comes from."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
        if node.value is not None:
            yield node.target, node.value
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield node.target, node.iter
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield node.optional_vars, node.context_expr


def _binds(target: ast.expr, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(target)
    )
