"""Inputs that name a service: `scheme:what`. Each row of `SCHEMES` is one kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from glob import escape

from errwatch.sources.backend import Backend
from errwatch.sources.listing import TOOLS, Listing, tool
from errwatch.sources.loki_query import Sought

RECENT = 3600 * 1_000_000_000
"""Nanoseconds: how far back a service is read where nothing says from when."""

INTERVAL = 60.0
"""Seconds between two questions to a service that has nothing new, and cannot say when it has."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a service is asked, where it knows several ways."""

    tail: bool = False
    """Have it say at once that there is something new."""
    sought: Sought | None = None
    """Have it search for what may matter."""
    interval: float = INTERVAL
    """Seconds between two questions."""


Opener = Callable[[str, Mapping[str, str], Ways], Sequence[Backend]]
"""What an input stands for; each is read on by itself."""


def _loki(query: str, environment: Mapping[str, str], ways: Ways) -> Sequence[Backend]:
    from errwatch.sources.loki import Loki  # httpx is slow to import
    from errwatch.sources.loki_search import LokiSearch

    loki = Loki(query, environment, tail=ways.tail)
    return [LokiSearch(loki, ways.sought) if ways.sought else loki]


def _railway(service: str, environment: Mapping[str, str], _ways: Ways) -> Sequence[Backend]:
    from errwatch.sources.railway.opening import open_railway  # httpx is slow to import

    return open_railway(service, environment)


def _listed(scheme: str) -> Opener:
    return lambda what, _environment, _ways: [Listing(tool(scheme, what))]


SCHEMES: Mapping[str, Opener] = {
    "loki": _loki,
    "railway": _railway,
    **{scheme: _listed(scheme) for scheme in TOOLS},
}


def is_remote(given: str) -> bool:
    scheme, colon, _ = given.partition(":")
    return bool(colon) and scheme in SCHEMES


def glob_of(given: str) -> str:
    """For the names of what an input stands for: the name of a service says whose it is, too."""
    if not is_remote(given):
        return given
    scheme, _, rest = given.partition(":")
    return f"{scheme}:*{escape(rest.strip())}"


def backends(given: str, environment: Mapping[str, str], ways: Ways = Ways()) -> Sequence[Backend]:
    """Of an input that is remote. Raises UsageError."""
    scheme, _, rest = given.partition(":")
    return SCHEMES[scheme](rest, environment, ways)
