"""Everywhere that a name may come from in a repository, importable or not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from errwatch.fix.policy import is_test
from errwatch.fix.recipes.distance import distance
from errwatch.fix.recipes.imports import Import
from errwatch.fix.recipes.mentions import introduces, mentions
from errwatch.fix.recipes.modules import absolute, dotted_name, file_of, parsed
from errwatch.fix.recipes.stdlib import is_module
from errwatch.fix.recipes.words import words
from errwatch.interfaces import Tree

Function = ast.FunctionDef | ast.AsyncFunctionDef


def imports(node: ast.AST, file: str, tree: Tree) -> Iterator[Import]:
    """What a statement imports, by absolute names."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.split(".", 1)[0]
            plain = not alias.asname and is_module(top)
            yield Import(top if plain else alias.name, None, alias.asname)
    elif isinstance(node, ast.ImportFrom):
        base = absolute("." * node.level + (node.module or ""), file, tree.files())
        yield from (Import(base, alias.name, alias.asname) for alias in node.names)


def origins(name: str, without: str, tree: Tree) -> Iterator[tuple[str, Import]]:
    """Each place that introduces the name where it could be imported or meant from, whatever
    surrounds it, with where it is at home; not the variables and methods of that name."""
    for file, module in mentions(tree, name):
        if file != without and module is not None:
            for node in _lasting(module):
                for given in imports(node, file, tree):
                    if given.binds == name:
                        yield file, home(given, file, tree)
                if not isinstance(node, ast.alias | ast.Constant) and introduces(node, name):
                    yield file, Import(dotted_name(file, tree.files()), name)
    for file in tree.files():
        path = PurePosixPath(file)
        own = path.parent.name if path.name == "__init__.py" else path.stem
        if own == name and path.suffix == ".py" and not is_test(file):
            yield file, Import(dotted_name(file, tree.files()))


def _lasting(node: ast.AST, *, inside: bool = False) -> Iterator[ast.AST]:
    """The nodes that bind names for longer than a call; inside functions and classes only
    imports, definitions that are no methods, and `global`."""
    for child in ast.iter_child_nodes(node):
        method = isinstance(node, ast.ClassDef) and isinstance(child, Function)
        kept = ast.Import | ast.ImportFrom | Function | ast.ClassDef | ast.Global
        variable = isinstance(child, ast.Name | ast.MatchAs | ast.MatchStar | ast.MatchMapping)
        if not method and (isinstance(child, kept) or (variable and not inside)):
            yield child
        yield from _lasting(child, inside=inside or isinstance(child, Function | ast.ClassDef))


def home(given: Import, near: str, tree: Tree) -> Import:
    """Where an imported name is defined, as far as the repository passes it on."""
    seen: set[Import] = set()
    while given not in seen:
        seen.add(given)
        if given.name is None:
            break
        if file_of(f"{given.module}.{given.name}", near, tree.files()):
            return Import(f"{given.module}.{given.name}")
        file = file_of(given.module, near, tree.files())
        module = parsed(tree.read(file)) if file else None
        if file is None or module is None:
            break
        passed = [
            each
            for node in module.body
            for each in imports(node, file, tree)
            if each.binds == given.name
        ]
        given, near = (passed[0], file) if passed else (given, near)
    return Import(given.module, given.name)


def alike(name: str, module: ast.Module) -> str | None:
    """A name of the file that may be meant instead: a slip away, or with the same words."""
    for node in ast.walk(module):
        known = node.id if isinstance(node, ast.Name) else getattr(node, "arg", None)
        if isinstance(known, str) and known != name and _alike(name, known):
            return known
    return None


def _alike(name: str, other: str) -> bool:
    mine, others = words(name), words(other)
    shared = set(mine) <= set(others) or set(others) <= set(mine)
    return (shared and bool(mine and others)) or distance(name.lower(), other.lower()) <= 2
