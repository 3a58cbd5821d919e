"""How code goes on without a cache."""

from __future__ import annotations

import ast
from collections.abc import Iterator

KIND = "RedisError"
"""What every error of Redis is."""
CALLS = frozenset({"get", "hget", "getex", "set", "setex", "psetex", "hset", "expire", "delete"})
"""Reads and writes of one key."""


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Each list of statements in a tree."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                yield block


def asks_whether_missing(statement: ast.stmt | None, name: str) -> bool:
    """Whether a statement asks if a variable holds something."""
    match statement:
        case ast.If(test=ast.Name(id=asked)):
            return asked == name
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=asked))):
            return asked == name
        case ast.If(
            test=ast.Compare(
                left=ast.Name(id=asked),
                ops=[ast.Is() | ast.IsNot()],
                comparators=[ast.Constant(value=None)],
            )
        ):
            return asked == name
        case _:
            return False


def goes_on_without_cache(node: ast.Try, follows: ast.stmt | None) -> bool:
    """Whether a `try` is one call of a cache whose failure is logged, and taken for nothing found
    where the next statement asks whether something was."""
    match node:
        case ast.Try(
            body=[body], handlers=[ast.ExceptHandler() as handler], orelse=[], finalbody=[]
        ):
            named = handler.type is not None and ast.unparse(handler.type).endswith(KIND)
        case _:
            return False
    if not named or not handler.body or not _warns(handler.body[0]):
        return False
    match body, handler.body[1:]:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))), []:
            return attr in CALLS
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute(attr=attr))),
            [ast.Assign(targets=[ast.Name(id=set_to)], value=ast.Constant(value=None))],
        ):
            return attr in CALLS and name == set_to and asks_whether_missing(follows, name)
        case _:
            return False


def _warns(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="warning"), keywords=keywords)):
            return any(each.arg == "exc_info" for each in keywords)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="error" | "exception"))):
            return True
        case _:
            return False
