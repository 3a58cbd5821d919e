"""What the services of one environment of Railway say, across their deployments."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import httpx

from errwatch.errors import UsageError
from errwatch.sources.entries import Entry
from errwatch.sources.railway.api import Api, Failed, TooLarge
from errwatch.sources.railway.drops import Drops
from errwatch.sources.railway.entries import of_log, stamp
from errwatch.sources.railway.target import Target, Wanted, find
from errwatch.sources.railway.tokens import Kind
from errwatch.sources.windows import STEP, Answer, Windows

LOGS = """query logs(
  $environmentId: String!, $filter: String, $beforeDate: String, $anchorDate: String
  $afterDate: String, $beforeLimit: Int, $afterLimit: Int
) {
  environmentLogs(
    environmentId: $environmentId, filter: $filter, beforeDate: $beforeDate
    anchorDate: $anchorDate, afterDate: $afterDate
    beforeLimit: $beforeLimit, afterLimit: $afterLimit
  ) {
    timestamp message severity
    tags { serviceId deploymentId deploymentInstanceId }
    attributes { key value }
  }
}"""

PAGE = 5_000
"""Entries of one answer; the most that Railway says of its older questions for logs."""

SURE = 500
"""As many are given to whoever asks for more: Railway's own command line does."""

LEAST_PAGE = 100

MARGIN = STEP
"""Nanoseconds that are asked for around what is wanted: moments may be cut to milliseconds, and
whether the ends belong to the answer is not said."""


class Railway:
    """Implements `errwatch.sources.backend.Backend`, for one service or all of them.

    Raises UsageError where the environment does not say enough.
    """

    def __init__(
        self,
        service: str,
        environment: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._wanted = Wanted.of(service, environment)
        self.name = name_of(service, self._wanted, environment)
        self.api = Api(self.name, environment, clock=clock)
        if self.api.kind is Kind.ACCOUNT and not self._wanted.project:
            msg = f"{self.name}: RAILWAY_API_TOKEN needs RAILWAY_PROJECT_ID, too"
            raise UsageError(msg)
        self._target: Target | None = None
        self._limit, self._sure = PAGE, SURE
        self._windows, self._drops = Windows(), Drops()
        self._closed = threading.Event()

    def target(self, client: httpx.Client) -> Target:
        """Raises SourceError."""
        if self._target is None:
            question = partial(self.api.ask, client)
            self._target = find(self._wanted, self.api.kind, question, self.name)
        return self._target

    def wait(self, seconds: float) -> bool:
        """At least as long as the plan's questions last."""
        self._closed.wait(max(seconds, self.api.budget.pause()))
        return False

    def close(self) -> None:
        self._closed.set()

    def gaps(self) -> list[str]:
        return self._drops.gaps()

    def fetch(self, since: int, until: int) -> Iterator[list[Entry]]:
        self._drops.forget(since)
        with self.api.client() as client:
            target = self.target(client)
            ask = partial(self._answer, client, target)
            take = partial(self._take, client, target)
            for page in self._windows.read(since, until, ask, take, self._closed.is_set):
                self._drops.look(page)
                yield page

    def _answer(
        self, client: httpx.Client, target: Target, since: int, end: int, more: str = ""
    ) -> Answer:
        rows = self._rows(client, target, since, end, more)
        if self._sure <= len(rows) < self._limit:
            self._make_sure(rows, self._rows(client, target, since, rows[0].ns + 1, more))
        wanted = [
            one
            for one in rows
            if since <= one.ns < end and target.has(dict(one.labels).get("service"))
        ]
        filled = len(rows) / self._limit
        if rows and rows[0].ns < since:  # as far back as was wanted, and farther
            filled = min(filled, 0.99)
        return Answer(wanted, filled)

    def _make_sure(self, rows: Sequence[Entry], older: Sequence[Entry]) -> None:
        """Learn whether an answer that is not full left out older ones: then it was full."""
        first = rows[0].ns
        if sum(one.ns <= first for one in older) > sum(one.ns <= first for one in rows):
            self._limit = len(rows)
        else:
            self._sure = len(rows) + 1

    def _rows(
        self, client: httpx.Client, target: Target, since: int, end: int, more: str
    ) -> list[Entry]:
        """The newest of that time, and of a little time around it, the oldest first."""
        filter_ = " AND ".join(part for part in (target.filter, more) if part)
        after = stamp(end + MARGIN)
        while True:
            try:
                data = self.api.ask(
                    client, LOGS, environmentId=target.environment, filter=filter_,
                    beforeDate=stamp(since - MARGIN), anchorDate=after, afterDate=after,
                    beforeLimit=self._limit, afterLimit=0,
                )  # fmt: skip
                break
            except TooLarge:
                if self._limit <= LEAST_PAGE:
                    raise
                self._limit = max(LEAST_PAGE, self._limit // 2)
            except Failed:
                self._limit = min(self._limit, SURE)
                raise
        return self._entries(data.get("environmentLogs"))

    def _entries(self, rows: object) -> list[Entry]:
        if not isinstance(rows, list):
            raise self.api.strange()
        try:
            return sorted(map(of_log, rows), key=lambda one: one.ns)
        except ValueError as error:
            raise self.api.strange() from error

    def _take(self, client: httpx.Client, target: Target, since: int, end: int) -> list[Entry]:
        """More entries of a time than an answer may hold: one replica after the other."""
        replicas: list[str] = []
        while True:
            others = " AND ".join(f"-replica:{one}" for one in replicas)
            answer = self._answer(client, target, since, end, others)
            seen = dict.fromkeys(dict(one.labels).get("replica", "") for one in answer.entries)
            fresh = [one for one in seen if one and one not in replicas]
            if answer.filled < 1 or not fresh:
                break
            replicas += fresh
        parts = [self._answer(client, target, since, end, f"replica:{one}") for one in replicas]
        if any(part.filled >= 1 for part in (answer, *parts)):
            gap = "a replica said more in one millisecond than can be had; the first of it is lost"
            self._drops.tell(since, since, gap)
        return sorted(
            (one for part in (answer, *parts) for one in part.entries), key=lambda one: one.ns
        )


def name_of(service: str, wanted: Wanted, environment: Mapping[str, str]) -> str:
    """The token of a project says by itself which one it is."""
    if environment.get("RAILWAY_TOKEN", "").strip():
        return f"railway:{service or '*'}"
    return f"railway:{wanted.project}/{wanted.environment} {service or '*'}"
