"""Ask a provider again, later each time."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from errwatch.fix.recipes.imports import Import, add_import, bound_by_import
from errwatch.fix.recipes.mentions import mentions
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source, Splice
from errwatch.fix.scopes import Function, around, own
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

PASSING = frozenset(
    {
        "RateLimitError", "APIConnectionError", "APITimeoutError", "InternalServerError",
        "OverloadedError", "ServiceUnavailableError", "ServiceUnavailable", "TooManyRequests",
        "ConnectionError", "ConnectTimeout", "ReadTimeout", "Timeout", "ConnectError",
        "RemoteProtocolError", "ReadError", "PoolTimeout",
    }
)  # fmt: skip
"""Exceptions of clients that say: later it may work."""
READS = frozenset({"get", "head", "options"})
ASKS = re.compile(
    r"(messages|completions|embeddings|responses|models)\.(create|parse|generate\w*)$"
)
"""Calls of model providers, which change nothing there."""
HARMLESS = frozenset({"debug", "info", "warning", "error", "exception", "format", "join", "append"})
MANIFEST = re.compile(r"(requirements[\w.-]*\.(txt|in)|pyproject\.toml|setup\.(py|cfg)|Pipfile)$")


class Retry:
    """Decorates a function with tenacity's `retry`: up to five times, random exponential waits.

    Applies to errors of a provider's client that pass by themselves, in a function that does
    nothing but ask: it reads by HTTP, or calls a model, and works on the answer. Declines where it
    does anything else, as that would be done again, and where the repository does not depend on
    tenacity: dependencies are for people.
    """

    id = "retry"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type.rpartition(".")[2] not in PASSING:
            return None
        source, module = place.source, place.module
        function = around(module, place.line) if module else None
        if source is None or function is None or not any(map(_asks, _calls(function))):
            return None
        if other := next(
            (call for call in _calls(function) if not _may_repeat(call, function)), None
        ):
            reason = f"{function.name} does more than ask, and would do it again"
            return place.declined(reason, f"{place.file}:{other.lineno}")
        if any("retry" in ast.unparse(each) for each in function.decorator_list):
            return place.declined(f"{function.name} asks again already")
        if not _depends(problem.tree):
            return place.declined("the repository does not depend on tenacity")
        return _mended(source, place, function)


def _calls(function: Function) -> list[ast.Call]:
    return [node for node in own(function.body) if isinstance(node, ast.Call)]


def _asks(call: ast.Call) -> bool:
    path = ast.unparse(call.func)
    owner, _, name = path.rpartition(".")
    client = owner.rpartition(".")[2].lower()
    reads = client in {"requests", "httpx"} or client.endswith(("client", "session", "http"))
    return bool(ASKS.search(path)) or (name in READS and reads)


def _may_repeat(call: ast.Call, function: Function) -> bool:
    """Whether a call asks, or only works on what the function made itself."""
    match call.func:
        case ast.Name(id=name):
            return hasattr(builtins, name) and name not in {"open", "exec", "eval", "input"}
        case ast.Attribute(attr=name) if name in HARMLESS:
            return True
        case ast.Attribute(value=owner):
            first = _first(owner)
            return _asks(call) or first is None or first in _made(function)
        case _:
            return False


def _first(node: ast.expr) -> str | None:
    """The name that an expression starts with; None for what is written out."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _made(function: Function) -> frozenset[str]:
    return frozenset(
        node.id
        for node in own(function.body)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


def _depends(tree: Tree) -> bool:
    manifests = (file for file in tree.files() if MANIFEST.search(file))
    return any(re.search(r"\btenacity\b", tree.read(file) or "") for file in manifests) or any(
        isinstance(node, ast.Import | ast.ImportFrom) and "tenacity" in ast.unparse(node)
        for _, module in mentions(tree, "tenacity")
        for node in (ast.walk(module) if module else ())
    )


def _mended(source: Source, place: Place, function: Function) -> Candidate | Declined:
    kind = next(_names(source, place.error.type), None)
    if kind is None:
        return place.declined(f"the file does not import where {place.error.type} comes from")
    first = min([function.lineno, *(each.lineno for each in function.decorator_list)])
    start = source.offset(first, 0)
    row = source.bytes[start:].split(b"\n", 1)[0].decode()
    indent = row[: len(row) - len(row.lstrip())]
    step = source.module.default_indent
    rows = [
        f"{indent}@tenacity.retry(",
        f"{indent}{step}retry=tenacity.retry_if_exception_type({kind}),",
        f"{indent}{step}wait=tenacity.wait_random_exponential(max=60),",
        f"{indent}{step}stop=tenacity.stop_after_attempt(5),",
        f"{indent}{step}reraise=True,",
        f"{indent})",
        "",
    ]
    splices = [Splice(start, start, source.newline.join(rows))]
    if not any(str(given) == "import tenacity" for _, given in bound_by_import(source)):
        splices.append(add_import(source, Import("tenacity")))
    return Candidate(
        engine=ENGINE,
        recipe=Retry.id,
        title=f"Ask again in {function.name} when {place.error.type} passes by itself",
        rationale=(
            f"{place}: {place.error.type} passes by itself. {function.name} does nothing but ask, "
            "so it may be run again: up to five times, after random waits that grow to a minute."
        ),
        edits=(Edit(place.file, place.text, source.spliced(splices)),),
        confidence=0.5,
    )


def _names(source: Source, kind: str) -> Iterator[str]:
    """How the file can name an exception: by its own import, or by its package's."""
    root, last = kind.partition(".")[0], kind.rpartition(".")[2]
    for _, given in bound_by_import(source):
        if given.name == last and (given.module.partition(".")[0] == root or root == last):
            yield given.binds
        elif given.name is None and given.module == root != last:
            yield f"{given.binds}.{last}"
