"""Only what may matter of a Loki query: entries that show an error, and their streams around them.

Loki searches for what is sought. A trace goes on in lines that show nothing, so the whole stream is
read from shortly before each entry that was found until shortly after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import httpx

from errwatch.sources.entries import OVERLAP, Entry
from errwatch.sources.loki import Loki
from errwatch.sources.loki_api import Refused, Row, Smaller
from errwatch.sources.loki_query import Sought

REACH = 2_000_000_000
"""Nanoseconds before and after an entry that is found, in which its event begins and ends."""

SLICE = OVERLAP // 2
"""Nanoseconds in which all streams are read before later entries of any are: nothing from before
the overlap is asked for again."""

MANY = 500
"""Windows of one answer, at which it takes less to read all that is between them."""

Stream = tuple[tuple[str, str], ...]


class Hit(NamedTuple):
    ns: int
    stream: Stream | None
    """None: it may be any."""


class Window(NamedTuple):
    start: int
    end: int
    stream: Stream | None


class LokiSearch:
    """Implements `errwatch.sources.backend.Sparse` over a `Loki`."""

    def __init__(self, loki: Loki, sought: Sought) -> None:
        self._loki = loki
        self._searches = tuple(loki.query.searched(sought))
        self._told_apart = loki.query.only_filters
        """Whether a stream can be asked for by the labels of its entries."""
        self._refused = False
        self._gaps: list[str] = []
        self.name = loki.name
        self.reached = 0

    def wait(self, seconds: float) -> bool:
        return self._loki.wait(seconds)

    def close(self) -> None:
        self._loki.close()

    def gaps(self) -> list[str]:
        gaps, self._gaps = self._gaps, []
        return gaps + self._loki.gaps()

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        with self._loki.api.client() as client:
            reached = self._newest(client, since, until)
            # What was found before `since` may go on behind it.
            begin = since - REACH
            while begin < until and not self._refused:
                try:
                    hits, end = self._hits(client, begin, until)
                except Refused as error:
                    self._refused = True
                    self._gaps.append(f"errors cannot be searched for, so all is read: {error}")
                else:
                    yield from self._around(client, windows(hits, since, until))
                    begin = end
            if self._refused:
                yield from self._loki.read(client, self._loki.query.text, since, until)
            self.reached = max(self.reached, reached)

    def _newest(self, client: httpx.Client, since: int, until: int) -> int:
        """The time of the last entry there is, sought or not."""
        query = self._loki.query.text
        rows, _ = self._ask(client, query, since, until, limit=1, direction="backward")
        return rows[-1].entry.ns if rows else 0

    def _hits(self, client: httpx.Client, begin: int, until: int) -> tuple[list[Hit], int]:
        """Those from `begin` to a moment, and that moment."""
        answers = [self._found(client, query, begin, until) for query in self._searches]
        end = min(end for _, end in answers)
        return [hit for hits, _ in answers for hit in hits if hit.ns < end], end

    def _found(
        self, client: httpx.Client, query: str, begin: int, until: int
    ) -> tuple[list[Hit], int]:
        rows, end = self._ask(client, query, begin, until)
        if len(rows) < self._loki.api.limit:
            return [_hit(row) for row in rows], end
        last = rows[-1].entry.ns
        if last > rows[0].entry.ns:
            return [_hit(row) for row in rows], last
        return [Hit(last, None)], last + 1

    def _ask(
        self,
        client: httpx.Client,
        query: str,
        begin: int,
        until: int,
        *,
        limit: int | None = None,
        direction: str = "forward",
    ) -> tuple[list[Row], int]:
        """One answer, and up to where it reaches; the newest where that is the direction."""
        api = self._loki.api
        while True:
            if direction == "forward":
                start, end = begin, min(until, begin + api.span)
            else:
                start, end = max(begin, until - api.span), until
            try:
                most = limit or api.limit
                return api.rows(client, query, start, end, most, direction=direction), end
            except Smaller:
                continue

    def _around(self, client: httpx.Client, found: Sequence[Window]) -> Iterator[list[Entry]]:
        if len(found) > MANY:
            whole = Window(found[0].start, max(window.end for window in found), None)
            found = [whole]
        for window in found:
            yield from self._window(client, window)

    def _window(self, client: httpx.Client, window: Window) -> Iterator[list[Entry]]:
        start, end, stream = window
        if stream is not None and self._told_apart:
            empty = True
            query = self._loki.query.of_stream(dict(stream))
            for page in self._loki.read(client, query, start, end):
                empty = empty and not page
                yield page
            if not empty:
                return
            # There was a hit in it: what came with the entry are not the labels of its stream.
            self._told_apart = False
        yield from self._loki.read(client, self._loki.query.text, start, end)


def windows(hits: Iterable[Hit], since: int, until: int) -> list[Window]:
    """What to read around the hits: of each stream what is near one, from the oldest slice on."""
    spans: dict[Stream | None, list[tuple[int, int]]] = {}
    for hit in sorted(hits, key=lambda hit: hit.ns):
        start, end = max(since, hit.ns - REACH), min(until, hit.ns + REACH + 1)
        if start >= end:
            continue
        known = spans.setdefault(hit.stream, [])
        if known and start <= known[-1][1]:
            known[-1] = (known[-1][0], end)
        else:
            known.append((start, end))
    found = [
        Window(start, end, stream)
        for stream, known in spans.items()
        for span in known
        for start, end in _slices(*span, since)
    ]
    return sorted(found, key=lambda window: window.start)


def _slices(start: int, end: int, since: int) -> Iterator[tuple[int, int]]:
    while start < end:
        cut = min(end, since + ((start - since) // SLICE + 1) * SLICE)
        yield start, cut
        start = cut


def _hit(row: Row) -> Hit:
    return Hit(row.entry.ns, tuple(sorted(row.stream.items())))
