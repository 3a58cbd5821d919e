"""Python modules of a tree: file <-> dotted name, and what imports what."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from pathlib import PurePosixPath

from errwatch.fix.gates.syntax import python
from errwatch.interfaces import Tree

SOURCE_ROOTS = frozenset({"src", "lib", "python"})


def parsed(text: str | None) -> ast.Module | None:
    """The syntax tree, or None where there is no text or it does not parse."""
    try:
        return None if text is None else python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def root_of(file: str, files: Set[str]) -> str:
    """The folder that a file's absolute imports start from: the source folder it is in, else the
    one above its outermost package."""
    folder = PurePosixPath(file).parent
    for each in (folder, *folder.parents):
        if each.name in SOURCE_ROOTS and f"{each}/__init__.py" not in files:
            return str(each)
    while folder.name and f"{folder}/__init__.py" in files:
        folder = folder.parent
    return str(folder)


def dotted_name(file: str, files: Set[str]) -> str:
    """`src/shop/orders.py` -> `shop.orders`."""
    parts = list(PurePosixPath(file).with_suffix("").relative_to(root_of(file, files)).parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def absolute(module: str, file: str, files: Set[str]) -> str:
    """The absolute name of what `from module import` means in a file."""
    level = len(module) - len(module.lstrip("."))
    if not level:
        return module
    names = dotted_name(file, files).split(".")
    up = level - file.endswith("/__init__.py")
    package = names[: len(names) - up] if up else names
    return ".".join([*package, *filter(None, [module[level:]])])


def file_of(module: str, near: str, files: Set[str]) -> str | None:
    """The file of an absolute module name as a file of the tree imports it."""
    path = module.replace(".", "/")
    roots = dict.fromkeys((root_of(near, files), ".", *sorted(SOURCE_ROOTS)))
    names = (f"{root}/{path}{end}" for root in roots for end in (".py", "/__init__.py"))
    return next((name for each in names if (name := each.removeprefix("./")) in files), None)


def imported(tree: Tree, file: str) -> Iterator[str]:
    """The files that a module's own top-level imports load."""
    files = tree.files()
    module = parsed(tree.read(file))
    for name in _modules(module, file, files) if module else ():
        found = file_of(name, file, files)
        if found is not None:
            yield found


def _modules(module: ast.Module, file: str, files: Set[str]) -> Iterator[str]:
    for node in _run_on_import(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute("." * node.level + (node.module or ""), file, files)
            yield from (base, *(f"{base}.{alias.name}" for alias in node.names))


def _run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """The statements that run when a module is imported; not those for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _run_on_import(child)


def reaches(tree: Tree, start: str, goal: str) -> bool:
    """Whether importing `start` imports `goal`."""
    seen, waiting = {start}, [start]
    while waiting:
        for file in imported(tree, waiting.pop()):
            if file not in seen:
                seen.add(file)
                waiting.append(file)
    return goal in seen
