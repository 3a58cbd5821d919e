"""What a loop runs over: the expressions for it, for its owner, and for the current item."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

VIEWS = frozenset({"items", "keys", "values"})
LAZY = frozenset({"enumerate", "zip", "map", "filter", "reversed", "iter", "islice", "chain"})
"""Functions that go over what they are given while the loop runs."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.AsyncFor | ast.comprehension


@dataclass(frozen=True, slots=True)
class View:
    """What a function knows: expressions for the collection, its owner, and the current item."""

    collections: frozenset[str]
    owners: frozenset[str]
    keys: frozenset[str]

    def holds(self, node: ast.expr) -> bool:
        """Whether an expression may be the collection: the same attribute of another object may."""
        text = normal(node)
        tail = text.rpartition(".")[2] if "." in text else None
        return text in self.collections or any(tail == c.rpartition(".")[2] for c in self._dotted)

    @property
    def _dotted(self) -> Iterator[str]:
        return (each for each in self.collections if "." in each)


def normal(node: ast.expr) -> str:
    """The text of an expression, without views of it; any index may be any other."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in VIEWS:
            return normal(owner)
        case ast.Subscript(value=owner):
            return f"{normal(owner)}[]"
        case ast.Attribute(value=owner, attr=name):
            return f"{normal(owner)}.{name}"
        case ast.NamedExpr(value=value):
            return normal(value)
        case _:
            return ast.unparse(node)


def around(module: ast.Module, loop: Loop) -> list[ast.AST]:
    """The nodes that the loop is in, from the outside in."""
    waiting: list[tuple[ast.AST, list[ast.AST]]] = [(module, [])]
    while waiting:
        node, above = waiting.pop()
        if node is loop:
            return above
        waiting += [(child, [*above, node]) for child in ast.iter_child_nodes(node)]
    return []


def viewed(module: ast.Module, outer: list[ast.AST], loop: Loop) -> View | None:
    """What the function around a loop knows of what it runs over; None where that is unknown."""
    if any(isinstance(n, ast.Attribute) and n.attr == "__dict__" for n in ast.walk(loop.iter)):
        return None
    function = next((n for n in reversed(outer) if isinstance(n, Function)), outer[0])
    chains = set(_chains(module, loop.iter))
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            same = {text for each in (*targets, node.value) for text in _parts(each)}
            chains |= same if same & chains else set()
    owners = {c.rpartition(".")[0] for c in chains if "." in c}
    return View(frozenset(chains), frozenset(owners), frozenset(_keys(loop))) if chains else None


def _parts(node: ast.expr) -> Iterator[str]:
    """The names and attributes that a value may be as they stand."""
    match node:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield normal(node)
        case ast.Call(func=ast.Attribute(attr=name)) if name in VIEWS:
            yield normal(node)
        case ast.BoolOp() | ast.IfExp() | ast.Tuple() | ast.List() | ast.NamedExpr():
            for child in ast.iter_child_nodes(node):
                yield from _parts(child) if isinstance(child, ast.expr) else ()


def _chains(module: ast.Module, node: ast.expr) -> Iterator[str]:
    """The names and attributes that an iterable is made from."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in LAZY:
            for each in arguments:
                yield from _chains(module, each)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name) as func):
            owner = [normal(func.value)] if isinstance(func, ast.Attribute) else []
            yield from list(_returned(module, name)) or owner
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield normal(node)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _chains(module, child)


def _returned(module: ast.Module, name: str) -> Iterator[str]:
    """What the functions of that name in the file give back."""
    for function in ast.walk(module):
        if isinstance(function, Function) and function.name == name:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    yield from _parts(node.value)


def _keys(loop: Loop) -> set[str]:
    """The loop variable that is the current item, unless the body assigns it again."""
    body = [] if isinstance(loop, ast.comprehension) else loop.body
    key = _key(loop.iter, loop.target)
    return {key.id} - set(stored(body)) if isinstance(key, ast.Name) else set()


def _key(iterable: ast.expr, target: ast.expr) -> ast.expr | None:
    match iterable, target:
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner]), ast.Tuple(elts=[_, item]):
            return _key(inner, item)
        case ast.Call(func=ast.Attribute(attr="items")), ast.Tuple(elts=[key, _]):
            return key
        case ast.Call(func=ast.Attribute(attr="keys")), _:
            return target
        case ast.Call(), _:
            return None
        case _:
            return target


def stored(body: Iterable[ast.AST]) -> Iterator[str]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
