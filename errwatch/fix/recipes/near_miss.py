"""Correct a misspelt name where exactly one real name is near."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping

import libcst as cst

from errwatch import lazy_re as re
from errwatch.fix.recipes.classes import attributes, classes
from errwatch.fix.recipes.distance import differing, nearest
from errwatch.fix.recipes.mentions import binders, introduces, mentions
from errwatch.fix.recipes.modules import file_of, parsed
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.removed_table import is_removed_builtin
from errwatch.fix.recipes.sameness import of_import, of_object, of_variable
from errwatch.fix.recipes.source import Refusal, Source
from errwatch.fix.recipes.words import is_word, known
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

NO_ATTRIBUTE = re.compile(r"(?:type object )?'([\w.]+)' (?:object )?has no attribute '(\w+)'")
NO_MODULE_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
CANNOT_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
UNDEFINED = re.compile(r"name '(\w+)' is not defined")

Names = Mapping[str, bool]
"""The names that exist, each with whether it is there to be called."""
Answer = Candidate | Declined | None

Finder = Callable[[Source, str, int], list[cst.Name] | Refusal]
"""Finds the uses of a name that mean the same as the one on a line."""
LEFT = " The file uses {} of other objects as well; those stay as they are, to be looked at."

BUILTINS = {name: name.islower() for name in dir(builtins) if not name.startswith("_")}
"""Exceptions are named in many ways; a function or a type that is not called is no good guess."""


class NearMiss:
    """Renames a misspelt name where it failed, and where it surely means the same.

    Applies to an attribute of a class that the repository defines once and shows in full, an
    attribute or an import of a module of the repository, or a variable, where one name that exists
    is one slip away. The names must differ in one word only, and that word must not be another
    word: `encode` is no misspelling of `decode`, nor `update` of `updated`. Declines where another
    name is as near, where the misspelt name or its odd word occurs elsewhere in the repository
    (then it is no slip), and where a method would stand in for a value. The same attribute of
    objects that cannot be told stays. That the right name was found is for the reproduction to
    prove.
    """

    id = "near-miss"

    def propose(self, problem: Problem, place: Place) -> Answer:
        if not place.innermost:
            return None
        tree, message = problem.tree, place.error.message
        match place.error.type:
            case "NameError" if found := UNDEFINED.match(message):
                return _variable(found[1], place, tree)
            case "AttributeError" if found := NO_MODULE_ATTRIBUTE.match(message):
                return _of_module(found[2], found[1], of_object, place, tree)
            case "ImportError" if found := CANNOT_IMPORT.match(message):
                return _of_module(found[1], found[2], of_import, place, tree)
            case "AttributeError" if found := NO_ATTRIBUTE.match(message):
                return _of_object(found[2], found[1], place, tree)
        return None


def _of_object(name: str, owner: str, place: Place, tree: Tree) -> Answer:
    if not classes(tree, owner):
        return None
    names = attributes(tree, owner)
    if names is None:
        return place.declined(f"the text of {owner} does not show all of its attributes")
    return _corrected(name, names, f"{owner} has", of_object, place, tree)


def _of_module(name: str, module: str, uses: Finder, place: Place, tree: Tree) -> Answer:
    file = file_of(module, place.file, tree.files())
    if file is None:
        return None
    names = _defined(file, tree)
    if names is None:
        return place.declined(f"the text of {file} does not show all of its names")
    return _corrected(name, names, f"{module} has", uses, place, tree)


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
    module = place.module
    if module is None or is_removed_builtin(name):
        return None
    names = _bound(module)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _spans(node, place.line):
            names |= _bound(node) | {
                arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)
            }
    known = BUILTINS | dict.fromkeys(names, False)
    return _corrected(name, known, "in scope is", of_variable, place, tree)


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


def _corrected(
    name: str, names: Names, has: str, uses: Finder, place: Place, tree: Tree
) -> Candidate | Declined:
    source = place.source
    if source is None:
        return place.declined("the file does not parse")
    near = nearest(name, names)
    found = uses(source, name, place.line)
    called = not isinstance(found, Refusal) and all(_is_called(source, use) for use in found)
    if len(near) > 1 and not called:
        near = [each for each in near if not names[each]]
    if len(near) != 1:
        what = f"several names are as near to {name}" if near else f"no name is near to {name}"
        return place.declined(f"{what}: {has} {', '.join(near)}" if near else what)
    if elsewhere := next(_elsewhere(name, near[0], place, tree), None):
        return place.declined(f"{name} is no slip: {elsewhere}")
    if isinstance(found, Refusal):
        return place.declined(found.reason)
    if names[near[0]] and not called:
        return place.declined(f"{near[0]} is there to be called, and {name} is used as a value")
    if uses is of_import and binders(place.module or ast.Module([], []), near[0]):
        return place.declined(f"the file uses the name {near[0]} for something else")
    return _candidate(place, name, near[0], f"{has} {near[0]}", source, found)


def _elsewhere(name: str, right: str, place: Place, tree: Tree) -> Iterator[str]:
    """Where the name or its odd word is known: a word that is common, or one place in the
    repository that introduces or uses it."""
    wrong, other = differing(name, right)
    if is_word(wrong):
        yield f"{wrong} and {other} are both words"
    for file, module in mentions(tree, name, tests=True):
        if module is None or (file != place.file and _used(module, name)):
            yield f"{file} uses it"
            continue
        for node in ast.walk(module):
            own_import = file == place.file and isinstance(node, ast.alias)
            if introduces(node, name) and not own_import:
                yield f"{file}:{getattr(node, 'lineno', 1)} introduces it"
    if (known_in := known(wrong, name, tree)) is not None:
        yield f"{known_in} has the word {wrong}"


def _used(module: ast.Module, name: str) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr == name)
        or (isinstance(node, ast.Name) and node.id == name)
        for node in ast.walk(module)
    )


def _is_called(source: Source, use: cst.Name) -> bool:
    parent = source.parent(use)
    callee = parent if isinstance(parent, cst.Attribute) and parent.attr is use else use
    call = source.parent(callee)
    return isinstance(call, cst.Decorator) or (isinstance(call, cst.Call) and call.func is callee)


def _candidate(
    place: Place, name: str, right: str, exists: str, source: Source, uses: list[cst.Name]
) -> Candidate:
    after = source.spliced(source.replace(use, right) for use in uses)
    left = sum(node.value == name for node in source.nodes(cst.Name)) - len(uses)
    return Candidate(
        engine=ENGINE,
        recipe=NearMiss.id,
        title=f"Correct {name} to {right} in {place.file}",
        rationale=(
            f"{place} uses {name}, which nothing in the repository introduces. Of the names that "
            f"exist, one is nearest: {exists}." + (LEFT.format(name) if left else "")
        ),
        edits=(Edit(place.file, place.text, after),),
        confidence=0.7,
    )
