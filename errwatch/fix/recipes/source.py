"""A parsed file: LibCST tells where each node stands, and changes are made in the text itself.

What no splice touches stays as it was, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import libcst as cst
from libcst.metadata import (
    ByteSpanPositionProvider,
    CodeSpan,
    MetadataWrapper,
    ParentNodeProvider,
    QualifiedNameSource,
    Scope,
    ScopeProvider,
)

BOM = "\ufeff"
Node = TypeVar("Node", bound=cst.CSTNode)


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Replace the bytes from `start` to `end` of the UTF-8 text; equal ends insert."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text cannot be rewritten."""

    reason: str


class Source:
    """A Python file that LibCST can read. `parse` gives None for any other.

    LibCST goes down a tree by recursion, at `parse` and at the first look at a place or a scope:
    both raise RecursionError for code that is too deeply nested.
    """

    def __init__(self, text: str, wrapper: MetadataWrapper) -> None:
        self.text = text
        self.bytes = text.encode()
        self.newline = wrapper.module.default_newline
        self.module = wrapper.module
        self._wrapper = wrapper
        self.head = len(BOM.encode()) if text.startswith(BOM) else 0

    @classmethod
    def parse(cls, text: str) -> Source | None:
        bare = text.removeprefix(BOM)
        try:
            module = cst.parse_module(bare)
        except (cst.ParserSyntaxError, cst.CSTValidationError):
            return None
        # LibCST drops blanks after the last statement; up to there, positions hold.
        if not bare.startswith(module.with_changes(footer=()).code.rstrip()):
            return None
        return cls(text, MetadataWrapper(module, unsafe_skip_copy=True))

    @cached_property
    def _spans(self) -> Mapping[cst.CSTNode, CodeSpan]:
        return self._wrapper.resolve(ByteSpanPositionProvider)

    @cached_property
    def _parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        return self._wrapper.resolve(ParentNodeProvider)

    @cached_property
    def _scopes(self) -> Mapping[cst.CSTNode, Scope | None]:
        return self._wrapper.resolve(ScopeProvider)

    @cached_property
    def all_nodes(self) -> Sequence[cst.CSTNode]:
        """In the order of the text."""
        found: list[cst.CSTNode] = []
        waiting: list[cst.CSTNode] = [self.module]
        while waiting:
            found.append(waiting.pop())
            waiting += reversed(found[-1].children)
        return found

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """All nodes of a kind, in the order of the text."""
        return (node for node in self.all_nodes if isinstance(node, kind))

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end of a node in bytes, without parentheses or blanks around it."""
        span = self._spans[node]
        start = span.start + self.head
        return start, start + span.length

    def offset(self, line: int, column: int) -> int:
        """The byte at which a line has a column, as syntax trees count both."""
        start = self.head
        for _ in range(line - 1):
            start = self.bytes.index(b"\n", start) + 1
        return start + column

    def code(self, node: cst.CSTNode) -> str:
        start, end = self.span(node)
        return self.bytes[start:end].decode()

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """First and last line of a node."""
        start, end = self.span(node)
        first = self.bytes.count(b"\n", 0, start) + 1
        return first, first + self.bytes.count(b"\n", start, end)

    def covers(self, node: cst.CSTNode, line: int) -> bool:
        first, last = self.lines(node)
        return first <= line <= last

    def parents(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node is in, from the inside out."""
        while (parent := self._parents.get(node)) is not None:
            yield parent
            node = parent

    def parent(self, node: cst.CSTNode) -> cst.CSTNode:
        return self._parents[node]

    def scope(self, node: cst.CSTNode) -> Scope | None:
        return self._scopes.get(node)

    def imported_as(self, node: cst.CSTNode) -> set[str]:
        """The full names that an expression may have by the file's imports and the builtins."""
        scope = self.scope(node)
        found = scope.get_qualified_names_for(node) if scope else set()
        return {name.name for name in found if name.source is not QualifiedNameSource.LOCAL}

    def replace(self, node: cst.CSTNode, text: str) -> Splice:
        return Splice(*self.span(node), text)

    def spliced(self, splices: Iterable[Splice]) -> str:
        """The text with the splices made. They must not overlap."""
        parts, position = [], 0
        for splice in sorted(set(splices)):
            assert splice.start >= position
            parts += [self.bytes[position : splice.start], splice.text.encode()]
            position = splice.end
        return b"".join([*parts, self.bytes[position:]]).decode()
