"""Whether the type that an error names is the one that had a removed method."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from errwatch.fix.recipes.classes import lineage
from errwatch.fix.recipes.mentions import mentions
from errwatch.fix.recipes.modules import parsed
from errwatch.fix.recipes.origins import imports
from errwatch.fix.recipes.removed_table import BUILT_IN, METHODS, Api
from errwatch.interfaces import Tree

CASES = frozenset({"unittest.TestCase", "unittest.IsolatedAsyncioTestCase", "django.test.TestCase"})
"""What has the methods that the table gives no owner for."""


def had(owner: str, api: Api, tree: Tree) -> bool:
    """Whether a type is one that had the method, or derives from one in the repository. A class
    written in Python is given without its module: then imports must show which one it is."""
    types = api.owners or CASES
    own, foreign = lineage(tree, owner)
    if own:
        return any(_is_type(name, file, types, tree) for name, file in foreign)
    return (owner in types & BUILT_IN and not _defined(owner, tree)) or _is_type(
        owner, None, types, tree
    )


def _is_type(name: str, file: str | None, types: frozenset[str], tree: Tree) -> bool:
    """Whether a name in a file, or in every file that has it, is one of the types."""
    if file is not None and name in types & BUILT_IN:
        return True
    files = [file] if file else [each for each, _ in mentions(tree, name)]
    given = {home for each in files for home in _homes(each, name, tree)}
    known = {full.rpartition(".")[0] for full in types if full.rpartition(".")[2] == name}
    return bool(given) and given <= known and not _defined(name, tree)


def _homes(file: str, name: str, tree: Tree) -> Iterator[str]:
    """The modules that a file may have the class of a name from: by an import of the class, or by
    `module.name` where it imports a module that has such a class."""
    module = parsed(tree.read(file))
    known = {full for api in METHODS for full in api.owners or CASES}
    for node in ast.walk(module) if module else ():
        for each in imports(node, file, tree):
            top = f"{each.module}.{each.name}" if each.name else each.module
            if each.binds == name and each.name == name:
                yield each.module
            yield from (
                full.rpartition(".")[0]
                for full in known
                if full.rpartition(".")[2] == name and f"{full}.".startswith(f"{top}.")
            )


def _defined(name: str, tree: Tree) -> bool:
    """Whether the repository has a class of that name."""
    return any(
        isinstance(node, ast.ClassDef) and node.name == name
        for _, module in mentions(tree, name)
        for node in (ast.walk(module) if module else ())
    )
