"""What a server of entries must offer, and the ways in which asking it fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from errwatch.errors import SourceError
from errwatch.sources.entries import Entry


class Busy(SourceError):
    """It may work later: `after` says in how many seconds, where the server said it."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Backend(Protocol):
    """Entries of one query, by their timestamps."""

    @property
    def name(self) -> str:
        """Server, tenant and query: what the state knows the source by. No secret."""

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        """All entries from `since` on, before `until`, page by page, the oldest first.

        Each page has all entries that are alike from the first of them on. Raises SourceError.
        """

    def gaps(self) -> list[str]:
        """What could not be had since this was asked last."""

    def wait(self, seconds: float) -> bool:
        """Until there is something new, at most that long; whether it is known that there is."""

    def close(self) -> None:
        """Ends a wait, too. Called from another thread."""


@runtime_checkable
class Sparse(Backend, Protocol):
    """A backend that leaves out entries of no use."""

    @property
    def reached(self) -> int:
        """The time of the newest entry there was at the last whole answer, left out or not."""
