"""How generators end: what neither shows an error nor hides one (PEP 479)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def endings(tree: ast.Module) -> frozenset[ast.AST]:
    """In generators: each `raise StopIteration`, and each handler that returns where a `next` of
    one statement has ended."""
    return frozenset(
        ending
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for nodes in [list(_own(function))]
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes)
        for ending in _endings(nodes)
    )


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions in it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Scope):
            waiting += ast.iter_child_nodes(node)


def _endings(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        match node:
            case ast.Raise(exc=ast.Name(id="StopIteration")):
                yield node
            case ast.Raise(exc=ast.Call(func=ast.Name(id="StopIteration"))):
                yield node
            case ast.Try(
                body=[statement],
                handlers=[
                    ast.ExceptHandler(
                        type=ast.Name(id="StopIteration"), body=[ast.Return(value=None)]
                    ) as handler
                ],
            ) if _takes_next(statement):
                yield handler


def _takes_next(statement: ast.stmt) -> bool:
    """Whether `next` without a default is all that a statement calls."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return len(calls) == 1 and ast.unparse(calls[0].func) == "next" and len(calls[0].args) == 1
