"""Functions and classes that are in no frame, and made what went wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from errwatch import lazy_re as re
from errwatch.analyze.culpable import statement_at
from errwatch.analyze.lacking import candidates, lack_of
from errwatch.analyze.lead import Lead
from errwatch.analyze.origin import Result, called
from errwatch.analyze.usage import Definitions, only, place_of
from errwatch.analyze.words import last
from errwatch.code.function import Function
from errwatch.code.place import Place
from errwatch.code.source import SourceFile
from errwatch.model.event import ExceptionInfo

Subclasses = Callable[[str], Sequence[tuple[SourceFile, Function]]]
"""The classes that name this one as a base."""

_SIGNATURE = re.compile(
    r"(?P<name>(?:(?:\w{1,80}|<locals>)\.){0,9}\w{1,80})\(\) (?:takes|got|missing) "
)
_GENERATES = frozenset({"compile", "exec", "eval"})


def makers(
    calls: Sequence[Place], chosen: Lead, exception: ExceptionInfo, defined: Definitions
) -> Iterator[tuple[Place, str]]:
    """The places of the makers and why each is suspected, the likeliest first."""
    if lack := lack_of(exception, defined):
        yield from candidates(calls[0], lack)
    for way in chosen.ways[:1]:
        if isinstance(way, Result):
            for source, one in only(_others(defined(way.name), calls[0])):
                yield place_of(calls[chosen.depth], source, one), "returned the value that is wrong"
    if definition := _misfit(calls[0], exception, defined):
        yield definition, "does not take the arguments that it was called with"


def _misfit(place: Place, exception: ExceptionInfo, defined: Definitions) -> Place | None:
    """The function whose signature a call does not fit."""
    signature = _SIGNATURE.match(exception.message)
    name = signature["name"].replace("<locals>.", "") if signature else ""
    for source, one in only(_of_name(name, defined)) if name else ():
        return place_of(place, source, one)
    return None


def _of_name(name: str, defined: Definitions) -> Sequence[tuple[SourceFile, Function]]:
    """Those of a qualified name; newer Pythons say it, older ones the last segment."""
    found = defined(name.rpartition(".")[2])
    return [(source, one) for source, one in found if f".{one.name}".endswith(f".{name}")] or found


def renamed_call(place: Place, exception: ExceptionInfo, defined: Definitions) -> Place | None:
    """The function whose signature does not fit, where the line does not call it by its name: a
    dispatcher or decorated call is the same for all, so the definition differs from the others."""
    definition = _misfit(place, exception, defined)
    statement = statement_at(place.source, place.line) if definition else None
    if definition is None or statement is None:
        return None
    names = {called(node) for node in ast.walk(statement) if isinstance(node, ast.Call)}
    bare = definition.function.removesuffix(".__init__").rpartition(".")[2]
    return None if bare in names or not names else definition


def abstains(place: Place, exception: ExceptionInfo, subclasses: Subclasses) -> Place | None:
    """The one subclass that does not have the method which its base leaves to it."""
    owner, _, method = place.function.rpartition(".")
    if last(exception.type) != "NotImplementedError" or not owner:
        return None
    lacking = [
        (source, one)
        for source, one in subclasses(owner.rpartition(".")[2])
        if not any(each.name == f"{one.name}.{method}" for each in source.functions)
    ]
    for source, one in only(lacking):
        return place_of(place, source, one)
    return None


def makes_code(place: Place, exception: ExceptionInfo) -> bool:
    """Whether the place hands text to the compiler, and the text was wrong."""
    statement = statement_at(place.source, place.line)
    return last(exception.type) in ("SyntaxError", "IndentationError") and any(
        isinstance(node, ast.Call) and called(node) in _GENERATES
        for node in ast.walk(statement or ast.Module([], []))
    )


def is_made_elsewhere(chosen: Lead, exception: ExceptionInfo) -> bool:
    """Whether the caller only took a result on. None is for the caller to look at; any other value
    that does not fit is for who made it."""
    made = [way for way in chosen.ways[:1] if isinstance(way, Result)]
    return chosen.depth > 0 and bool(made) and "None" not in exception.message


def _others(
    found: Sequence[tuple[SourceFile, Function]], place: Place
) -> Sequence[tuple[SourceFile, Function]]:
    """Those that are not the function of the place itself."""
    here = (place.file, place.function)
    return [(source, one) for source, one in found if (source.path, one.name) != here]
