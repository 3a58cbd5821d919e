"""Let a handler expect the other exception by which a call refuses a value."""

from __future__ import annotations

import ast

from errwatch.fix.recipes.imports import Import, add_import, bound_by_import
from errwatch.fix.recipes.mentions import binders
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source, Splice
from errwatch.fix.refusals import widens
from errwatch.fix.scopes import around, covers, own
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

BUILTIN = frozenset({"ValueError", "OverflowError", "OSError", "LookupError", "UnicodeError"})


class WidenedHandler:
    """Adds to `except ValueError` the exception that the same call raises for other bad values:
    OverflowError of `chr`, InvalidOperation of `Decimal`, LookupError of `decode`, ...

    Applies where the line stands in a `try` that expects one documented refusal of a call on it,
    and the error is another. What is done with a bad value is then decided already.
    """

    id = "widened-handler"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if not place.innermost:
            return None
        module = place.module
        found = _handler(module, place) if module else None
        source = place.source if found else None
        if module is None or found is None or source is None:
            return None
        return _mended(source, module, place, found)


def _handler(module: ast.Module, place: Place) -> ast.ExceptHandler | None:
    """The handler around the line that expects a sibling of the error."""
    function = around(module, place.line)
    body = function.body if function else module.body
    tries = [node for node in own(body) if isinstance(node, ast.Try)]
    inside = [node for node in tries if any(covers(each, place.line) for each in node.body)]
    nearest = max(inside, key=lambda node: node.lineno, default=None)
    if nearest is None or len(nearest.handlers) != 1:
        return None
    (handler,) = nearest.handlers
    lines = [each for each in nearest.body if covers(each, place.line)]
    return handler if widens(lines, names(handler.type), place.error.type) else None


def names(kind: ast.expr | None) -> list[str]:
    """The exceptions that a handler names."""
    if kind is None:
        return []
    return [ast.unparse(each) for each in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]


def _mended(
    source: Source, module: ast.Module, place: Place, handler: ast.ExceptHandler
) -> Candidate | Declined:
    kind = handler.type
    assert kind is not None
    last = place.error.type.rpartition(".")[2]
    name, imports = _named(source, module, last)
    if name is None:
        return place.declined(f"the name {last} means something else there")
    if last in [each.rpartition(".")[2] for each in names(kind)]:
        return place.declined(f"{last} is expected already")
    start = source.offset(kind.lineno, kind.col_offset)
    end = source.offset(kind.end_lineno or kind.lineno, kind.end_col_offset or 0)
    listed = ", ".join([*names(kind), name])
    splices = [Splice(start, end, f"({listed})"), *imports]
    return Candidate(
        engine=ENGINE,
        recipe=WidenedHandler.id,
        title=f"Expect {last} beside {', '.join(names(kind))} in {place.file}",
        rationale=(
            f"{place}: the call refuses a bad value by {last} too, and what is done with a bad "
            f"value is on line {handler.lineno}."
        ),
        edits=(Edit(place.file, place.text, source.spliced(splices)),),
        confidence=0.7,
    )


def _named(source: Source, module: ast.Module, last: str) -> tuple[str | None, list[Splice]]:
    """How the file can name the exception, and the import that it takes."""
    if last in BUILTIN:
        return last, []
    given = [each for _, each in bound_by_import(source)]
    if any((each.module, each.name) == ("decimal", None) for each in given):
        return f"decimal.{last}", []
    if any((each.module, each.name, each.alias) == ("decimal", last, None) for each in given):
        return last, []
    if binders(module, last):
        return None, []
    return last, [add_import(source, Import("decimal", last))]
