"""Which expressions of a line an exception is about."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from errwatch import lazy_re as re
from errwatch.analyze.reaching import AnyFunction
from errwatch.code.source import SourceFile

_LACKS = re.compile(r"has no attribute '(\w{1,80})'")
_SUBSCRIPTED = re.compile(r"subscriptable|support item|indices must be")
_ITERATED = re.compile(r"not iterable|cannot unpack|to unpack")
_PATHS = frozenset(
    {"FileNotFoundError", "PermissionError", "NotADirectoryError", "IsADirectoryError"}
)
_SIGNATURE = re.compile(r"\(\) (?:takes|missing|got (?:an unexpected|multiple|some)) ")
_ARITHMETIC = frozenset({"InvalidOperation", "ArithmeticError", "FloatingPointError"})
_COMPILED = frozenset({"SyntaxError", "IndentationError"})
_LOOKUPS = frozenset({"KeyError", "IndexError"})


def statement_at(source: SourceFile, line: int) -> ast.stmt | None:
    """The innermost statement that spans a line."""
    spans = [node for node in source.around(line) if isinstance(node, ast.stmt)]
    return spans[-1] if spans else None


def culpable(statement: ast.stmt, kind: str, message: str) -> list[ast.expr]:
    """The expressions whose value the exception complains of; none where the line alone tells no
    such thing. `kind` is the last segment of the exception's type."""
    parts = list(_own_parts(statement))
    lacks = _LACKS.search(message)
    if lacks:
        return [
            node.value
            for node in parts
            if isinstance(node, ast.Attribute) and node.attr == lacks[1]
        ]
    if kind in _LOOKUPS or _SUBSCRIPTED.search(message):
        return [node for each in parts if isinstance(each, ast.Subscript) for node in _looked(each)]
    if kind in _ARITHMETIC:
        return [node for each in parts for node in _operands(each)]
    if kind in _PATHS | _COMPILED:
        return [node for each in parts if isinstance(each, ast.Call) for node in each.args[:1]]
    if kind == "TypeError" and not _is_about_a_signature(message):
        return _typed(statement, parts, message)
    return []


def _is_about_a_signature(message: str) -> bool:
    return _SIGNATURE.search(message) is not None


def _typed(statement: ast.stmt, parts: list[ast.expr], message: str) -> list[ast.expr]:
    if _ITERATED.search(message):
        loops = [statement.iter] if isinstance(statement, ast.For | ast.AsyncFor) else []
        return [*loops, *(statement.value for _ in [0] if isinstance(statement, ast.Assign))]
    operands = [node for each in parts for node in _operands(each)]
    handed = [node for each in parts if isinstance(each, ast.Call) for node in each.args]
    return operands or handed


def _own_parts(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement, without those of the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(child, ast.stmt):
                waiting.append(child)
                if isinstance(child, ast.expr):
                    yield child


def _looked(node: ast.Subscript) -> list[ast.expr]:
    return [node.value, node.slice]


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    return [node.left, *node.comparators] if isinstance(node, ast.Compare) else []


def conditions(source: SourceFile, raised: ast.Raise | ast.Assert) -> list[ast.expr]:
    """What an assertion, or the `if`s around a `raise` up to its function, look at; the nearest
    first."""
    if isinstance(raised, ast.Assert):
        return [raised.test]
    tests: list[ast.expr] = []
    for node in reversed(source.around(raised.lineno)):
        if isinstance(node, ast.ExceptHandler | AnyFunction):
            break
        if isinstance(node, ast.If):
            tests.append(node.test)
    return tests
