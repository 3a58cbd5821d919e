"""Where in the repository a name occurs, and what introduces it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from errwatch import lazy_re as re
from errwatch.fix.policy import is_test
from errwatch.fix.recipes.modules import parsed
from errwatch.interfaces import Tree


def mentions(
    tree: Tree, name: str, *, tests: bool = False
) -> Iterator[tuple[str, ast.Module | None]]:
    """The Python files whose text has the name as a word; None where one does not parse."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    for file in sorted(tree.files()):
        if file.endswith((".py", ".pyi")) and (tests or not is_test(file)):
            text = tree.read(file)
            if text is not None and word.search(text):
                yield file, parsed(text)


def binders(module: ast.AST, name: str) -> list[ast.AST]:
    """The nodes that bind the name as a variable, in any scope."""
    loose = ast.Constant | ast.keyword | ast.Attribute
    return [n for n in ast.walk(module) if not isinstance(n, loose) and introduces(n, name)]


def introduces(node: ast.AST, name: str) -> bool:
    """Whether a node defines, assigns, declares or spells out the name."""
    match node:
        case ast.Name(ctx=ast.Store() | ast.Del()):
            return node.id == name
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            return node.attr == name
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name == name
        case ast.arg() | ast.keyword():
            return node.arg == name
        case ast.alias():
            return name in {node.name.split(".")[0], node.asname}
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
            return node.name == name
        case ast.MatchMapping():
            return node.rest == name
        case ast.Global() | ast.Nonlocal():
            return name in node.names
        case ast.Constant(value=str() as text):
            return name in re.findall(r"\w+", text)
        case _:
            return False
