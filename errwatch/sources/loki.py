"""Loki, asked for ranges of time over HTTP. All that it holds is read in the order of its times."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

import httpx

from errwatch.errors import UsageError
from errwatch.sources.entries import Entry
from errwatch.sources.loki_address import TIMEOUT, Address
from errwatch.sources.loki_api import Api, Smaller
from errwatch.sources.loki_query import Query
from errwatch.sources.loki_tail import Tail


class Loki:
    """Implements `errwatch.sources.backend.Backend` for one query of one tenant.

    Raises UsageError where the environment does not say where Loki is.
    """

    def __init__(
        self,
        query: str,
        environment: Mapping[str, str],
        *,
        tail: bool = False,
        timeout: float = TIMEOUT,
    ) -> None:
        """`tail`: it tells at once that there is something new; `timeout`: seconds."""
        self.query = Query.of(query)
        try:
            address = Address.of(environment, timeout)
        except UsageError as error:
            msg = f"loki:{query}: {error}"
            raise UsageError(msg) from error
        self.name = f"loki:{address.name} {self.query.text}"
        self.api = Api(address, self.name)
        self._gaps: list[str] = []
        self._closed = threading.Event()
        self._tail = Tail(address, self.query.text) if tail else None

    def wait(self, seconds: float) -> bool:
        if self._tail is not None:
            return self._tail.wait(seconds)
        self._closed.wait(seconds)
        return False

    def close(self) -> None:
        self._closed.set()
        if self._tail is not None:
            self._tail.close()

    def gaps(self) -> list[str]:
        gaps, self._gaps = self._gaps, []
        return gaps + (self._tail.remarks() if self._tail is not None else [])

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        with self.api.client() as client:
            yield from self.read(client, self.query.text, since, until)

    def read(
        self, client: httpx.Client, query: str, since: int, until: int
    ) -> Iterator[list[Entry]]:
        """As `fetch`, of another query."""
        api = self.api
        limit = api.limit
        while since < until and not self._closed.is_set():
            end = min(until, since + api.span)
            try:
                page = [row.entry for row in api.rows(client, query, since, end, limit)]
            except Smaller:
                limit = api.limit
                continue
            if len(page) < limit:
                yield page
                since, limit = end, api.limit
            elif page[0].ns != page[-1].ns:
                yield page
                since, limit = page[-1].ns, api.limit
            elif not api.most:
                limit *= 2
            else:
                yield page
                yield from self._moment(client, page[0].ns)
                since = page[0].ns + 1

    def _moment(self, client: httpx.Client, ns: int) -> Iterator[list[Entry]]:
        """More entries of one time than an answer may hold: one stream after the other."""
        for labels in self.api.streams(client, self.query.selector, ns):
            query, limit = self.query.of_stream(labels), self.api.limit
            rows = self.api.rows(client, query, ns, ns + 1, limit)
            if len(rows) >= limit:
                self._gaps.append(
                    f"more than {limit} entries of one stream have one time; "
                    "those beyond cannot be had"
                )
            yield [row.entry for row in rows]
