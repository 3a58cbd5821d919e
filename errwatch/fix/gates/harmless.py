"""What neither shows an error nor hides one, though it looks so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import zip_longest

from errwatch.fix.fallbacks import blocks, goes_on_without_cache
from errwatch.fix.refusals import widens
from errwatch.fix.scopes import own


def harmless(tree: ast.Module) -> frozenset[ast.AST]:
    """How generators end (PEP 479): each `raise StopIteration`, and each handler that returns where
    a `next` of one statement has ended. And of a handler's exceptions, those by which a call
    refuses a value as it does by one before. And handlers that go on without a cache."""
    generators = (
        ending
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for nodes in [list(own(function.body))]
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes)
        for ending in _endings(nodes)
    )
    return frozenset([*generators, *_siblings(tree), *_fallbacks(tree)])


def _siblings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            for handler in node.handlers:
                each = handler.type.elts if isinstance(handler.type, ast.Tuple) else []
                names = [ast.unparse(one) for one in each]
                for n, one in enumerate(each):
                    if widens(node.body, names[:n], names[n]):
                        yield one


def _fallbacks(tree: ast.Module) -> Iterator[ast.AST]:
    for block in blocks(tree):
        for node, follows in zip_longest(block, block[1:]):
            if isinstance(node, ast.Try) and goes_on_without_cache(node, follows):
                yield from node.handlers


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
