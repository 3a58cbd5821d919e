"""The order in which the exceptions of one event are to blame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from errwatch.model.event import ExceptionInfo, Link


def by_guilt(exceptions: Sequence[ExceptionInfo]) -> Iterator[ExceptionInfo]:
    """Members before their group, causes before what they caused, contexts after all."""
    if len(exceptions) <= 1:
        yield from exceptions
        return
    outer, *members = _split(exceptions, Link.MEMBER)
    contexts: list[ExceptionInfo] = []
    for chain in (*members, outer):
        explicit, *implicit = _split(chain, Link.CONTEXT)
        yield from reversed(explicit)
        for one in implicit:
            contexts += reversed(one)
    yield from contexts


def _split(exceptions: Sequence[ExceptionInfo], link: Link) -> list[list[ExceptionInfo]]:
    """Cut before every exception but the first that hangs on by `link`."""
    parts: list[list[ExceptionInfo]] = [[]]
    for one in exceptions:
        if one.link is link and parts[-1]:
            parts.append([])
        parts[-1].append(one)
    return parts
