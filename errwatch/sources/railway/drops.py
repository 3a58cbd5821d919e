"""What cannot be had of Railway's logs, each told once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from errwatch.sources.entries import Entry
from errwatch.sources.railway.entries import dropped


class Drops:
    """Railway keeps so many lines of a replica and second; a line of its own stands for the rest,
    and is read several times."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}
        """What was told, and of what time it is."""
        self._gaps: list[str] = []

    def forget(self, since: int) -> None:
        """What is from before will not be read again."""
        self._known = {key: ns for key, ns in self._known.items() if ns >= since}

    def look(self, entries: Iterable[Entry]) -> None:
        for one in entries:
            if lines := dropped(one.line):
                replica = dict(one.labels).get("replica", "a replica")
                gap = f"Railway dropped {lines} lines of {replica}: errors may be missing"
                self.tell(one, one.ns, gap)

    def tell(self, key: Hashable, ns: int, gap: str) -> None:
        if key not in self._known:
            self._known[key] = ns
            self._gaps.append(gap)

    def gaps(self) -> list[str]:
        gaps, self._gaps = self._gaps, []
        return gaps
