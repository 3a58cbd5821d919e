"""Give a method the parameter for its object."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from errwatch.fix.recipes.mentions import mentions
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source, Splice
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

TOO_MANY = re.compile(
    r"(?:[\w.<>]*?(\w+)\.)?(\w+)\(\) takes (\d+) positional arguments? but (\d+) (?:was|were) given"
)
STATIC = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
"""Methods that Python itself does not call with an object."""
OBJECTS = frozenset({"self", "cls", "mcs", "_"})


class MissingSelf:
    """Adds `self` to a method that was called with one argument more than it takes.

    Applies to that TypeError where one class of the repository alone has a method of the name
    that takes so many, is not decorated, and does not begin with `self`. Declines where it is
    called through its class anywhere: then it is meant to be without an object.
    """

    id = "missing-self"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type != "TypeError":
            return None
        found = TOO_MANY.match(place.error.message)
        if not found or int(found[4]) != int(found[3]) + 1:
            return None
        methods = list(_methods(problem.tree, found[1], found[2], int(found[3])))
        if not methods:
            return None
        if len(methods) > 1:
            return place.declined(f"{found[2]} could be any of these", *map(str, methods))
        return _mended(methods[0], place, problem.tree)


@dataclass(frozen=True, slots=True)
class _Method:
    file: str
    owner: str
    node: ast.FunctionDef | ast.AsyncFunctionDef

    def __str__(self) -> str:
        return f"{self.file}:{self.node.lineno} {self.owner}.{self.node.name}"


def _methods(tree: Tree, owner: str | None, name: str, takes: int) -> Iterator[_Method]:
    for file, module in mentions(tree, name):
        for node in ast.walk(module) if module and file.endswith(".py") else ():
            if isinstance(node, ast.ClassDef) and owner in (None, node.name):
                yield from (
                    _Method(file, node.name, each)
                    for each in node.body
                    if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                    and each.name == name
                    and _lacks_self(each, takes)
                )


def _lacks_self(method: ast.FunctionDef | ast.AsyncFunctionDef, takes: int) -> bool:
    given = [*method.args.posonlyargs, *method.args.args]
    first = given[0].arg if given else ""
    plain = not method.decorator_list and method.args.vararg is None and method.name not in STATIC
    return plain and len(given) == takes and first not in OBJECTS


def _mended(method: _Method, place: Place, tree: Tree) -> Candidate | Declined:
    if called := _called_by_class(method, tree):
        return place.declined(
            f"{method.owner}.{method.node.name} is called without an object", called
        )
    text = tree.read(method.file)
    source = Source.parse(text) if text is not None else None
    if text is None or source is None:
        return place.declined("the file does not parse", method.file)
    start = _first_parameter(source, method)
    if start is None:
        return place.declined("the method cannot be read", str(method))
    arguments = method.node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.kwarg]
    splice = Splice(start, start, "self, " if any(given) else "self")
    name = f"{method.owner}.{method.node.name}"
    uses = any(isinstance(n, ast.Name) and n.id == "self" for n in ast.walk(method.node))
    return Candidate(
        engine=ENGINE,
        recipe=MissingSelf.id,
        title=f"Let {name} take its object",
        rationale=f"{place} calls {name}, which has no parameter for the object it is called on.",
        edits=(Edit(method.file, text, source.spliced([splice])),),
        confidence=0.9 if uses else 0.7,
    )


def _called_by_class(method: _Method, tree: Tree) -> str | None:
    """A place that uses the method as an attribute of its class."""
    for file, module in mentions(tree, method.owner, tests=True):
        for node in ast.walk(module) if module else ():
            match node:
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    if (owner, name) == (method.owner, method.node.name):
                        return f"{file}:{node.lineno}"
    return None


def _first_parameter(source: Source, method: _Method) -> int | None:
    """The byte after the opening parenthesis."""
    for node in source.nodes(cst.FunctionDef):
        if node.name.value == method.node.name and source.lines(node.name)[0] == method.node.lineno:
            end = source.span(node.name)[1]
            start = source.bytes.find(b"(", end)
            return start + 1 if not source.bytes[end:start].strip() else None
    return None
