"""Functions and classes that are in no frame, and made what went wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from errwatch.analyze.culpable import statement_at
from errwatch.analyze.lead import Lead
from errwatch.analyze.origin import Result, called
from errwatch.analyze.words import last
from errwatch.code.function import Function
from errwatch.code.place import Place
from errwatch.code.source import SourceFile
from errwatch.model.event import ExceptionInfo

Definitions = Callable[[str], Sequence[tuple[SourceFile, Function]]]
"""The functions and classes of that name in the repository."""

_LACKS = re.compile(
    r"(?:type object )?'(?P<owner>\w{1,80})'(?: object)? has no attribute '(?P<name>\w{1,80})'"
)
_SIGNATURE = re.compile(r"(?:\w{1,80}\.){0,9}(?P<name>\w{1,80})\(\) (?:takes|got|missing) ")
_GENERATES = frozenset({"compile", "exec", "eval"})


def makers(
    calls: Sequence[Place], chosen: Lead, exception: ExceptionInfo, defined: Definitions
) -> Iterator[tuple[Place, str]]:
    """The places of the makers and why each is suspected, the likeliest first."""
    yield from _lacking(calls[0], exception.message, defined)
    for way in chosen.ways[:1]:
        if isinstance(way, Result):
            for source, one in _only(defined(way.name)):
                yield _place(calls[chosen.depth], source, one), "returned the value that is wrong"
    signature = _SIGNATURE.match(exception.message)
    for source, one in _only(defined(signature["name"])) if signature else ():
        yield _place(calls[0], source, one), "does not take the arguments that it was called with"


def makes_code(place: Place, exception: ExceptionInfo) -> bool:
    """Whether the place hands text to the compiler, and the text was wrong."""
    statement = statement_at(place.source, place.line)
    return last(exception.type) in ("SyntaxError", "IndentationError") and any(
        isinstance(node, ast.Call) and called(node) in _GENERATES
        for node in ast.walk(statement or ast.Module([], []))
    )


def forgets(place: Place, exception: ExceptionInfo, defined: Definitions) -> Place | None:
    """The class that lacks an attribute which another class of its file sets on itself."""
    match = _LACKS.match(exception.message)
    for source, one in _only(defined(match["owner"])) if match else ():
        if match and _set_elsewhere(source, one, match["name"]):
            return _place(place, source, one)
    return None


def _lacking(place: Place, message: str, defined: Definitions) -> Iterator[tuple[Place, str]]:
    match = _LACKS.match(message)
    for source, one in _only(defined(match["owner"])) if match else ():
        init = [each for each in source.functions if each.name == f"{one.name}.__init__"]
        for each in (*init, one):
            yield _place(place, source, each), f"the class that has no {match and match['name']}"


def _set_elsewhere(source: SourceFile, owner: Function, name: str) -> bool:
    """Whether the file sets `self.name` in another class, and nowhere in this one."""
    lines = [
        node.lineno
        for node in ast.walk(source.module or ast.Module([], []))
        if isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    ]
    return bool(lines) and not any(line in owner for line in lines)


def _only(
    found: Sequence[tuple[SourceFile, Function]],
) -> Sequence[tuple[SourceFile, Function]]:
    return found if len(found) == 1 else ()


def _place(place: Place, source: SourceFile, one: Function) -> Place:
    return Place(place.frame, source, one.first, one.name)
