"""What neither shows an error nor hides one, though it looks so."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from errwatch.fix.refusals import widens

_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def harmless(tree: ast.Module) -> frozenset[ast.AST]:
    """How generators end (PEP 479): each `raise StopIteration`, and each handler that returns where
    a `next` of one statement has ended. And of a handler's exceptions, those by which a call
    refuses a value as it does by one before."""
    generators = (
        ending
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for nodes in [list(_own(function))]
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes)
        for ending in _endings(nodes)
    )
    return frozenset([*generators, *_siblings(tree)])


def _siblings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            for handler in node.handlers:
                each = handler.type.elts if isinstance(handler.type, ast.Tuple) else []
                names = [ast.unparse(one) for one in each]
                for n, one in enumerate(each):
                    if widens(node.body, names[:n], names[n]):
                        yield one


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
