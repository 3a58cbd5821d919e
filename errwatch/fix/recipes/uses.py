"""How a file uses a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

TYPE_CHECKS = frozenset({"isinstance", "issubclass"})


@dataclass(frozen=True, slots=True)
class Use:
    """All uses of a name in a file."""

    lines: frozenset[int]
    attributes: frozenset[str]
    bare: bool
    """Whether some use is not `name.attribute`."""
    called: bool
    """Whether every use is a call or a decorator."""
    typed: bool
    """Whether every use is one of a function or a class: a call, a base, an annotation, what is
    caught or raised, a check of a type, an attribute. A value may be a variable by that name."""

    @classmethod
    def of(cls, module: ast.Module, name: str) -> Use:
        loads = [n for n in ast.walk(module) if isinstance(n, ast.Name) and n.id == name]
        owned = [
            node
            for node in ast.walk(module)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
        ]
        called = set(_called(module))
        known = called | {node.value for node in owned} | set(_typed(module))
        return cls(
            lines=frozenset(node.lineno for node in loads),
            attributes=frozenset(node.attr for node in owned),
            bare=len(owned) < len(loads),
            called=called.issuperset(loads),
            typed=known.issuperset(loads),
        )


def _called(module: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield node.func
        yield from getattr(node, "decorator_list", ())


def _typed(module: ast.Module) -> Iterator[ast.AST]:
    """The parts of all expressions that stand for a type."""
    for node in ast.walk(module):
        for each in _type_expressions(node):
            yield from ast.walk(each)


def _type_expressions(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.ClassDef(bases=bases):
            yield from bases
        case ast.arg(annotation=ast.expr() as annotation):
            yield annotation
        case ast.AnnAssign(annotation=annotation):
            yield annotation
        case ast.FunctionDef() | ast.AsyncFunctionDef() if node.returns is not None:
            yield node.returns
        case ast.ExceptHandler(type=ast.expr() as caught):
            yield caught
        case ast.Raise(exc=ast.Name() as raised):
            yield raised
        case ast.Call(func=ast.Name(id=check), args=[_, kinds]) if check in TYPE_CHECKS:
            yield kinds
