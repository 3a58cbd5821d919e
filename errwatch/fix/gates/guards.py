"""Whether a change does nothing but leave early with a default value."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection

EMPTY_CALLS = frozenset({"dict", "list", "set", "tuple", "str", "frozenset"})


def only_guards(before: ast.Module, after: ast.Module) -> int | None:
    """The line of the first guard, where adding guards is all that the change does. Where only
    names differ, a guard stands in for itself, with a name corrected; as it does where it asks for
    one thing more, and leaves in fewer cases."""
    if _shape(before) == _shape(after):
        return None
    old = _guards(before)
    known = {text for text, _ in old}
    new = [(_wider(text, known), line) for text, line in _guards(after)]
    added = [line for text, line in new if text not in known]
    more = Counter(text for text, _ in new) - Counter(text for text, _ in old)
    if not more:
        return None
    bare = [ast.dump(_Unguarded().visit(ast.parse(ast.unparse(tree)))) for tree in (before, after)]
    first = added[0] if added else new[0][1]
    return first if bare[0] == bare[1] else None


def _guards(tree: ast.Module) -> list[tuple[str, int]]:
    return [
        (ast.unparse(node), node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and (_is_guard(node) or _is_choice(node))
    ]


def _wider(text: str, known: Collection[str]) -> str:
    """The known guard that stands behind `if one more thing and ...`; else the guard itself."""
    match ast.parse(text).body:
        case [ast.If(test=ast.BoolOp(op=ast.And(), values=[_, *rest])) as guard]:
            guard.test = rest[0] if len(rest) == 1 else ast.BoolOp(ast.And(), rest)
            wider = ast.unparse(guard)
            return wider if wider in known else text
        case _:
            return text


def _is_guard(node: ast.stmt) -> bool:
    """`if ...: return <default>`, or continue, break, pass; and nothing else."""
    match node:
        case ast.If(body=[ast.Return(value=value)], orelse=[]):
            return _is_default(value)
        case ast.If(body=[ast.Continue() | ast.Break() | ast.Pass()], orelse=[]):
            return True
        case _:
            return False


def _is_choice(node: ast.stmt) -> bool:
    """`return x if ... else <default>`."""
    match node:
        case ast.Return(value=ast.IfExp(orelse=value)):
            return _is_default(value)
        case _:
            return False


def _is_default(value: ast.expr | None) -> bool:
    match value:
        case None | ast.Constant() | ast.Dict(keys=[]) | ast.List(elts=[]) | ast.Set(elts=[]):
            return True
        case ast.Tuple(elts=parts):
            return all(_is_default(part) for part in parts)
        case ast.UnaryOp(operand=operand):
            return _is_default(operand)
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name in EMPTY_CALLS
        case _:
            return False


def _shape(tree: ast.Module) -> str:
    """The program without its names."""
    return ast.dump(_Nameless().visit(ast.parse(ast.unparse(tree))))


class _Nameless(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name("", node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Attribute(self.visit(node.value), "", node.ctx)


class _Unguarded(ast.NodeTransformer):
    """The program without its guards."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if _is_guard(node) else self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if _is_choice(node) and isinstance(node.value, ast.IfExp):
            return ast.Return(node.value.body)
        return node
