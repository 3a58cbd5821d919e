"""The function and the statement around a line, in the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def around(module: ast.Module, line: int) -> Function | None:
    """The innermost function that a line is in."""
    found = [node for node in ast.walk(module) if isinstance(node, Function) and covers(node, line)]
    return max(found, key=lambda node: node.lineno, default=None)


def covers(node: ast.stmt | ast.expr, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def own(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of statements, without those of functions and classes among them."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Inner):
            waiting += ast.iter_child_nodes(node)


def innermost(body: Sequence[ast.stmt], line: int) -> ast.stmt | None:
    """The smallest statement that a line is in."""
    found = [node for node in own(body) if isinstance(node, ast.stmt) and covers(node, line)]
    return max(found, key=lambda node: (node.lineno, node.col_offset), default=None)
