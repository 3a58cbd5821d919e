"""What a Python text does to show its errors or to hide them, counted by function."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from errwatch.fix.gates.harmless import harmless

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
"""In rising order."""
LOG_METHODS = {
    **{level: level for level in LOG_LEVELS},
    "warn": "warning",
    "exception": "error",
    "fatal": "critical",
}
SILENCERS = frozenset({"suppress", "filterwarnings", "simplefilter", "setLevel"})
SILENCING_PATHS = frozenset({"logging.disable", "sys.excepthook"})
SKIPS = frozenset({"skip", "skipif", "skipIf", "skipUnless", "xfail", "expectedFailure"})
SKIP_CALLS = frozenset({"skipTest", "importorskip", "SkipTest"})
SKIP_OWNERS = ("pytest", "pytest.mark", "unittest")
MUTED = (
    "noqa",
    "type: ignore",
    "type:ignore",
    "pyright: ignore",
    "mypy: ",
    "pylint: disable",
    "nosec",
    "pragma: no cover",
)


class Kind(Enum):
    HANDLER = "handles"
    NOTHING = "adds pass"
    SILENCER = "silences with"
    SKIP = "skips a test with"
    COMMENT = "mutes a checker with"
    RAISE = "removes a raise"
    ASSERT = "removes an assert"
    LOG = "logs less at level"

    @property
    def hides(self) -> bool:
        """Whether more of it hides errors; less of the others does."""
        return self not in {Kind.RAISE, Kind.ASSERT, Kind.LOG}


@dataclass(frozen=True, slots=True)
class Trait:
    kind: Kind
    scope: str
    """The function it is in, as `Class.method`; empty at module level."""
    what: str = ""


def traits(text: str, tree: ast.Module) -> Iterator[tuple[Trait, int]]:
    """Each trait of a text with its line."""
    yield from _coded(tree)
    for token in tokenize.generate_tokens(io.StringIO(text.removeprefix("\ufeff")).readline):
        if token.type == tokenize.COMMENT:
            comment = token.string.lstrip("#: ").lower()
            yield from (
                (Trait(Kind.COMMENT, "", mute), token.start[0])
                for mute in MUTED
                if comment.startswith(mute)
            )


def _coded(tree: ast.Module) -> Iterator[tuple[Trait, int]]:
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    neither = harmless(tree)
    while waiting:
        node, scope = waiting.pop()
        for kind, what in _of(node, neither) if node not in neither else ():
            yield Trait(kind, scope, what), getattr(node, "lineno", 1)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            scope = f"{scope}.{node.name}" if scope else node.name
        waiting += [(child, scope) for child in ast.iter_child_nodes(node)][::-1]


def _of(node: ast.AST, neither: Collection[ast.AST]) -> Iterator[tuple[Kind, str]]:
    match node:
        case ast.ExceptHandler(type=kind):
            yield from ((Kind.HANDLER, name) for name in _handled(kind, neither))
        case ast.Pass():
            yield Kind.NOTHING, ""
        case ast.Raise():
            yield Kind.RAISE, ""
        case ast.Assert():
            yield Kind.ASSERT, ""
        case ast.Call(func=ast.Attribute(attr=name)) if name in LOG_METHODS:
            level = LOG_LEVELS.index(LOG_METHODS[name])
            yield from ((Kind.LOG, each) for each in LOG_LEVELS[: level + 1])
        case ast.Name() | ast.Attribute():
            yield from _named(ast.unparse(node))


def _handled(kind: ast.expr | None, neither: Collection[ast.AST]) -> list[str]:
    if kind is None:
        return ["BaseException"]
    each = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return [ast.unparse(one) for one in each if one not in neither]


def _named(path: str) -> Iterator[tuple[Kind, str]]:
    owner, _, name = path.rpartition(".")
    if name in SILENCERS or path in SILENCING_PATHS:
        yield Kind.SILENCER, path
    elif name in SKIP_CALLS or (name in SKIPS and (owner in SKIP_OWNERS or name not in {"skip"})):
        yield Kind.SKIP, path
