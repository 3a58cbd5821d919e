"""Changes to what existing import statements import."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import libcst as cst

from errwatch.fix.recipes.imports import Import, aliases, dotted, line_end, without
from errwatch.fix.recipes.source import Refusal, Source, Splice

WIDTH = 88

Change = tuple[Import, ...]
"""What stands in for an imported name; nothing where it is not needed any more."""
Statement = cst.Import | cst.ImportFrom


def edited(source: Source, changes: Mapping[cst.ImportAlias, Change]) -> list[Splice] | Refusal:
    """The splices that make the changes, statement by statement."""
    statements = {source.parent(alias): None for alias in changes}
    splices: list[Splice] = []
    for statement in statements:
        assert isinstance(statement, Statement)
        found = _edited(source, statement, changes)
        if isinstance(found, Refusal):
            return found
        splices += found
    return splices


def _edited(
    source: Source, statement: Statement, changes: Mapping[cst.ImportAlias, Change]
) -> list[Splice] | Refusal:
    items = [alias for alias, _ in aliases(statement)]
    gone = [alias for alias in items if alias in changes]
    new = [each for alias in gone for each in changes[alias]]
    if len(gone) == len(items):
        return _replaced(source, statement, new)
    stay = [alias for alias in gone if _stays(statement, changes[alias])]
    splices = [source.replace(alias, _inner(changes[alias][0])) for alias in stay]
    gone = [alias for alias in gone if alias not in stay]
    new = [each for alias in gone for each in changes[alias]]
    splices += without(source, items, set(gone))
    return [*splices, _after(source, statement, new)] if new else splices


def _stays(statement: Statement, change: Change) -> bool:
    """Whether a statement can import the new name as well."""
    return isinstance(statement, cst.ImportFrom) and any(
        each.name is not None and each.module == dotted(statement) for each in change
    )


def _inner(new: Import) -> str:
    """What a new name reads like within its statement."""
    return str(new).partition(" import ")[2]


def _replaced(source: Source, statement: Statement, new: list[Import]) -> list[Splice] | Refusal:
    if not new:
        return _dropped(source, statement)
    module = statement.module if isinstance(statement, cst.ImportFrom) else None
    old = [(given.name, given.alias) for _, given in aliases(statement)]
    parents = {change.module for change in new}
    if module and len(parents) == 1 and old == [(each.name, each.alias) for each in new]:
        return [source.replace(module, parents.pop())]
    return [source.replace(statement, _join(source, statement, new))]


def _after(source: Source, statement: Statement, new: list[Import]) -> Splice:
    text = _join(source, statement, new)
    if _indent(source, statement) is None:
        end = source.span(statement)[1]
        return Splice(end, end, f"; {text}")
    end = line_end(source, statement)
    return Splice(end, end, f"{source.newline}{_indent(source, statement)}{text}")


def _dropped(source: Source, statement: Statement) -> list[Splice] | Refusal:
    """The whole line goes, unless something else lives on it or nothing would be left around it."""
    line = source.parent(statement)
    block = source.parent(line)
    alone = isinstance(block, cst.IndentedBlock) and len(block.body) == 1
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1 or alone:
        return Refusal(f"`{source.code(statement)}` cannot go: its line would be left empty")
    start = source.bytes.rfind(b"\n", 0, source.span(statement)[0]) + 1
    stop = source.bytes.find(b"\n", line_end(source, statement))
    return [Splice(start, len(source.bytes) if stop < 0 else stop + 1, "")]


def _indent(source: Source, statement: Statement) -> str | None:
    """The blanks before a statement that has its line to itself, or None."""
    start = source.span(statement)[0]
    head = source.bytes[source.bytes.rfind(b"\n", 0, start) + 1 : start].decode()
    line = source.parent(statement)
    alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
    return head if alone and not head.strip() else None


def _join(source: Source, statement: Statement, new: list[Import]) -> str:
    """One statement a module."""
    indent = _indent(source, statement)
    glue = "; " if indent is None else f"{source.newline}{indent}"
    texts = []
    for (module, plain), group in groupby(new, key=lambda each: (each.module, each.name is None)):
        if plain:
            texts += [str(each) for each in group]
        else:
            texts.append(_from(module, list(group), source.newline, indent))
    return glue.join(texts)


def _from(module: str, names: list[Import], newline: str, indent: str | None) -> str:
    head = f"from {module} import "
    parts = [_inner(each) for each in names]
    line = head + ", ".join(parts)
    if indent is None or len(indent + line) <= WIDTH:
        return line
    inner = "".join(f"{indent}    {part},{newline}" for part in parts)
    return f"{head}({newline}{inner}{indent})"
