"""Import statements: what one says, where a new one belongs, and how a name leaves one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

import libcst as cst
from libcst.helpers import get_full_name_for_node

from errwatch.fix.recipes.source import Source, Splice


@dataclass(frozen=True, slots=True)
class Import:
    """`import module [as alias]`, or `from module import name [as alias]`."""

    module: str
    """With leading dots where it is relative."""
    name: str | None = None
    alias: str | None = None

    @property
    def binds(self) -> str:
        return self.alias or self.name or self.module.split(".", 1)[0]

    @property
    def section(self) -> int:
        """The future, the standard library, packages, this package: in the usual order."""
        if self.module == "__future__":
            return 0
        if self.module.startswith("."):
            return 3
        return 1 if self.module.split(".", 1)[0] in sys.stdlib_module_names else 2

    def __str__(self) -> str:
        head = f"import {self.module}" if self.name is None else f"from {self.module} import "
        return head + (self.name or "") + (f" as {self.alias}" if self.alias else "")


@dataclass(frozen=True, slots=True)
class Line:
    """An import statement at the top of a module."""

    node: cst.SimpleStatementLine
    first: Import


def dotted(node: cst.ImportFrom) -> str:
    name = get_full_name_for_node(node.module) if node.module else ""
    return "." * len(node.relative) + (name or "")


def aliases(node: cst.Import | cst.ImportFrom) -> list[tuple[cst.ImportAlias, Import]]:
    """Each name that a statement imports; none for a star."""
    if isinstance(node.names, cst.ImportStar):
        return []
    return [(alias, _import(node, alias)) for alias in node.names]


def _import(node: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> Import:
    local = alias.evaluated_alias
    if isinstance(node, cst.Import):
        return Import(alias.evaluated_name, None, local)
    return Import(dotted(node), alias.evaluated_name, local)


def top_imports(source: Source, before: int | None = None) -> list[Line]:
    """The unconditional imports before the first definition, and before a line if one is given."""
    found = []
    for statement in source.module.body:
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            break
        if before is not None and source.lines(statement)[1] >= before:
            break
        if isinstance(statement, cst.SimpleStatementLine):
            match statement.body[0]:
                case cst.Import() | cst.ImportFrom() as node if aliases(node):
                    found.append(Line(statement, aliases(node)[0][1]))
    return found


def add_import(source: Source, new: Import, before: int | None = None) -> Splice:
    """The splice that adds an import at the top of the module, where its kind stands; `before` is
    the line of module-level code that needs it."""
    lines = top_imports(source, before)
    return _extended(source, new, lines) or _own_line(source, new, lines)


def _extended(source: Source, new: Import, lines: Sequence[Line]) -> Splice | None:
    """`from m import a, c` -> `from m import a, b, c`, where it fits on its line."""
    for line in lines:
        match line.node.body:
            case [cst.ImportFrom(lpar=None) as node] if new.name and dotted(node) == new.module:
                names = [given.name or "" for _, given in aliases(node)]
                text = str(Import("", new.name, new.alias)).removeprefix("from  import ")
                if len(source.code(node)) + len(text) > 86:
                    continue
                last = aliases(node)[-1][0]
                later = [a for a, given in aliases(node) if (given.name or "") > new.name]
                if later and names == sorted(names):
                    start = source.span(later[0])[0]
                    return Splice(start, start, f"{text}, ")
                end = source.span(last)[1]
                return Splice(end, end, f", {text}")
    return None


def _own_line(source: Source, new: Import, lines: Sequence[Line]) -> Splice:
    if not lines or all(line.first.section == 0 for line in lines):
        return _first(source, new, lines)
    before = [line for line in lines if _key(line.first) <= _key(new)]
    same = [line for line in lines if line.first.section == new.section]
    fitting = [line for line in before if line in same] if same else before
    gap = "" if same else source.newline
    if fitting:
        end = line_end(source, fitting[-1].node)
        return Splice(end, end, f"{gap}{source.newline}{new}")
    start = source.span((same or lines)[0].node)[0]
    return Splice(start, start, f"{new}{source.newline}{gap}")


def _key(given: Import) -> tuple[int, bool, str]:
    """Sorted by section, plain imports first, by name."""
    return (given.section, given.name is not None, given.module.lower())


def _first(source: Source, new: Import, future: Sequence[Line]) -> Splice:
    """The first import of a module: after the future ones and the docstring, before the rest."""
    nl = source.newline
    body = source.module.body
    if future or source.module.get_docstring() is not None:
        end = line_end(source, future[-1].node if future else body[0])
        blank = nl if len(body) > 1 and not _blank_follows(source, end) else ""
        return Splice(end, end, f"{nl}{nl}{new}{blank}")
    start = _block_start(source, body[0]) if body else len(source.bytes)
    gap = nl * 2 if body and isinstance(body[0], cst.FunctionDef | cst.ClassDef) else nl
    return Splice(start, start, f"{new}{nl}{gap if body else ''}")


def _blank_follows(source: Source, end: int) -> bool:
    rest = source.bytes[end:].split(b"\n", 2)
    return len(rest) > 1 and not rest[1].strip()


def _block_start(source: Source, statement: cst.CSTNode) -> int:
    """Where a statement's first line starts, its decorators and the comment on it included; a
    comment at the very top of the file is the file's."""
    decorators = getattr(statement, "decorators", ())
    first = min(source.span(node)[0] for node in (*decorators, statement))
    above = source.bytes[: source.bytes.rfind(b"\n", 0, first) + 1].splitlines(keepends=True)
    comment = list(takewhile(lambda line: line.startswith(b"#"), reversed(above)))
    start = sum(map(len, above)) - (sum(map(len, comment)) if len(comment) < len(above) else 0)
    return max(start, source.head)


def line_end(source: Source, statement: cst.CSTNode) -> int:
    """The end of a statement's last line, its comment included."""
    return line_stop(source, source.span(statement)[1])


def line_stop(source: Source, position: int) -> int:
    """The end of the line that a position is in."""
    stop = source.bytes.find(b"\n", position)
    stop = len(source.bytes) if stop < 0 else stop
    return stop - source.bytes.endswith(b"\r", 0, stop)


def without(source: Source, items: Sequence[cst.CSTNode], gone: set[cst.CSTNode]) -> list[Splice]:
    """The splices that take some of a comma-separated list away, and their commas. Some stay."""
    found = []
    for leaves, group in groupby(enumerate(items), key=lambda pair: pair[1] in gone):
        if leaves:
            run = [index for index, _ in group]
            found.append(_cut(source, items, run[0], run[-1]))
    return found


def _cut(source: Source, items: Sequence[cst.CSTNode], first: int, last: int) -> Splice:
    start, end = source.span(items[first])[0], source.span(items[last])[1]
    if last + 1 < len(items):
        return Splice(start, source.span(items[last + 1])[0], "")
    before = source.span(items[first - 1])[1]
    newline = source.bytes.rfind(source.newline.encode(), before, start)
    if newline < 0:
        return Splice(before, end, "")
    comma = source.bytes.startswith(b",", end)
    stop = line_stop(source, end)
    rest = source.bytes[end + comma : stop].strip()
    alone = not rest or rest.startswith(b"#")
    return Splice(newline, stop, "") if alone else Splice(start, end + comma, "")


def bound_by_import(source: Source) -> Iterator[tuple[cst.ImportAlias, Import]]:
    """All names that the file imports, wherever it does."""
    for node in source.all_nodes:
        if isinstance(node, cst.Import | cst.ImportFrom):
            yield from aliases(node)
