"""Which uses of a misspelt name mean the same thing as the one that failed, as far as it shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from errwatch.fix.recipes.source import Refusal, Source

Uses = list[cst.Name] | Refusal


def of_object(source: Source, name: str, line: int, without: Collection[str] = frozenset()) -> Uses:
    """The attribute on the line, and the same attribute of what is surely the same object; not of
    the names in `without`."""
    every = [
        node
        for node in source.nodes(cst.Attribute)
        if node.attr.value == name and source.code(node.value) not in without
    ]
    here = [node for node in every if source.covers(node.attr, line)]
    here = here or [node for node in every if source.covers(node, line)]
    owners = {source.code(a.value) for a in here}
    if not here:
        return Refusal(f"the line does not use {name}")
    if len(owners) > 1:
        return Refusal(f"{name} is used of several objects on the line")
    same = set(_same(source, here[0].value))
    return [a.attr for a in every if a in here or {a, a.value} & same]


def _same(source: Source, owner: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """The expressions that mean the object: a name that is bound once, or `self` in a class."""
    scope = source.scope(owner)
    if not isinstance(owner, cst.Name) or scope is None:
        return
    assignments = list(scope[owner.value])
    if len(assignments) == 1:
        yield from (access.node for access in assignments[0].references)
    method = next((p for p in source.parents(owner) if isinstance(p, cst.FunctionDef)), None)
    if method is None or not _is_first(source, method, owner.value) or len(assignments) != 1:
        return
    body = source.parent(method)
    for other in body.children:
        if isinstance(other, cst.FunctionDef) and _is_first(source, other, owner.value):
            inner = source.scope(other.body.body[0]) if other.body.body else None
            for each in inner[owner.value] if inner and len(inner[owner.value]) == 1 else ():
                yield from (access.node for access in each.references)


def _is_first(source: Source, function: cst.FunctionDef, name: str) -> bool:
    """Whether a function is a method of objects, and the name is the object."""
    in_class = any(isinstance(p, cst.ClassDef) for p in list(source.parents(function))[1:2])
    params = (*function.params.posonly_params, *function.params.params)[:1]
    return in_class and not function.decorators and [p.name.value for p in params] == [name]


def of_import(source: Source, name: str, line: int) -> Uses:
    """The name in the import on the line, and the uses of what it binds."""
    for alias in source.nodes(cst.ImportAlias):
        found = isinstance(alias.name, cst.Name) and alias.name.value == name
        if found and source.covers(source.parent(alias), line):
            return [cst.ensure_type(alias.name, cst.Name), *_bound(source, alias)]
    return Refusal(f"the line does not import {name}")


def _bound(source: Source, alias: cst.ImportAlias) -> Iterator[cst.Name]:
    scope = source.scope(alias)
    if alias.asname is None and scope is not None:
        nodes = [a.node for each in scope[alias.evaluated_name] for a in each.references]
        yield from (node for node in dict.fromkeys(nodes) if isinstance(node, cst.Name))


def of_variable(source: Source, name: str, line: int) -> Uses:
    """The variable on the line, and where its function uses it."""
    every = [n for n in source.nodes(cst.Name) if n.value == name and _is_variable(source, n)]
    here = [n for n in every if source.covers(n, line)]
    if not here:
        return Refusal(f"the line does not use {name}")
    functions = {_function(source, n) for n in here}
    return [n for n in every if _function(source, n) in functions]


def _is_variable(source: Source, node: cst.Name) -> bool:
    parent = source.parent(node)
    part = isinstance(parent, cst.Attribute) and parent.attr is node
    return not part and not (isinstance(parent, cst.Arg) and parent.keyword is node)


def _function(source: Source, node: cst.CSTNode) -> cst.CSTNode | None:
    return next((p for p in source.parents(node) if isinstance(p, cst.FunctionDef)), None)
