"""Use the default that a function itself gives for nothing, where it forgot to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import libcst as cst

from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source, Splice
from errwatch.fix.scopes import Function, around, covers, own
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

EMPTY = re.compile(r"(max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)")
NONE = re.compile(r"'NoneType' object has no attribute '(\w+)'")


class OwnDefault:
    """Gives `max` and `min` the `default` of the other branch; lets a test that reads an attribute
    of None fail, where the function then returns what it returns for None elsewhere.

    Applies only where the function's own code says which value is meant: the other side of the
    conditional expression, or the same constant on its other ways out. Declines otherwise: the
    value is a decision about the product.
    """

    id = "own-default"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if not place.innermost:
            return None
        empty = EMPTY.match(place.error.message) if place.error.type == "ValueError" else None
        none = NONE.match(place.error.message) if place.error.type == "AttributeError" else None
        source = place.source if empty or none else None
        module = place.module if source else None
        if source is None or module is None:
            return None
        if empty:
            return _with_default(source, module, place, empty[1])
        return _not_none(source, module, place, none[1]) if none else None


def _with_default(
    source: Source, module: ast.Module, place: Place, name: str
) -> Candidate | Declined:
    calls = [
        call
        for call in source.nodes(cst.Call)
        if isinstance(call.func, cst.Name)
        and call.func.value == name
        and [bool(arg.keyword or arg.star) for arg in call.args][:1] == [False]
        and all(arg.keyword and arg.keyword.value == "key" for arg in call.args[1:])
        and source.covers(call, place.line)
    ]
    if len(calls) != 1:
        return place.declined(f"the line does not call {name} once, of one thing")
    default = _other_side(source, calls[0]) or _other_returns(source, module, calls[0], place.line)
    if default is None:
        return place.declined(f"what {name} of nothing should be is a decision about the product")
    return _candidate(
        place,
        source.spliced(_defaulted(source, calls[0], default)),
        title=f"Let {name} of nothing be {default} in {place.file}",
        why=f"{name} got nothing to choose from, and for nothing the function gives {default}",
    )


def _defaulted(source: Source, call: cst.Call, default: str) -> Iterator[Splice]:
    first = call.args[0].value
    if isinstance(first, cst.GeneratorExp) and not first.lpar:
        start, end = source.span(first)
        yield Splice(start, start, "(")
        yield Splice(end, end, f"), default={default}")
    else:
        end = source.span(call.args[-1])[1]
        yield Splice(end, end, f", default={default}")


def _other_side(source: Source, call: cst.Call) -> str | None:
    """`max(...) if x else 0` -> `0`."""
    match source.parent(call):
        case cst.IfExp(body=body, orelse=orelse):
            other = orelse if body is call else body
            return source.code(other) if _is_plain(source.code(other)) else None
        case _:
            return None


def _is_plain(code: str) -> bool:
    try:
        ast.literal_eval(code)
    except (ValueError, SyntaxError):
        return False
    return True


def _other_returns(source: Source, module: ast.Module, call: cst.Call, line: int) -> str | None:
    """What the function returns everywhere else, where the call is what it returns here."""
    function = around(module, line)
    if function is None or not isinstance(source.parent(call), cst.Return):
        return None
    others = [
        ast.unparse(each.value) if each.value else "None"
        for each in own(function.body)
        if isinstance(each, ast.Return) and not covers(each, line)
    ]
    same = set(others)
    return others[0] if len(same) == 1 and _is_plain(others[0]) else None


def _not_none(source: Source, module: ast.Module, place: Place, attribute: str) -> Candidate | None:
    """The test of an `if` begins with `x.attribute`, and where it fails, nothing is left to do but
    to return the constant that the function returns for None on another way."""
    function = around(module, place.line)
    path = _way_to(function.body, place.line) if function else []
    test = path[-1].test if path and isinstance(path[-1], ast.If) else None
    name = _first_read(test, attribute) if test else None
    if function is None or test is None or name is None:
        return None
    default = _reached(function, path)
    if default is None or default not in _defaults_for_none(function):
        return None
    start = source.offset(test.lineno, test.col_offset)
    return _candidate(
        place,
        source.spliced([Splice(start, start, f"{name} is not None and ")]),
        title=f"Return {default} in {place.file} where {name} is None",
        why=f"{name} is None, and for None the function returns {default}",
    )


def _way_to(body: Sequence[ast.stmt], line: int) -> list[ast.stmt]:
    """The statements that hold a line, from the outside in, down to the `if` that it tests."""
    for statement in body:
        if covers(statement, line):
            if not isinstance(statement, ast.If):
                return []
            if line <= (statement.test.end_lineno or 0):
                return [statement]
            inner = _way_to(statement.body, line) or _way_to(statement.orelse, line)
            return [statement, *inner] if inner else []
    return []


def _first_read(test: ast.expr, attribute: str) -> str | None:
    """The name whose attribute the test reads before all else."""
    first = test
    while True:
        match first:
            case ast.Compare(left=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
                first = inner
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr == attribute:
                return name
            case ast.Attribute(value=inner):
                first = inner
            case _:
                return None


def _reached(function: Function, path: Sequence[ast.stmt]) -> str | None:
    """The constant that is returned where the last test of the path fails and nothing else runs."""
    last = path[-1]
    if not isinstance(last, ast.If) or last.orelse:
        return None
    for outer, inner in pairwise(path):
        assert isinstance(outer, ast.If)
        block = outer.body if inner in outer.body else outer.orelse
        if block[-1] is not inner:
            return None
    after = function.body[function.body.index(path[0]) + 1 :]
    match after:
        case [ast.Return(value=ast.Constant() as value)]:
            return ast.unparse(value)
        case _:
            return None


def _defaults_for_none(function: Function) -> set[str]:
    """The constants that the function returns right behind a look whether something is None."""
    return {
        ast.unparse(value)
        for node in ast.walk(function)
        if isinstance(node, ast.If) and _asks_for_none(node.test)
        for value in [node.body[0].value if isinstance(node.body[0], ast.Return) else None]
        if isinstance(value, ast.Constant)
    }


def _asks_for_none(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name()):
            return True
        case _:
            return False


def _candidate(place: Place, after: str, *, title: str, why: str) -> Candidate:
    return Candidate(
        engine=ENGINE,
        recipe=OwnDefault.id,
        title=title,
        rationale=f"{place}: {why}.",
        edits=(Edit(place.file, place.text, after),),
        confidence=0.6,
    )
