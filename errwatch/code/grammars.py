"""Functions of files in JavaScript, TypeScript, Go and Java, by their tree-sitter grammars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from errwatch.code.function import Function

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LONGEST = 2_000_000
"""Bytes of a file that is parsed: what is longer was made by a program."""

_SCRIPT_NAMED = frozenset(
    [
        "function_declaration",
        "generator_function_declaration",
        "method_definition",
        "class_declaration",
        "class",
        "abstract_class_declaration",
        "internal_module",
        "function_signature",
    ]
)
_SCRIPT_HELD = frozenset({"arrow_function", "function_expression", "generator_function"})
"""Functions that have the name of what they are given to."""

_GO_NAMED = frozenset({"function_declaration", "method_declaration"})
_JAVA_NAMED = frozenset(
    [
        "class_declaration",
        "interface_declaration",
        "enum_declaration",
        "record_declaration",
        "method_declaration",
        "constructor_declaration",
        "compact_constructor_declaration",
    ]
)


@dataclass(frozen=True, slots=True)
class Grammar:
    package: str
    entry: str
    named: frozenset[str]
    """Nodes that have a name of their own."""
    held: frozenset[str] = frozenset()
    """Nodes that may get a name from the node around them."""


_JS = Grammar("tree_sitter_javascript", "language", _SCRIPT_NAMED, _SCRIPT_HELD)
_TS = Grammar("tree_sitter_typescript", "language_typescript", _SCRIPT_NAMED, _SCRIPT_HELD)
_TSX = Grammar("tree_sitter_typescript", "language_tsx", _SCRIPT_NAMED, _SCRIPT_HELD)

GRAMMARS = {
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), _JS),
    **dict.fromkeys((".ts", ".mts", ".cts"), _TS),
    ".tsx": _TSX,
    ".go": Grammar("tree_sitter_go", "language", _GO_NAMED),
    ".java": Grammar("tree_sitter_java", "language", _JAVA_NAMED),
}


def functions(path: str, text: str) -> list[Function] | None:
    """Functions and classes, outer before inner; None for a language that has no grammar here.

    What does not parse has the functions of its parts that do.
    """
    grammar = GRAMMARS.get(path[path.rfind(".") :])
    data = text.encode(errors="replace")
    if grammar is None or len(data) > LONGEST:
        return None
    return list(_below(_parser(grammar).parse(data).root_node, grammar))


@lru_cache(maxsize=8)
def _parser(grammar: Grammar) -> Parser:
    from tree_sitter import Language, Parser

    entry: Callable[[], object] = getattr(import_module(grammar.package), grammar.entry)
    return Parser(Language(entry()))


def _below(root: Node, grammar: Grammar) -> Iterator[Function]:
    waiting = [(root, "")]
    while waiting:
        node, outer = waiting.pop()
        name = _name(node, grammar)
        if name:
            outer = f"{outer}.{name}" if outer else name
            yield Function(outer, node.start_point[0] + 1, node.end_point[0] + 1)
        waiting += [(child, outer) for child in reversed(node.named_children)]


def _name(node: Node, grammar: Grammar) -> str:
    if node.type in grammar.named:
        name = _text(node.child_by_field_name("name"))
        return f"{_receiver(node)}{name}" if name else ""
    if node.type in grammar.held:
        return _text(node.child_by_field_name("name")) or _given_to(node)
    return ""


def _receiver(node: Node) -> str:
    """`func (s *Server[T]) Handle()` is a method of `Server`."""
    receiver = node.child_by_field_name("receiver") if node.type == "method_declaration" else None
    kind = _text(receiver).strip("()").split(" ")[-1].lstrip("*").partition("[")[0]
    return f"{kind}." if kind else ""


def _given_to(node: Node) -> str:
    """The name of the variable, property or field that a function is the value of."""
    around = node.parent
    if around is None:
        return ""
    for field in ("name", "key", "property", "left"):
        target = around.child_by_field_name(field)
        if target is not None and target.id != node.id:
            return _text(target).rpartition(".")[2].strip("'\"#")
    return ""


def _text(node: Node | None) -> str:
    return node.text.decode(errors="replace") if node is not None and node.text else ""
