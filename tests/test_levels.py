"""The layers of the design: each part imports only parts below it, and there are no cycles."""

from __future__ import annotations

import ast
from pathlib import Path

import errwatch

ROOT = Path(errwatch.__file__).parent

LEVELS = {
    **dict.fromkeys(("errors", "later", "lazy_re", "model"), 0),
    **dict.fromkeys(
        ("interfaces", "redact", "escape", "parsers", "code", "wire", "agent", "leash"), 1
    ),
    **dict.fromkeys(("detect", "group", "classify", "analyze", "fix"), 2),
    **dict.fromkeys(("triage", "render", "insight", "respond", "propose", "follow"), 2),
    **dict.fromkeys(
        ("sources", "store", "repository", "forge", "sandbox", "notifiers", "llm", "config"), 2
    ),
    **dict.fromkeys(("wiring", "pipeline", "watcher", "daemon", "doctor", "api"), 3),
    "cli": 4,
    **dict.fromkeys(("intake", "publishing", "following", "regroup", "reporting"), 3),
    **dict.fromkeys(("spool", "parallel", "track", "eyes"), 3),
}
SIBLINGS = {0, 1, 3, 4}
"""Levels whose parts may import each other; stages and adapters stay strangers."""


def part(module: str) -> str | None:
    """`errwatch.fix.loop` -> `fix`; None for the package itself and for foreign modules."""
    names = module.split(".")
    return names[1] if names[0] == "errwatch" and len(names) > 1 else None


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def modules() -> dict[str, Path]:
    files = sorted(ROOT.rglob("*.py"))
    return {
        ".".join(["errwatch", *path.relative_to(ROOT).with_suffix("").parts]): path
        for path in files
        if "examples" not in path.relative_to(ROOT).parts
    }


def test_each_part_has_a_level() -> None:
    unknown = {part(name) for name in modules()} - set(LEVELS) - {None, "__init__", "__main__"}
    assert not unknown


def test_parts_import_only_lower_levels() -> None:
    wrong = []
    for name, path in modules().items():
        own = part(name)
        if own not in LEVELS:
            continue
        for target in {part(module) for module in imports(path)} & set(LEVELS) - {own}:
            assert target is not None
            level, below = LEVELS[own], LEVELS[target]
            if below > level or (below == level and level not in SIBLINGS):
                wrong.append(f"{name} imports errwatch.{target}")
    assert not wrong


def test_no_import_cycles() -> None:
    known = modules()
    graph = {
        name: {m for m in imports(path) if m in known and m != name} for name, path in known.items()
    }
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for target in graph[name]:
                visit(target, (*above, name))
            done.add(name)

    for name in known:
        visit(name, ())


def test_only_wiring_imports_adapters() -> None:
    adapters = {"sources", "store", "repository", "forge", "sandbox", "notifiers"}
    users = {
        part(name)
        for name, path in modules().items()
        if {part(module) for module in imports(path)} & adapters - {part(name)}
    }
    assert users <= {"wiring"}


def test_files_stay_short() -> None:
    long = {
        name: lines
        for name, path in modules().items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
