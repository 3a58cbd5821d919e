"""Follow a bad value outwards through the calls of the trace, to where it was made."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from errwatch.analyze.origin import (
    SELVES,
    Origin,
    Parameter,
    called,
    is_handed_on,
    origins,
    parameters,
)
from errwatch.analyze.reaching import AnyFunction
from errwatch.code.place import Place


@dataclass(frozen=True, slots=True)
class Landing:
    """How far out a value was only handed on."""

    depth: int
    """Of the place that did not just get it, counted from the innermost."""
    ways: tuple[Origin, ...]
    """Where the value comes from there."""


def landing(calls: Sequence[Place], bad: ast.expr) -> Landing:
    """`calls` are the places of one exception, the innermost first; `bad` is in the first."""
    depth, node = 0, bad
    while True:
        function = function_of(calls[depth])
        ways = tuple(origins(function, node))
        handed = [way.name for way in ways if isinstance(way, Parameter)]
        if function is None or len(handed) != len(ways) or depth + 1 == len(calls):
            return Landing(depth, ways)
        if depth and not is_handed_on(function, node):
            return Landing(depth, ways)
        given = [one for name in handed for one in arguments(calls[depth + 1], function, name)]
        if not given:
            return Landing(depth, ways)
        depth, node = depth + 1, given[0]


def function_of(place: Place) -> AnyFunction | None:
    """The syntax of the function that a place is in."""
    around = [node for node in place.source.around(place.line) if isinstance(node, AnyFunction)]
    return around[-1] if around else None


def arguments(caller: Place, function: AnyFunction, name: str) -> list[ast.expr]:
    """What the call at a place hands `function` under a name."""
    around = caller.source.around(caller.line)
    calls = [
        node
        for node in (ast.walk(around[-1]) if around else ())
        if isinstance(node, ast.Call) and node.lineno <= caller.line <= (node.end_lineno or 0)
    ]
    named = [node for node in calls if called(node) == function.name]
    made = [node for node in calls if called(node)[:1].isupper() or called(node) == "cls"]
    fitting = named or (made if function.name in ("__init__", "__new__") else [])
    return [value for node in fitting[:1] for value in _passed(node, function, name)]


def _passed(call: ast.Call, function: AnyFunction, name: str) -> Iterator[ast.expr]:
    for keyword in call.keywords:
        if keyword.arg == name:
            yield keyword.value
            return
    names = parameters(function)
    names = names[1:] if names and names[0] in SELVES else names
    for argument, given in zip(names, call.args, strict=False):
        if isinstance(given, ast.Starred):
            yield given.value
            return
        if argument == name:
            yield given
            return
