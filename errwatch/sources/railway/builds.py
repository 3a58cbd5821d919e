"""The build logs of failed deployments, which are no part of what services say.

All lines of one have the time at which the deployment was made: that never changes, while its end
is known only later.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from errwatch.parsers.times import nanos_of
from errwatch.sources.entries import Entry

LATEST = 100
"""Deployments that are looked at."""

EVERY = 60.0
"""Seconds between two looks, at least."""

PENDING = frozenset(("INITIALIZING", "QUEUED", "BUILDING", "DEPLOYING"))
PATIENCE = 3600 * 1_000_000_000
"""Nanoseconds that the ones after it wait for a deployment whose end is not known."""

TIMES = 2
"""How often a build log is read: its last lines may come after it is known to have failed."""


@dataclass(frozen=True, slots=True)
class Deployment:
    id: str
    status: str
    """As Railway has it: `FAILED`, `SUCCESS`, `BUILDING`..."""
    ns: int
    """When it was made, in nanoseconds since 1970."""

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Deployment:
        """As Railway lists it. Raises KeyError, TypeError, ValueError where it is none."""
        ns = nanos_of(row["createdAt"])
        if ns is None:
            msg = "a deployment without a time"
            raise ValueError(msg)
        return cls(str(row["id"]), str(row["status"]), ns)


class Origin(Protocol):
    """Where deployments and their build logs come from."""

    @property
    def name(self) -> str: ...

    def deployments(self) -> list[Deployment]:
        """The latest. Raises SourceError."""

    def build_log(self, deployment: Deployment) -> list[Entry]:
        """Its lines in order, all with the deployment's time. Raises SourceError."""

    def pause(self) -> float:
        """Seconds that what was asked for costs."""


class Builds:
    """Implements `errwatch.sources.backend.Backend`."""

    def __init__(self, origin: Origin) -> None:
        self.name = origin.name.replace("railway:", "railway:builds of ", 1)
        self._origin = origin
        self._read: Counter[str] = Counter()
        self._closed = threading.Event()

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        known = sorted(self._origin.deployments(), key=lambda one: one.ns)
        for one in decided(known, until):
            if since <= one.ns < until and one.status == "FAILED" and self._read[one.id] < TIMES:
                lines = self._origin.build_log(one)
                self._read[one.id] += 1
                yield lines

    def gaps(self) -> list[str]:
        return []

    def wait(self, seconds: float) -> bool:
        self._closed.wait(max(seconds, EVERY, self._origin.pause()))
        return False

    def close(self) -> None:
        self._closed.set()


def decided(deployments: Sequence[Deployment], now: int) -> list[Deployment]:
    """Those before the first whose end is still to be waited for."""
    found = []
    for one in deployments:
        if one.status in PENDING and now - one.ns < PATIENCE:
            break
        found.append(one)
    return found
