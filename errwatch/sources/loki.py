"""Loki, asked for ranges of time over HTTP. All that it holds is read in the order of its times."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping

import httpx
import orjson

from errwatch.errors import SourceError, UsageError
from errwatch.sources.backend import Busy
from errwatch.sources.entries import Entry
from errwatch.sources.loki_address import Address
from errwatch.sources.loki_tail import Tail

PAGE = 5_000
"""Entries of one answer; Loki's own default for the most there may be."""

SPAN = 30 * 24 * 3600 * 1_000_000_000
"""Nanoseconds of one question; as much as Loki's default allows."""

LEAST_SPAN = 1_000_000_000

_TOO_MANY = re.compile(r"max entries limit.{0,80}\((\d+) > (\d+)\)")
_TOO_LONG = re.compile(r"range exceeds the limit.{0,80}limit: ([0-9a-z.]{1,30})\)")
_DURATION = re.compile(r"(\d+)([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class _Smaller(Exception):
    """The question was too large; it may be asked again as it is now."""


class Loki:
    """Implements `errwatch.sources.backend.Backend` for one query of one tenant.

    Raises UsageError where the environment does not say where Loki is.
    """

    def __init__(self, query: str, environment: Mapping[str, str], *, tail: bool = False) -> None:
        """`tail`: it tells at once that there is something new."""
        self._query = query.strip()
        self._selector, self._pipeline = split(self._query)
        try:
            self._address = Address.of(environment)
        except UsageError as error:
            msg = f"loki:{query}: {error}"
            raise UsageError(msg) from error
        self.name = f"loki:{self._address.name} {self._query}"
        self._limit, self._most, self._span = PAGE, 0, SPAN
        self._gaps: list[str] = []
        self._closed = threading.Event()
        self._tail = Tail(self._address, self._query) if tail else None

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
        with self._address.client() as client:
            limit = self._limit
            while since < until and not self._closed.is_set():
                end = min(until, since + self._span)
                try:
                    page = self._page(client, self._query, since, end, limit)
                except _Smaller:
                    limit = self._limit
                    continue
                if len(page) < limit:
                    yield page
                    since, limit = end, self._limit
                elif page[0].ns != page[-1].ns:
                    yield page
                    since, limit = page[-1].ns, self._limit
                elif not self._most:
                    limit *= 2
                else:
                    yield page
                    yield from self._moment(client, page[0].ns)
                    since = page[0].ns + 1

    def _moment(self, client: httpx.Client, ns: int) -> Iterator[list[Entry]]:
        """More entries of one time than an answer may hold: one stream after the other."""
        span = {"start": str(ns), "end": str(ns + 1)}
        answer = self._get(client, "series", {"match[]": self._selector, **span})
        streams = answer.get("data")
        for labels in streams if isinstance(streams, list) else []:
            selector = ", ".join(f"{key}={_quoted(value)}" for key, value in labels.items())
            query = f"{{{selector}}} {self._pipeline}"
            page = self._page(client, query, ns, ns + 1, self._limit)
            if len(page) >= self._limit:
                self._gaps.append(
                    f"more than {self._limit} entries of one stream have one time; "
                    "those beyond cannot be had"
                )
            yield page

    def _page(
        self, client: httpx.Client, query: str, start: int, end: int, limit: int
    ) -> list[Entry]:
        span = {"start": str(start), "end": str(end)}
        question = {"query": query, "limit": str(limit), "direction": "forward", **span}
        answer = self._get(client, "query_range", question)
        try:
            return sorted(_entries(answer["data"]), key=lambda entry: entry.ns)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            msg = f"{self.name}: the answer is not one of Loki; does the query give log lines?"
            raise Busy(msg) from error

    def _get(
        self, client: httpx.Client, path: str, question: Mapping[str, str]
    ) -> dict[str, object]:
        try:
            response = client.get(f"{self._address.base}/loki/api/v1/{path}", params=question)
        except httpx.HTTPError as error:
            msg = f"{self.name}: cannot be asked: {error or type(error).__name__}"
            raise Busy(msg) from error
        if response.status_code != 200:
            raise self._refused(response, question)
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            msg = f"{self.name}: the answer is not JSON; is LOKI_ADDR the address of Loki itself?"
            raise Busy(msg) from error
        if not isinstance(answer, dict):
            msg = f"{self.name}: the answer is not one of Loki"
            raise Busy(msg)
        return answer

    def _refused(self, response: httpx.Response, question: Mapping[str, str]) -> Exception:
        status, text = response.status_code, response.text[:1000]
        length, limit = int(question["end"]) - int(question["start"]), int(question.get("limit", 0))
        if status == 400 and (found := _TOO_MANY.search(text)) and 0 < int(found[2]) < limit:
            self._limit = self._most = int(found[2])
            return _Smaller()
        found = _TOO_LONG.search(text) if status == 400 else None
        if found and LEAST_SPAN <= _nanoseconds(found[1]) < length:
            self._span = _nanoseconds(found[1])
            return _Smaller()
        if status == 504 and length >= 2 * LEAST_SPAN:
            self._span = length // 2
            return _Smaller()
        return self._said(response, " ".join(text.split())[:200])

    def _said(self, response: httpx.Response, text: str) -> SourceError:
        status = response.status_code
        html = "html" in response.headers.get("content-type", "") or text.startswith("<")
        said = f"HTTP {status}" if html or not text else f"HTTP {status}: {text}"
        if status in (401, 403):
            said += "; see LOKI_USERNAME and LOKI_PASSWORD, LOKI_BEARER_TOKEN, LOKI_ORG_ID"
        after = response.headers.get("retry-after", "")
        return Busy(f"{self.name}: {said}", float(after[:6]) if after.isdecimal() else None)


def split(query: str) -> tuple[str, str]:
    """The stream selector, and the pipeline after it. Raises UsageError where there is none."""
    quote, escaped = "", False
    for place, sign in enumerate(query):
        if quote:
            ended = sign == quote and not escaped
            escaped = sign == "\\" and not escaped and quote == '"'
            quote = "" if ended else quote
        elif sign in '"`':
            quote = sign
        elif sign == "}" and query.startswith("{"):
            return query[: place + 1], query[place + 1 :].strip()
    msg = f'loki:{query}: not a query such as loki:{{app="shop"}}'
    raise UsageError(msg)


def _entries(data: object) -> Iterator[Entry]:
    if not isinstance(data, dict) or data["resultType"] != "streams":
        msg = "no log lines"
        raise ValueError(msg)
    for stream in data["result"]:
        labels = {str(key): str(value) for key, value in stream["stream"].items()}
        for ns, line, *more in stream["values"]:
            named = labels
            if level := _level(more):
                named = {"level": level, **labels}
            yield Entry(int(ns), tuple(sorted(named.items())), str(line))


def _level(more: list[dict[str, dict[str, str]]]) -> str:
    """What was attached to an entry of its level, by its sender or by Loki."""
    attached = more[0].get("structuredMetadata", {}) if more else {}
    return str(attached.get("level") or attached.get("detected_level") or "")


def _quoted(value: object) -> str:
    return orjson.dumps(str(value)).decode()


def _nanoseconds(duration: str) -> int:
    """Of a duration as Go and Prometheus write it: `30d1h`, `721h0m0s`."""
    found = _DURATION.findall(duration)
    return sum(int(number) * _SECONDS[unit] for number, unit in found) * 1_000_000_000
