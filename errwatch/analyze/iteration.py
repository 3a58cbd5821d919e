"""What a loop changes of the collection that it goes over, directly or through a method."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from errwatch.code.source import SourceFile

_VIEWS = frozenset({"items", "keys", "values"})
_CHANGES = frozenset(
    {"pop", "popitem", "clear", "update", "setdefault", "add", "remove", "discard", "append"}
)

_Loop = ast.For | ast.AsyncFor


def changes(source: SourceFile, line: int) -> list[str]:
    """Each change that the loop at a line makes to the collection it goes over, as a sentence."""
    loop = _loop_at(source, line)
    if loop is None:
        return []
    collection = _collection(loop.iter)
    if not collection:
        return []
    direct = [
        f"{source.path}:{node.lineno} changes {collection}: `{source.code(node.lineno)}`"
        for node in _changes_of(collection, loop.body)
    ]
    through = [
        f"{source.path}:{call.lineno} calls {_text(call.func)}, which changes"
        f" {collection} at line {node.lineno}: `{source.code(node.lineno)}`"
        for call in _own_calls(loop)
        for node in _changes_of(collection, _methods(source, call, loop))
    ]
    return direct + through


def _loop_at(source: SourceFile, line: int) -> _Loop | None:
    loops = [
        node
        for node in ast.walk(source.module or ast.Module([], []))
        if isinstance(node, _Loop) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return max(loops, key=lambda node: node.lineno, default=None)


def _collection(node: ast.expr) -> str:
    """`self._held.items()` -> `self._held`."""
    view = isinstance(node, ast.Call) and not node.args and node.func
    if isinstance(view, ast.Attribute) and view.attr in _VIEWS:
        return _text(view.value)
    return _text(node)


def _text(node: ast.expr) -> str:
    """Empty where an expression is too deeply nested to be written out."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def _changes_of(collection: str, scopes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    for node in _expressions(scopes):
        changed = _changed(node)
        if changed is not None and _text(changed) == collection:
            yield node


def _changed(node: ast.expr) -> ast.expr | None:
    """What an expression changes: `held[key] = ...`, `del held[key]`, `held.pop(key)`."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in _CHANGES else None
    return None


def _own_calls(loop: _Loop) -> Iterator[ast.Call]:
    """Calls of `self.method(...)` in the loop."""
    for node in _expressions(loop.body):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "self":
                yield node


def _expressions(scopes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    for scope in scopes:
        for node in ast.walk(scope):
            if isinstance(node, ast.expr):
                yield node


def _methods(source: SourceFile, call: ast.Call, loop: _Loop) -> list[ast.AST]:
    """The method that a call of `self.method()` means, in the class around the loop."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return [
        method
        for node in ast.walk(source.module or ast.Module([], []))
        if isinstance(node, ast.ClassDef)
        and node.lineno <= loop.lineno <= (node.end_lineno or node.lineno)
        for method in node.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name == name
    ]
