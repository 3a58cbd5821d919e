"""The classes of a repository, read without importing them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from errwatch.fix.recipes.mentions import mentions
from errwatch.interfaces import Tree

PLAIN_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})
"""Bases that add no public attribute."""
PLAIN_DECORATORS = frozenset(
    {"dataclass", "final", "total_ordering", "define", "frozen", "mutable", "attrs", "s"}
)
"""Decorators that add no attribute of another name."""
DYNAMIC = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__dict__", "setattr"})
"""Signs that an object may have attributes which its text does not show."""


@dataclass(frozen=True, slots=True)
class Class:
    file: str
    node: ast.ClassDef


def classes(tree: Tree, name: str) -> list[Class]:
    """The top-level classes of that name, tests aside."""
    return [
        Class(file, node)
        for file, module in mentions(tree, name)
        if file.endswith(".py")
        for node in (module.body if module else ())
        if isinstance(node, ast.ClassDef) and node.name == name
    ]


def lineage(tree: Tree, name: str) -> tuple[list[Class], set[tuple[str, str]]]:
    """The classes of the repository that a class is and derives from, and the classes of elsewhere
    that these derive from, each with the file that says so."""
    seen: set[str] = set()
    waiting, own, foreign = [name], [], set()
    while waiting:
        each = waiting.pop()
        seen.add(each)
        for found in classes(tree, each):
            own.append(found)
            for base in map(last_name, found.node.bases):
                if not classes(tree, base):
                    foreign.add((base, found.file))
                elif base not in seen:
                    waiting.append(base)
    return own, foreign


def last_name(node: ast.expr) -> str:
    """`a.b.C[T]` -> `C`, `f(x)` -> `f`; empty where it is no name."""
    if isinstance(node, ast.Subscript | ast.Call):
        return last_name(node.value if isinstance(node, ast.Subscript) else node.func)
    return (
        ast.unparse(node).rsplit(".", 1)[-1] if isinstance(node, ast.Name | ast.Attribute) else ""
    )


def attributes(tree: Tree, name: str) -> dict[str, bool] | None:
    """The attributes of the objects of a class, each with whether it is a plain method; None where
    the text of the repository does not show them all."""
    found: dict[str, bool] = {}
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in PLAIN_BASES or each in seen:
            continue
        seen.add(each)
        known = classes(tree, each)
        if len(known) != 1 or not _is_plain(known[0].node):
            builtin = getattr(builtins, each, None)
            if known or not (isinstance(builtin, type) and issubclass(builtin, BaseException)):
                return None
            found |= dict.fromkeys(dir(builtin), False)
            continue
        found |= dict(_own(known[0].node))
        waiting += map(last_name, known[0].node.bases)
    return found


def _is_plain(node: ast.ClassDef) -> bool:
    decorated = {last_name(d) for d in node.decorator_list} - PLAIN_DECORATORS
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    names |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    names |= {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
    return not (decorated or node.keywords or names & DYNAMIC)


def _own(node: ast.ClassDef) -> Iterator[tuple[str, bool]]:
    for statement in node.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield statement.name, not statement.decorator_list
                yield from ((name, False) for name in _assigned(statement))
            case ast.ClassDef():
                yield statement.name, False
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=value):
                yield from ((name, False) for name in _strings(value))
            case ast.stmt():
                yield from ((name, False) for name in _stored(statement))


def _assigned(method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """What a method assigns to attributes of its first argument."""
    own = [a.arg for a in (*method.args.posonlyargs, *method.args.args)][:1]
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), ctx=ast.Store()) if owner in own:
                yield node.attr


def _stored(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _strings(value: ast.expr) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.split()
