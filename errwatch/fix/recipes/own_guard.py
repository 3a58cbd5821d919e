"""Guard what the same function guards elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source, Splice
from errwatch.fix.scopes import Function, around, covers, innermost, own
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

KINDS = frozenset({"KeyError", "AttributeError"})


class OwnGuard:
    """Puts a statement under the condition that the same statement stands under elsewhere in the
    function; lets a test that looks past the end of a sequence fail, where the function expects
    that end elsewhere (`except IndexError` around the same element).

    Applies to a KeyError or an AttributeError of a statement of one line (`if key in found:`,
    `if x is not None:`, `if hasattr(...)`: all that asks for what was missing), and to an
    IndexError in the test of an `if` without `else`. Declines where nothing of the kind is there.
    """

    id = "own-guard"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type not in {*KINDS, "IndexError"}:
            return None
        source, module = place.source, place.module
        function = around(module, place.line) if module else None
        if source is None or function is None:
            return None
        if place.error.type == "IndexError":
            return _within_bounds(source, function, place)
        return _under_condition(source, function, place)


def _under_condition(source: Source, function: Function, place: Place) -> Candidate | None:
    statement = innermost(function.body, place.line)
    if not isinstance(statement, ast.Delete | ast.Expr | ast.Assign | ast.AugAssign):
        return None
    if statement.lineno != statement.end_lineno:
        return None
    tests = {ast.dump(test): test for test in _conditions(function, statement)}
    if len(tests) != 1:
        return None
    test = ast.get_source_segment(place.text, *tests.values()) or ""
    start = source.offset(statement.lineno, statement.col_offset)
    indent = source.bytes[source.bytes.rfind(b"\n", 0, start) + 1 : start].decode()
    if indent.strip():
        return None
    step = source.module.default_indent
    guard = Splice(start, start, f"if {test}:{source.newline}{indent}{step}")
    return _candidate(place, source, guard, test, "the same statement stands under it elsewhere")


def _conditions(function: Function, statement: ast.stmt) -> Iterator[ast.expr]:
    """The tests that the same statement is alone under, elsewhere in the function."""
    text = ast.dump(statement)
    for node in own(function.body):
        match node:
            case ast.If(test=test, body=[only], orelse=[]) if _asks(test, statement):
                if only is not statement and ast.dump(only) == text:
                    yield test


def _asks(test: ast.expr, statement: ast.stmt) -> bool:
    """Whether a test asks for something that the statement uses."""
    used = {ast.unparse(node) for node in ast.walk(statement) if isinstance(node, ast.expr)}
    used |= {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    match test:
        case ast.Compare(left=key, ops=[ast.In()], comparators=[found]):
            return {ast.unparse(key), ast.unparse(found)} <= used
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return ast.unparse(left) in used
        case ast.Call(func=ast.Name(id="hasattr"), args=[owner, ast.Constant(value=str() as name)]):
            return {ast.unparse(owner), name} <= used
        case ast.Name() | ast.Attribute():
            return ast.unparse(test) in used
        case _:
            return False


def _within_bounds(source: Source, function: Function, place: Place) -> Candidate | None:
    statement = innermost(function.body, place.line)
    if not isinstance(statement, ast.If) or statement.orelse:
        return None
    test = statement.test
    looked = {ast.unparse(node): node for node in _elements(test) if covers(node, place.line)}
    expected = {ast.unparse(node) for node in _expected(function)}
    if len(looked) != 1 or not looked.keys() <= expected or isinstance(test, ast.BoolOp):
        return None
    (element,) = looked.values()
    index, found = ast.unparse(element.slice), ast.unparse(element.value)
    start = source.offset(test.lineno, test.col_offset)
    guard = Splice(start, start, f"{index} < len({found}) and ")
    why = f"the function expects {found} to end there elsewhere"
    return _candidate(place, source, guard, f"{index} < len({found})", why)


def _elements(node: ast.AST) -> Iterator[ast.Subscript]:
    """Each `found[n + 1]`: an element at a place that is counted up."""
    for each in ast.walk(node):
        match each:
            case ast.Subscript(
                value=ast.Name() | ast.Attribute(),
                slice=ast.BinOp(left=ast.Name(), op=ast.Add(), right=ast.Constant(value=int())),
            ):
                yield each


def _expected(function: Function) -> Iterator[ast.Subscript]:
    """The elements that the function looks for in a `try` that expects an IndexError."""
    for node in own(function.body):
        if isinstance(node, ast.Try):
            caught = [ast.unparse(h.type) for h in node.handlers if h.type]
            if "IndexError" in caught:
                for statement in node.body:
                    yield from _elements(statement)


def _candidate(place: Place, source: Source, guard: Splice, test: str, why: str) -> Candidate:
    return Candidate(
        engine=ENGINE,
        recipe=OwnGuard.id,
        title=f"Ask whether {test} in {place.file}",
        rationale=f"{place}: nothing asks whether `{test}`; {why}.",
        edits=(Edit(place.file, place.text, source.spliced([guard])),),
        confidence=0.6,
    )
