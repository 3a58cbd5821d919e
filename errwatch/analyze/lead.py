"""Which call of the trace is suspected first: the one that raised, or one further out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.analyze.culpable import conditions, culpable, statement_at
from errwatch.analyze.flow import function_of, landing
from errwatch.analyze.origin import Held, Here, Origin, Parameter, origins
from errwatch.analyze.words import last
from errwatch.code.place import Place
from errwatch.model.event import ExceptionInfo

FEW = 3
"""A function that is called from fewer places is made for its caller."""
FURTHEST = 4
"""Calls that a refused value is followed outwards where no data flow tells how far."""

Users = Callable[[str], int]
"""How many places of the repository call a function of that name; tests not counted."""

_LOOKUPS = frozenset(
    {"__getitem__", "__getattr__", "__getattribute__", "__delitem__", "__missing__"}
)
_LOOKUP_ERRORS = frozenset({"KeyError", "IndexError", "AttributeError", "LookupError"})
_CHECKS = re.compile(r"_*(check|validate|assert|ensure|require|raise|fail|abort)(_|$|[A-Z])")


@dataclass(frozen=True, slots=True)
class Lead:
    """`depth` counts the calls outwards from the innermost; `why` is empty for that one."""

    depth: int
    why: str = ""
    ways: tuple[Origin, ...] = ()
    """Where the bad value comes from there."""


def lead(calls: Sequence[Place], exception: ExceptionInfo, users: Users) -> Lead:
    """`calls` are the places of the exception, innermost first; at least one."""
    kind = last(exception.type)
    statement = statement_at(calls[0].source, calls[0].line)
    if len(calls) > 1 and _looks_up(calls[0], kind):
        return Lead(1, f"asked {calls[0].function} for what it does not have")
    if statement is None and len(calls) > 1 and _throws_in_a_check(calls[0]):
        return Lead(1, f"was refused by {calls[0].function}")
    if kind == "RecursionError":
        return _recursive(calls, exception)
    if isinstance(statement, ast.Raise | ast.Assert):
        return _refused(calls, statement, users)
    if passes_on(calls[0]):
        depth = next((n for n, place in enumerate(calls) if not passes_on(place)), 0)
        return Lead(depth, f"called {calls[0].function}, which only passes on what it gets")
    bad = culpable(statement, kind, exception.message) if statement else []
    return _handed_down(calls, bad, exception)


def _looks_up(place: Place, kind: str) -> bool:
    return place.function.rpartition(".")[2] in _LOOKUPS and kind in _LOOKUP_ERRORS


def _throws_in_a_check(place: Place) -> bool:
    """The same as a refusal in Python, as far as a line of another language shows it."""
    name = place.function.rpartition(".")[2]
    return bool(_CHECKS.match(name)) and place.code.startswith(("throw ", "panic(", "raise "))


def _handed_down(calls: Sequence[Place], bad: Sequence[ast.expr], exception: ExceptionInfo) -> Lead:
    """A function that got the very value that is wrong did nothing to it: who made it leads."""
    landings = [landing(calls, node) for node in bad]
    bare = [
        one
        for one, node in zip(landings, bad, strict=True)
        if one.depth and isinstance(node, ast.Name)
    ]
    if not bare:
        return Lead(0, ways=landings[0].ways if landings else ())
    nearest = min(bare, key=lambda one: one.depth)
    if not _is_the_callers(exception, every=len(bare) == len(bad)):
        return Lead(0, ways=nearest.ways)
    return Lead(nearest.depth, f"hands {calls[0].function} the wrong value", nearest.ways)


def _is_the_callers(exception: ExceptionInfo, *, every: bool) -> bool:
    """Whether a value that was only handed on is for its maker to mend. A key that is missing is
    where it is looked up, unless the caller gave `every` part of the lookup."""
    kind = last(exception.type)
    if kind == "AttributeError":
        return "'NoneType'" in exception.message
    return every or kind not in _LOOKUP_ERRORS


def _recursive(calls: Sequence[Place], exception: ExceptionInfo) -> Lead:
    """The stack may end in anything that is called on the way; what calls itself leads."""
    seen = Counter((frame.file, frame.function) for frame in exception.frames)
    for depth, place in enumerate(calls):
        if seen[place.frame.file, place.frame.function] > 1:
            return Lead(depth, "calls itself without end")
    return Lead(0)


def _refused(calls: Sequence[Place], statement: ast.Raise | ast.Assert, users: Users) -> Lead:
    """A helper that refuses what it gets did its work; who called it leads."""
    first = calls[0]
    if isinstance(statement, ast.Raise) and _is_again(first, statement):
        return Lead(0)
    tests = conditions(first.source, statement)
    ways = [way for test in tests for way in origins(function_of(first), test)]
    if len(calls) == 1 or not _is_about_others(ways):
        return Lead(0, ways=tuple(ways))
    name = _called_as(first)
    meant = _CHECKS.match(name) or name in _LOOKUPS
    if not meant and users(name) < FEW:
        return Lead(0, ways=tuple(ways))
    why = f"was refused by {first.function}"
    for landed in (landing(calls, test) for test in tests):
        if landed.depth:
            return Lead(landed.depth, why, landed.ways)
    return Lead(next((n for n, each in _outer(calls) if users(_called_as(each)) < FEW), 1), why)


def _is_again(place: Place, statement: ast.Raise) -> bool:
    """Whether a `raise` lets go on what its handler caught."""
    caught = [
        node.name for node in place.source.around(place.line) if isinstance(node, ast.ExceptHandler)
    ]
    again = statement.exc
    return again is None or (isinstance(again, ast.Name) and again.id in caught)


def _outer(calls: Sequence[Place]) -> list[tuple[int, Place]]:
    """The calls further out that do more than hand on to one of the same name."""
    name = _called_as(calls[0])
    return [
        (n, each)
        for n, each in enumerate(calls[: FURTHEST + 1])
        if n and not passes_on(each) and _called_as(each) != name
    ]


def _called_as(place: Place) -> str:
    """The name of a call that leads there; a constructor is called by its class."""
    names = place.function.split(".")
    return names[-2] if names[-1] == "__init__" and len(names) > 1 else names[-1]


def _is_about_others(ways: Sequence[Origin]) -> bool:
    """Whether a refusal depends on what the caller gave or did before; or on nothing at all."""
    if not ways or any(isinstance(way, Parameter) for way in ways):
        return True
    held = any(isinstance(way, Held) for way in ways)
    return held and all(isinstance(way, Held | Here) for way in ways)


def answers(calls: Sequence[Place]) -> bool:
    """Whether the innermost call raises on purpose, for an `except` that it is in or is called
    from."""
    statement = statement_at(calls[0].source, calls[0].line) if calls else None
    deliberate = isinstance(statement, ast.Raise) and statement.exc is not None
    return deliberate and any(_is_in_handler(place) for place in calls)


def _is_in_handler(place: Place) -> bool:
    return any(
        isinstance(node, ast.ExceptHandler) and node.lineno < place.line
        for node in place.source.around(place.line)
    )


def passes_on(place: Place) -> bool:
    """Whether a line only hands on all arguments that its function got: `call(*args, **kwargs)`."""
    function = function_of(place)
    rest = function.args.vararg if function else None
    statement = statement_at(place.source, place.line) if rest else None
    return statement is not None and any(
        isinstance(node, ast.Starred)
        and isinstance(node.value, ast.Name)
        and node.value.id == rest.arg
        for node in ast.walk(statement)
        if rest is not None
    )
