"""Rewrites removed methods and keyword arguments in one file."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from errwatch.fix.recipes.imports import add_import, without
from errwatch.fix.recipes.modules import parsed
from errwatch.fix.recipes.removed_table import Api, Kind, keyword
from errwatch.fix.recipes.sameness import of_object
from errwatch.fix.recipes.source import Refusal, Source, Splice
from errwatch.fix.recipes.spelling import Spelling, bounds, spelled

LOOSE = cst.If | cst.While | cst.Assert | cst.Return | cst.Assign | cst.Arg | cst.CompIf
"""What holds an expression so loosely that a comparison in it needs no parentheses."""
ATOMS = cst.Name | cst.Attribute | cst.Call | cst.Subscript | cst.SimpleString | cst.Integer


def renamed_methods(source: Source, api: Api, line: int) -> str | Refusal:
    """The text with a method rewritten on the line, and on what is surely the same object."""
    imported = {bound.local for bound in bounds(source)}
    found = of_object(source, api.old, line, imported)
    if isinstance(found, Refusal):
        return found
    uses = [cst.ensure_type(source.parent(name), cst.Attribute) for name in found]
    static = _static(source, api)
    if static is None:
        return Refusal(f"the file uses the names in {api.new} for something else")
    splices = []
    for use in uses:
        splice = _rewritten(source, use, api, static.text)
        if isinstance(splice, Refusal):
            return splice
        splices.append(splice)
    if any(b.start < a.end for a, b in zip(sorted(splices), sorted(splices)[1:], strict=False)):
        return Refusal(f"one use of {api.old} is inside another")
    return source.spliced([*splices, *([add_import(source, static.needs)] if static.needs else [])])


def _static(source: Source, api: Api) -> Spelling | None:
    """How the file writes the new name: as it stands, except for a function of a module."""
    if api.kind is not Kind.STATIC:
        return Spelling(api.new)
    return spelled(source, parsed(source.text) or ast.Module([], []), api.new)


def _call(source: Source, use: cst.Attribute) -> cst.Call | None:
    parent = source.parent(use)
    return parent if isinstance(parent, cst.Call) and parent.func is use else None


def _rewritten(source: Source, use: cst.Attribute, api: Api, new: str) -> Splice | Refusal:
    if api.kind is Kind.METHOD:
        return source.replace(use.attr, new)
    call = _call(source, use)
    if call is None:
        return Refusal(f"{api.old} is used without calling it")
    if api.kind is Kind.STATIC:
        return source.replace(use, new)
    if api.kind is Kind.FUNCTION and not call.args:
        return source.replace(call, f"{new}({source.code(use.value)})")
    if api.kind is Kind.MEMBER and len(call.args) == 1:
        return _member(source, call, use)
    return Refusal(f"{api.old} is called with other arguments than expected")


def _member(source: Source, call: cst.Call, use: cst.Attribute) -> Splice:
    """`d.has_key(k)` -> `k in d`, `not d.has_key(k)` -> `k not in d`."""
    parent = source.parent(call)
    whole: cst.BaseExpression = call
    word = "in"
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not):
        whole, word = parent, "not in"
    text = f"{_atom(source, call.args[0].value)} {word} {_atom(source, use.value)}"
    loose = isinstance(source.parent(whole), LOOSE | cst.BooleanOperation) or whole.lpar
    return source.replace(whole, text if loose else f"({text})")


def _atom(source: Source, node: cst.BaseExpression) -> str:
    return source.code(node) if isinstance(node, ATOMS) else f"({source.code(node)})"


def dropped_keyword(source: Source, name: str, line: int) -> tuple[str, Api] | Refusal:
    """The text without a keyword argument, wherever a function that lost it is called."""
    found = list(_calls(source, name))
    here = [api for call, _, api in found if source.covers(call, line)]
    if not here:
        return Refusal(f"the line calls nothing that lost the argument {name}")
    splices = [splice for call, arg, _ in found for splice in _cut(source, call, arg)]
    return source.spliced(splices), here[0]


def _calls(source: Source, name: str) -> Iterator[tuple[cst.Call, cst.Arg, Api]]:
    for call in source.nodes(cst.Call):
        for arg in call.args:
            if arg.keyword and arg.keyword.value == name:
                names = source.imported_as(call.func)
                api = keyword(next(iter(names)), name) if len(names) == 1 else None
                if api:
                    yield call, arg, api


def _cut(source: Source, call: cst.Call, arg: cst.Arg) -> list[Splice]:
    if len(call.args) > 1:
        return without(source, call.args, {arg})
    return [Splice(source.span(arg)[0], source.span(call)[1] - 1, "")]
