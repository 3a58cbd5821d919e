"""One file of the repository: its lines and its functions."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from errwatch.code import grammars
from errwatch.code.function import Function

MODULE = "<module>"


@dataclass(frozen=True)
class SourceFile:
    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """As Python and git count them: no form feed or other separator ends a line."""
        text = self.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        return lines if lines[-1] else lines[:-1]

    @cached_property
    def module(self) -> ast.Module | None:
        """The syntax tree; None for another language, or another Python."""
        if not self.path.endswith((".py", ".pyi", ".pyw")):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text.removeprefix("\ufeff"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    @cached_property
    def functions(self) -> list[Function]:
        """Outer before inner; none where the file is in no language that is read here."""
        return self._read or []

    @cached_property
    def _read(self) -> list[Function] | None:
        if self.module is not None:
            return list(_functions(self.module))
        return grammars.functions(self.path, self.text)

    def function_at(self, line: int) -> str | None:
        """The innermost function at a line; None where the file could not be parsed."""
        if self._read is None:
            return None
        around = [function.name for function in self.functions if line in function]
        return around[-1] if around else MODULE

    def around(self, line: int) -> list[ast.stmt | ast.ExceptHandler]:
        """The Python statements and handlers that a line is in, outer before inner."""
        found: list[ast.stmt | ast.ExceptHandler] = []
        node: ast.AST | None = self.module
        while node is not None:
            inner = [child for child in ast.iter_child_nodes(node) if _spans(child, line)]
            node = inner[-1] if inner else None
            if isinstance(node, ast.stmt | ast.ExceptHandler):
                found.append(node)
        return found

    def code(self, line: int) -> str:
        """A line, stripped; empty beyond the end."""
        return self.lines[line - 1].strip() if 1 <= line <= len(self.lines) else ""


def _spans(node: ast.AST, line: int) -> bool:
    """Whether a statement, or a part of one that holds statements, spans a line."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno <= line <= (node.body[-1].end_lineno or 0)
    if not isinstance(node, ast.stmt | ast.ExceptHandler):
        return False
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _functions(module: ast.Module) -> Iterator[Function]:
    waiting: list[tuple[ast.AST, str]] = [(module, "")]
    while waiting:
        node, name = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{name}.{node.name}" if name else node.name
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield Function(name, first, node.end_lineno or node.lineno)
        waiting += [(child, name) for child in ast.iter_child_nodes(node)][::-1]
