"""Correct a misspelt name where exactly one real name is near."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping

import libcst as cst

from errwatch.fix.recipes.classes import attributes, classes
from errwatch.fix.recipes.distance import nearest
from errwatch.fix.recipes.mentions import introduces, mentions
from errwatch.fix.recipes.modules import file_of, parsed
from errwatch.fix.recipes.place import ENGINE, Place, locate
from errwatch.fix.recipes.removed_table import is_removed_builtin
from errwatch.fix.recipes.source import Source
from errwatch.fix.recipes.spelling import bounds
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

NO_ATTRIBUTE = re.compile(r"(?:type object )?'([\w.]+)' (?:object )?has no attribute '(\w+)'")
NO_MODULE_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
CANNOT_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
UNDEFINED = re.compile(r"name '(\w+)' is not defined")

Names = Mapping[str, bool]
"""The names that exist, each with whether it is there to be called."""
Answer = Candidate | Declined | None

BUILTINS = {name: name.islower() for name in dir(builtins) if not name.startswith("_")}
"""Exceptions are named in many ways; a function or a type that is not called is no good guess."""


class NearMiss:
    """Renames each use of a misspelt name in the culprit's file.

    Applies to an attribute of a class that the repository defines once and shows in full, an
    attribute or an import of a module of the repository, or a variable, where one name that exists
    is nearest: one slip away, two in a word of eight letters or more. A slip never touches the
    first letter or a digit: `encode` is no misspelling of `decode`, nor `host1` of `host2`.
    Declines where another name is as near, where the misspelt name is introduced or used elsewhere
    in the repository (then it is no slip), and where a method would stand in for a value. That the
    right name was found is for the reproduction to prove.
    """

    id = "near-miss"

    def propose(self, problem: Problem) -> Answer:
        place = locate(problem)
        if isinstance(place, Declined) or not place.innermost:
            return None
        tree, message = problem.tree, place.error.message
        match place.error.type:
            case "NameError" if found := UNDEFINED.match(message):
                return _variable(found[1], place, tree)
            case "AttributeError" if found := NO_MODULE_ATTRIBUTE.match(message):
                return _of_module(found[2], found[1], place, tree)
            case "ImportError" if found := CANNOT_IMPORT.match(message):
                return _of_module(found[1], found[2], place, tree)
            case "AttributeError" if found := NO_ATTRIBUTE.match(message):
                return _of_object(found[2], found[1], place, tree)
        return None


def _of_object(name: str, owner: str, place: Place, tree: Tree) -> Answer:
    if not classes(tree, owner):
        return None
    names = attributes(tree, owner)
    if names is None:
        return place.declined(f"the text of {owner} does not show all of its attributes")
    return _corrected(name, names, f"{owner} has", place, tree)


def _of_module(name: str, module: str, place: Place, tree: Tree) -> Answer:
    file = file_of(module, place.file, tree.files())
    if file is None:
        return None
    names = _defined(file, tree)
    if names is None:
        return place.declined(f"the text of {file} does not show all of its names")
    return _corrected(name, names, f"{module} has", place, tree)


def _defined(file: str, tree: Tree) -> Names | None:
    """The names that a module defines; None where its text does not show them."""
    module = parsed(tree.read(file))
    if module is None:
        return None
    names = _bound(module)
    star = any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(module))
    return None if star or "__getattr__" in names else dict.fromkeys(names, False)


def _variable(name: str, place: Place, tree: Tree) -> Answer:
    """The names in scope: of the functions around the line, of the module, and the builtins."""
    module = parsed(place.text)
    if module is None or is_removed_builtin(name):
        return None
    names = _bound(module)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _spans(node, place.line):
            names |= _bound(node) | {
                arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)
            }
    known = BUILTINS | dict.fromkeys(names, False)
    return _corrected(name, known, "in scope is", place, tree)


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _bound(node: ast.AST) -> set[str]:
    """The names that the statements of one scope bind."""
    names: set[str] = set()
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(child.name)
                continue
            case ast.Name(ctx=ast.Store()):
                names.add(child.id)
            case ast.alias():
                names.add((child.asname or child.name).split(".")[0])
            case ast.ExceptHandler(name=str() as caught):
                names.add(caught)
            case ast.Lambda():
                continue
        names |= _bound(child)
    return names


def _corrected(name: str, names: Names, has: str, place: Place, tree: Tree) -> Candidate | Declined:
    source = Source.parse(place.text)
    if source is None:
        return place.declined("the file does not parse")
    uses = list(_uses(source, name, place, tree))
    called = all(_is_called(source, use) for use in uses)
    near = nearest(name, names)
    if len(near) > 1 and not called:
        near = [each for each in near if not names[each]]
    if len(near) != 1:
        what = f"several names are as near to {name}" if near else f"no name is near to {name}"
        return place.declined(f"{what}: {has} {', '.join(near)}" if near else what)
    if elsewhere := next(_elsewhere(name, place, tree), None):
        return place.declined(f"{name} is no slip: {elsewhere}")
    if not any(source.covers(use, place.line) for use in uses):
        return place.declined(f"the line does not use {name}")
    if names[near[0]] and not called:
        return place.declined(f"{near[0]} is there to be called, and {name} is used as a value")
    return _candidate(place, name, near[0], f"{has} {near[0]}", source, uses)


def _elsewhere(name: str, place: Place, tree: Tree) -> Iterator[str]:
    """Where the repository knows the name: the place of one introduction or use."""
    for file, module in mentions(tree, name, tests=True):
        if module is None or (file != place.file and _used(module, name)):
            yield f"{file} uses it"
            continue
        for node in ast.walk(module):
            own_import = file == place.file and isinstance(node, ast.alias)
            if introduces(node, name) and not own_import:
                yield f"{file}:{getattr(node, 'lineno', 1)} introduces it"


def _used(module: ast.Module, name: str) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr == name)
        or (isinstance(node, ast.Name) and node.id == name)
        for node in ast.walk(module)
    )


def _uses(source: Source, name: str, place: Place, tree: Tree) -> Iterator[cst.Name]:
    """The places of the name in the file; not those that other packages answer for."""
    files = tree.files()
    foreign = {
        bound.local
        for bound in bounds(source)
        if not any(file_of(m, place.file, files) for m in (bound.full, bound.given.module))
    }
    for node in source.nodes(cst.Name):
        owner = source.parent(node)
        outside = isinstance(owner, cst.Attribute) and source.code(owner.value) in foreign
        if node.value == name and not outside:
            yield node


def _is_called(source: Source, use: cst.Name) -> bool:
    parent = source.parent(use)
    callee = parent if isinstance(parent, cst.Attribute) and parent.attr is use else use
    call = source.parent(callee)
    return isinstance(call, cst.Decorator) or (isinstance(call, cst.Call) and call.func is callee)


def _candidate(
    place: Place, name: str, right: str, exists: str, source: Source, uses: list[cst.Name]
) -> Candidate:
    after = source.spliced(source.replace(use, right) for use in uses)
    return Candidate(
        engine=ENGINE,
        recipe=NearMiss.id,
        title=f"Correct {name} to {right} in {place.file}",
        rationale=(
            f"{place} uses {name}, which nothing in the repository introduces. Of the names that "
            f"exist, one is nearest: {exists}."
        ),
        edits=(Edit(place.file, place.text, after),),
        confidence=0.7,
    )
