"""How a file can write a name of a module: by an import that it has, or by one that it gets."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

import libcst as cst

from errwatch.fix.recipes.imports import Import, bound_by_import
from errwatch.fix.recipes.mentions import binders
from errwatch.fix.recipes.source import Source


@dataclass(frozen=True, slots=True)
class Bound:
    """An imported name."""

    alias: cst.ImportAlias
    given: Import

    @property
    def full(self) -> str:
        """What it is."""
        return self.given.module + (f".{self.given.name}" if self.given.name else "")

    @property
    def local(self) -> str:
        """How the file writes it: `a.b` after `import a.b`."""
        plain = self.given.name is None and self.given.alias is None
        return self.given.module if plain else self.given.binds


@dataclass(frozen=True, slots=True)
class Spelling:
    text: str
    needs: Import | None = None


def bounds(source: Source) -> list[Bound]:
    return [Bound(*pair) for pair in bound_by_import(source)]


def is_taken(tree: ast.Module, name: str) -> bool:
    """Whether the file binds a name to something other than the package of that name."""
    return any(
        not (isinstance(n, ast.alias) and n.name.split(".")[0] == name and not n.asname)
        for n in binders(tree, name)
    )


def spelled(
    source: Source, tree: ast.Module, full: str, without: Collection[cst.ImportAlias] = ()
) -> Spelling | None:
    """The shortest way that no other use of the names forbids. Imports in `without` are leaving."""
    module, _, name = full.rpartition(".")
    for bound in bounds(source):
        if bound.alias in without or not _at_top(source, bound.alias):
            continue
        if bound.full == full:
            return Spelling(bound.local)
        if bound.full == module:
            return Spelling(f"{bound.local}.{name}")
    if not is_taken(tree, full.split(".")[0]):
        return Spelling(full, Import(module or full))
    return None if not module or binders(tree, name) else Spelling(name, Import(module, name))


def _at_top(source: Source, alias: cst.ImportAlias) -> bool:
    line = source.parent(source.parent(alias))
    return source.parent(line) is source.module
