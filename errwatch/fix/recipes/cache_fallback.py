"""Go to the source where the cache cannot be reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from errwatch.fix.fallbacks import CALLS, KIND, asks_whether_missing, blocks
from errwatch.fix.recipes.imports import Import, add_import, bound_by_import
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source, Splice
from errwatch.fix.scopes import Function, around, innermost, own
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

UNREACHABLE = frozenset({"ConnectionError", "TimeoutError", "BusyLoadingError"})
PACKAGE = "redis"


class CacheFallback:
    """Takes a cache of Redis that cannot be reached for one that has nothing, and logs a warning.

    Applies where a function reads a key, asks right after whether there was one, and goes to the
    source where not: what to do without the cache is decided already. Its writes of the cache in
    the same function are guarded too. Declines where the file has no logger to warn by.
    """

    id = "cache-fallback"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if not place.error.type.startswith(f"{PACKAGE}."):
            return None
        if place.error.type.rpartition(".")[2] not in UNREACHABLE:
            return None
        source, module = place.source, place.module
        function = around(module, place.line) if module else None
        if source is None or module is None or function is None:
            return None
        cache = _read_there(function, place.line)
        if cache is None:
            return place.declined("the function does not ask whether the cache had something")
        logger = next(_loggers(module), None)
        if logger is None:
            return place.declined("the file has no logger to warn by")
        return _mended(source, place, list(_uses(function, cache)), logger)


def _read_there(function: Function, line: int) -> str | None:
    """The cache that the line reads, where what follows asks whether it had something."""
    statement = innermost(function.body, line)
    follows = _following(function, statement) if statement else None
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(func=ast.Attribute(value=cache, attr=attr)),
        ) if attr in CALLS and asks_whether_missing(follows, name):
            return ast.unparse(cache)
        case _:
            return None


def _following(function: Function, statement: ast.stmt) -> ast.stmt | None:
    for block in blocks(function):
        if statement in block[:-1]:
            return block[block.index(statement) + 1]
    return None


def _loggers(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function)):
                if ast.unparse(function).endswith("getLogger"):
                    yield name


def _uses(function: Function, cache: str) -> Iterator[ast.Assign | ast.Expr]:
    """The statements of one line that are one call of the cache, its answer tested or dropped."""
    for node in own(function.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute() as f)):
                follows = _following(function, node)
                fits = asks_whether_missing(follows, name)
            case ast.Expr(value=ast.Call(func=ast.Attribute() as f)):
                fits = True
            case _:
                continue
        if fits and f.attr in CALLS and ast.unparse(f.value) == cache:
            yield node


def _mended(
    source: Source, place: Place, uses: list[ast.Assign | ast.Expr], logger: str
) -> Candidate | Declined:
    if any(node.lineno != node.end_lineno for node in uses):
        return place.declined("the cache is used in a statement of several lines")
    kind, imports = _kind(source)
    splices = [_guarded(source, node, kind, logger) for node in uses]
    return Candidate(
        engine=ENGINE,
        recipe=CacheFallback.id,
        title=f"Go to the source where the cache cannot be reached in {place.file}",
        rationale=(
            f"{place}: the cache cannot be reached. What the function does where it has nothing is "
            "right here too; each time is logged as a warning."
        ),
        edits=(Edit(place.file, place.text, source.spliced([*splices, *imports])),),
        confidence=0.6,
    )


def _kind(source: Source) -> tuple[str, list[Splice]]:
    given = [each for _, each in bound_by_import(source)]
    if any(str(each) == f"import {PACKAGE}" for each in given):
        return f"{PACKAGE}.{KIND}", []
    if any(each.name == KIND and each.alias is None for each in given):
        return KIND, []
    return KIND, [add_import(source, Import(f"{PACKAGE}.exceptions", KIND))]


def _guarded(source: Source, node: ast.Assign | ast.Expr, kind: str, logger: str) -> Splice:
    start = source.offset(node.lineno, node.col_offset)
    end = source.offset(node.lineno, node.end_col_offset or 0)
    indent = source.bytes[source.bytes.rfind(b"\n", 0, start) + 1 : start].decode()
    step = source.module.default_indent
    rows = [
        "try:",
        f"{step}{source.bytes[start:end].decode()}",
        f"except {kind}:",
        f'{step}{logger}.warning("the cache cannot be reached", exc_info=True)',
    ]
    if isinstance(node, ast.Assign):
        rows.append(f"{step}{ast.unparse(node.targets[0])} = None")
    return Splice(start, end, f"{source.newline}{indent}".join(rows))
