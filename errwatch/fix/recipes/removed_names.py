"""Rewrites removed names in one file: imports of them, uses of them, and the imports they need."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import libcst as cst

from errwatch.fix.recipes.import_edits import Change, edited
from errwatch.fix.recipes.imports import Import, add_import
from errwatch.fix.recipes.mentions import binders
from errwatch.fix.recipes.modules import parsed
from errwatch.fix.recipes.removed_calls import adapted
from errwatch.fix.recipes.removed_table import LEAVES, Api, below, is_removed_builtin
from errwatch.fix.recipes.source import Refusal, Source, Splice
from errwatch.fix.recipes.spelling import Bound, Spelling, bounds, is_taken, spelled

Wanted = Callable[[str], Api | None]
"""The table's entry for a full name, if the rewrite is about it."""

OTHER_PYTHONS = ("PY2", "PY3", "version_info", "hexversion", "TYPE_CHECKING")
SHIM_ERRORS = ("ImportError", "ModuleNotFoundError", "AttributeError", "NameError")


@dataclass(frozen=True, slots=True)
class Use:
    """An expression that is a removed name."""

    node: cst.Name | cst.Attribute
    api: Api

    @property
    def leaf(self) -> str:
        return self.api.new.rpartition(".")[2]


class Names:
    """One rewrite of one file.

    `wanted` tells the removed names that it is about; `line` is where the error came up; `exported`
    tells local names that other files import from this one, which must stay; `gone` is a module of
    which nothing may be left.
    """

    def __init__(
        self,
        source: Source,
        wanted: Wanted,
        line: int,
        exported: Callable[[str], bool],
        gone: str | None = None,
    ) -> None:
        self.source = source
        self.wanted = wanted
        self.line = line
        self.exported = exported
        self.gone = gone
        self.tree = parsed(source.text) or ast.Module([], [])
        self.bounds = bounds(source)
        self.changes: dict[cst.ImportAlias, Change] = {}
        self.added: set[Import] = set()
        self.replaced: set[Api] = set()

    def rewritten(self) -> str | Refusal:
        """The new text."""
        removed = [b for b in self.bounds if self.wanted(b.full) and not self._is_shim(b.alias)]
        self.changes = {bound.alias: self._import(bound) for bound in removed}
        uses = [use for use in self._uses() if not self._is_shim(use.node)]
        self.replaced = {use.api for use in uses} | {self._api(bound) for bound in removed}
        gone = [b.alias for b in self.bounds if self.gone and is_in(b.full, self.gone)]
        if not any(self._is_here(node) for node in [*self.changes, *gone, *(u.node for u in uses)]):
            return Refusal("the line does not use what was removed")
        splices = self._all_uses(uses)
        if isinstance(splices, Refusal):
            return splices
        self._replace_carriers(uses)
        if left := self._left():
            return Refusal(f"no replacement is known for {', '.join(left)}")
        edits = edited(self.source, self.changes)
        if isinstance(edits, Refusal):
            return edits
        return self._with_added(self.source.spliced([*splices, *edits]))

    def _with_added(self, text: str) -> str | Refusal:
        for new in sorted(self.added, key=str):
            source = Source.parse(text)
            if source is None:
                return Refusal("the rewritten file does not parse")
            at_top = any(self.source.covers(node, self.line) for node in self.source.module.body)
            text = source.spliced([add_import(source, new, self.line if at_top else None)])
        return text

    def _is_here(self, node: cst.CSTNode) -> bool:
        """Whether the statement that a node is in covers the line of the error."""
        around = [node, *self.source.parents(node)]
        small = next((n for n in around if isinstance(n, cst.BaseSmallStatement)), node)
        return self.source.covers(small, self.line)

    def _is_shim(self, node: cst.CSTNode) -> bool:
        """Whether code around a node, away from the error, chooses by the version of Python."""
        return any(
            _chooses(self.source, outer) and not self.source.covers(outer, self.line)
            for outer in self.source.parents(node)
        )

    def _uses(self) -> Iterator[Use]:
        local = {bound.given.binds for bound in self.bounds}
        for node in self.source.all_nodes:
            match node:
                case cst.Attribute(attr=cst.Name(value=name)) if name in LEAVES:
                    names = self.source.imported_as(node)
                case cst.Name(value=name) if name in local:
                    names = self.source.imported_as(node)
                case cst.Name(value=name) if is_removed_builtin(name):
                    names = self._unbound(node)
                case _:
                    continue
            api = self.wanted(next(iter(names))) if len(names) == 1 else None
            if api and api.old in names and not self._in_import(node):
                yield Use(node, api)

    def _unbound(self, node: cst.Name) -> set[str]:
        """A name that nothing binds was a builtin once."""
        parent = self.source.parent(node)
        part = isinstance(parent, cst.Attribute) and parent.attr is node
        part = part or (isinstance(parent, cst.Arg) and parent.keyword is node)
        return set() if part or binders(self.tree, node.value) else {f"builtins.{node.value}"}

    def _in_import(self, node: cst.CSTNode) -> bool:
        return any(isinstance(p, cst.Import | cst.ImportFrom) for p in self.source.parents(node))

    def _api(self, bound: Bound) -> Api:
        api = self.wanted(bound.full)
        assert api is not None
        return api

    def _import(self, bound: Bound) -> Change:
        """What stands in for the import of a removed name."""
        api = self._api(bound)
        new = api.new + bound.full[len(api.old) :]
        parent, _, leaf = new.rpartition(".")
        if parent == "builtins":
            return ()
        alias = bound.given.alias
        if bound.given.name is None:
            taken = (
                alias is None and "." not in bound.full and is_taken(self.tree, new.split(".")[0])
            )
            return (Import(new, None, bound.full if taken else alias),)
        renamed = alias is None and leaf != bound.given.name
        if renamed and (is_taken(self.tree, leaf) or self.exported(bound.given.name)):
            alias = bound.given.name
        return (Import(parent, leaf, alias) if parent else Import(leaf, None, alias),)

    def _all_uses(self, uses: list[Use]) -> list[Splice] | Refusal:
        splices: list[Splice] = []
        for use in uses:
            for found in (self._use(use), adapted(self.source, use.node, use.api)):
                if isinstance(found, Refusal):
                    return found
                splices += found
        return splices

    def _use(self, use: Use) -> list[Splice] | Refusal:
        code = self.source.code(use.node)
        for bound in self.bounds:
            if bound.alias in self.changes and bound.local == code and bound.full == use.api.old:
                new = self.changes[bound.alias]
                text = Bound(bound.alias, new[0]).local if new else use.leaf
                return [] if text == code else [self.source.replace(use.node, text)]
        old, home = use.api.old.rpartition(".")[0], use.api.new.rpartition(".")[0]
        if old == "builtins" != home:
            self.added.add(Import(home, use.leaf))
            return []
        if isinstance(use.node, cst.Attribute) and old == home:
            return [self.source.replace(use.node.attr, use.leaf)]
        return self._moved(use)

    def _moved(self, use: Use) -> list[Splice] | Refusal:
        """A use that has to be written in another way."""
        if use.api.new.startswith("builtins."):
            new = None if binders(self.tree, use.leaf) else Spelling(use.leaf)
        else:
            new = spelled(self.source, self.tree, use.api.new, self.changes)
        if new is None:
            return Refusal(f"the file uses the name {use.leaf} for something else")
        self.added |= {new.needs} if new.needs else set()
        return [self.source.replace(use.node, new.text)]

    def _replace_carriers(self, uses: list[Use]) -> None:
        """`import old` goes where nothing needs it any more; the new imports take its place."""
        for bound in self.bounds:
            carried = any(use.api.old.startswith(f"{bound.full}.") for use in uses)
            if not carried or bound.alias in self.changes or self._is_shim(bound.alias):
                continue
            if not self._is_needed(bound, uses) and not self.exported(bound.given.binds):
                self.changes[bound.alias] = tuple(sorted(self.added, key=str))
                self.added.clear()

    def _left(self) -> list[str]:
        """What is still taken from the module that is gone."""
        if self.gone is None:
            return []
        kept = [b for b in self.bounds if is_in(b.full, self.gone) and b.alias not in self.changes]
        if all(self._is_shim(bound.alias) for bound in kept):
            return []
        names = {n for a in self.source.nodes(cst.Attribute) for n in self.source.imported_as(a)}
        unknown = {n for n in names if is_in(n, self.gone) and not below(n) and not self.wanted(n)}
        return sorted(unknown or {bound.full for bound in kept})

    def _is_needed(self, bound: Bound, uses: list[Use]) -> bool:
        """Whether the name is used for something that stays in its module."""
        moved = {use.node for use in uses if not is_home(use.api.new, bound.full)}
        return any(
            node.value == bound.given.binds
            and not self._in_import(node)
            and not moved & {node, *self.source.parents(node)}
            for node in self.source.nodes(cst.Name)
        )


def is_home(name: str, module: str) -> bool:
    """Whether a full name is directly in the module."""
    return name.rpartition(".")[0] == module


def is_in(name: str, package: str) -> bool:
    """Whether a full name is the package, or something in it."""
    return f"{name}.".startswith(f"{package}.")


def _chooses(source: Source, outer: cst.CSTNode) -> bool:
    if isinstance(outer, cst.If | cst.IfExp):
        return any(word in source.code(outer.test) for word in OTHER_PYTHONS)
    if isinstance(outer, cst.Try):
        caught = [source.code(h.type) for h in outer.handlers if h.type is not None]
        return any(error in text for text in caught for error in SHIM_ERRORS)
    return False
