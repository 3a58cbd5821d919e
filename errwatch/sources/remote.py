"""Inputs that name a service: `scheme:what`. Each row of `SCHEMES` is one kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from errwatch.sources.backend import Backend
from errwatch.sources.listing import TOOLS, Listing, tool

RECENT = 3600 * 1_000_000_000
"""Nanoseconds: how far back a service is read where nothing says from when."""

INTERVAL = 2.0
"""Seconds between two questions to a service that has nothing new."""


def _loki(query: str, environment: Mapping[str, str]) -> Backend:
    from errwatch.sources.loki import Loki  # httpx is slow to import

    return Loki(query, environment)


def _listed(scheme: str) -> Callable[[str, Mapping[str, str]], Backend]:
    return lambda what, environment: Listing(tool(scheme, what))


SCHEMES: Mapping[str, Callable[[str, Mapping[str, str]], Backend]] = {
    "loki": _loki,
    **{scheme: _listed(scheme) for scheme in TOOLS},
}


def is_remote(given: str) -> bool:
    scheme, colon, _ = given.partition(":")
    return bool(colon) and scheme in SCHEMES


def backend(given: str, environment: Mapping[str, str]) -> Backend:
    """Of an input that is remote. Raises UsageError."""
    scheme, _, rest = given.partition(":")
    return SCHEMES[scheme](rest, environment)
