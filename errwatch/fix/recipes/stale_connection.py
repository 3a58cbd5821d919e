"""Look whether a pooled connection still stands before it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from errwatch.fix.recipes.arguments import added, is_open_ended, named
from errwatch.fix.recipes.mentions import mentions
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

KINDS = frozenset({"OperationalError", "InterfaceError", "DBAPIError", "DisconnectionError"})
LOST = (
    "server closed the connection unexpectedly",
    "connection already closed",
    "connection is closed",
    "ssl connection has been closed unexpectedly",
    "ssl syscall error",
    "terminating connection due to",
    "server has gone away",
    "lost connection to mysql server",
    "connection was closed by the server",
)
ENGINES = ("create_engine", "create_async_engine")
MADE_BY = frozenset(
    {
        "sqlalchemy.create_engine",
        "sqlalchemy.engine.create_engine",
        "sqlalchemy.ext.asyncio.create_async_engine",
    }
)


class StaleConnection:
    """Adds `pool_pre_ping=True` to the one engine of SQLAlchemy that the repository makes.

    Applies to the errors by which a database says that it ended a connection that waited in the
    pool. Declines where the pool is none, looks already, or several engines are made.
    """

    id = "stale-connection"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type.rpartition(".")[2] not in KINDS:
            return None
        if not any(words in place.error.message.lower() for words in LOST):
            return None
        engines = list(_engines(problem.tree))
        if len(engines) != 1:
            return place.declined("not one engine of SQLAlchemy is made", *map(str, engines))
        return _mended(place, engines[0])


@dataclass(frozen=True, slots=True)
class _Engine:
    file: str
    source: Source
    call: cst.Call

    def __str__(self) -> str:
        return f"{self.file}:{self.source.lines(self.call)[0]}"


def _engines(tree: Tree) -> Iterator[_Engine]:
    files = sorted({file for name in ENGINES for file, _ in mentions(tree, name)})
    for file in files:
        source = Source.parse(tree.read(file) or "")
        for call in source.nodes(cst.Call) if source else ():
            if source and source.imported_as(call.func) & MADE_BY:
                yield _Engine(file, source, call)


def _mended(place: Place, engine: _Engine) -> Candidate | Declined:
    source, given = engine.source, named(engine.call)
    if "pool_pre_ping" in given or is_open_ended(engine.call):
        return place.declined("the engine looks already, or may", str(engine))
    if "poolclass" in given:
        return place.declined("the engine has a pool of its own kind", str(engine))
    after = source.spliced([added(source, engine.call, "pool_pre_ping=True")])
    return Candidate(
        engine=ENGINE,
        recipe=StaleConnection.id,
        title=f"Look whether a pooled connection still stands in {engine.file}",
        rationale=(
            f"{place}: the database ended a connection that waited in the pool. With a look before "
            "each use, the pool makes a new one instead; it costs one round trip."
        ),
        edits=(Edit(engine.file, source.text, after),),
        confidence=0.6,
    )
