"""Loki's HTTP API: one question, one answer, and what it says of its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import httpx
import orjson

from errwatch import lazy_re as re
from errwatch.errors import SourceError
from errwatch.sources.backend import Busy
from errwatch.sources.entries import Entry
from errwatch.sources.loki_address import Address
from errwatch.sources.retry import retry_after

PAGE = 5_000
"""Entries of one answer; Loki's own default for the most there may be."""

SPAN = 30 * 24 * 3600 * 1_000_000_000
"""Nanoseconds of one question; as much as Loki's default allows."""

LEAST_SPAN = 1_000_000_000

LONGEST_ADDRESS = 2_000
"""Characters of a query that stands in an address."""

_TOO_MANY = re.compile(r"max entries limit.{0,80}\((\d+) > (\d+)\)")
_TOO_LONG = re.compile(r"range exceeds the limit.{0,80}limit: ([0-9a-z.]{1,30})\)")
_DURATION = re.compile(r"(\d+)([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class Smaller(Exception):
    """The question was too large; it may be asked again within the limits as they are now."""


class Refused(Busy):
    """Loki does not take such a question."""


class Row(NamedTuple):
    """An entry with the labels of its stream, and no others."""

    entry: Entry
    stream: Mapping[str, str]


class Api:
    """`name` is what the source is called where something is said of it."""

    def __init__(self, address: Address, name: str) -> None:
        self._address = address
        self._name = name
        self.limit, self.most, self.span = PAGE, 0, SPAN
        """Entries of an answer, and as many as Loki allows where it said so; nanoseconds."""

    def client(self) -> httpx.Client:
        return self._address.client()

    def rows(
        self,
        client: httpx.Client,
        query: str,
        start: int,
        end: int,
        limit: int,
        *,
        direction: str = "forward",
    ) -> list[Row]:
        """By their timestamps. Raises Smaller, SourceError."""
        span = {"start": str(start), "end": str(end)}
        question = {"query": query, "limit": str(limit), "direction": direction, **span}
        answer = self._ask(client, "query_range", question)
        try:
            return sorted(_rows(answer["data"]), key=lambda row: row.entry.ns)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            msg = f"{self._name}: the answer is not one of Loki; does the query give log lines?"
            raise Busy(msg) from error

    def streams(self, client: httpx.Client, selector: str, ns: int) -> list[Mapping[str, str]]:
        """The labels of the streams that have entries at one time. Raises SourceError."""
        question = {"match[]": selector, "start": str(ns), "end": str(ns + 1)}
        found = self._ask(client, "series", question).get("data")
        return found if isinstance(found, list) else []

    def _ask(
        self, client: httpx.Client, path: str, question: Mapping[str, str]
    ) -> dict[str, object]:
        try:
            response = _send(client, f"{self._address.base}/loki/api/v1/{path}", question)
        except httpx.HTTPError as error:
            msg = f"{self._name}: cannot be asked: {error or type(error).__name__}"
            raise Busy(msg) from error
        if response.status_code != 200:
            raise self._refused(response, question)
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            msg = f"{self._name}: the answer is not JSON; is LOKI_ADDR the address of Loki itself?"
            raise Busy(msg) from error
        if not isinstance(answer, dict):
            msg = f"{self._name}: the answer is not one of Loki"
            raise Busy(msg)
        return answer

    def _refused(self, response: httpx.Response, question: Mapping[str, str]) -> Exception:
        status, text = response.status_code, response.text[:1000]
        length, limit = int(question["end"]) - int(question["start"]), int(question.get("limit", 0))
        if status == 400 and (found := _TOO_MANY.search(text)) and 0 < int(found[2]) < limit:
            self.limit = self.most = int(found[2])
            return Smaller()
        found = _TOO_LONG.search(text) if status == 400 else None
        if found and LEAST_SPAN <= _nanoseconds(found[1]) < length:
            self.span = _nanoseconds(found[1])
            return Smaller()
        if status == 504 and length >= 2 * LEAST_SPAN:
            self.span = length // 2
            return Smaller()
        return self._said(response, " ".join(text.split())[:200])

    def _said(self, response: httpx.Response, text: str) -> SourceError:
        status = response.status_code
        html = "html" in response.headers.get("content-type", "") or text.startswith("<")
        said = f"HTTP {status}" if html or not text else f"HTTP {status}: {text}"
        if status in (401, 403):
            said += "; see LOKI_USERNAME and LOKI_PASSWORD, LOKI_BEARER_TOKEN, LOKI_ORG_ID"
        if status == 400:
            return Refused(f"{self._name}: {said}")
        after = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
        return Busy(f"{self._name}: {said}", after)


def _send(client: httpx.Client, url: str, question: Mapping[str, str]) -> httpx.Response:
    """Some proxies refuse addresses that are longer, and some refuse all but GET."""
    if len(question.get("query", "")) > LONGEST_ADDRESS:
        return client.post(url, data=question)
    return client.get(url, params=question)


def _rows(data: object) -> Iterator[Row]:
    if not isinstance(data, dict) or data["resultType"] != "streams":
        msg = "no log lines"
        raise ValueError(msg)
    for stream in data["result"]:
        labels = {str(key): str(value) for key, value in stream["stream"].items()}
        for ns, line, *more in stream["values"]:
            named = labels
            if level := _level(more):
                named = {"level": level, **labels}
            yield Row(Entry(int(ns), tuple(sorted(named.items())), str(line)), labels)


def _level(more: list[dict[str, dict[str, str]]]) -> str:
    """What was attached to an entry of its level, by its sender or by Loki."""
    attached = more[0].get("structuredMetadata", {}) if more else {}
    return str(attached.get("level") or attached.get("detected_level") or "")


def _nanoseconds(duration: str) -> int:
    """Of a duration as Go and Prometheus write it: `30d1h`, `721h0m0s`."""
    found = _DURATION.findall(duration)
    return sum(int(number) * _SECONDS[unit] for number, unit in found) * 1_000_000_000
