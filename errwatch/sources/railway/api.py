"""Questions to Railway's GraphQL API, and the ways in which they fail."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from functools import cached_property

import httpx
import orjson

from errwatch import lazy_re as re
from errwatch.errors import SourceError, UsageError
from errwatch.redact.text import redact
from errwatch.sources.backend import Busy
from errwatch.sources.railway.budget import Budget
from errwatch.sources.railway.tokens import Kind, token_of
from errwatch.sources.windows import Slow

ADDRESS = "https://backboard.railway.com/graphql/v2"
TIMEOUT = 60.0

_DENIED = re.compile(r"not authorized|unauthorized|forbidden|token not found|invalid token")
_BUSY = re.compile(r"rate.?limit|too many requests")
_SLOW = re.compile(r"timed? ?out|deadline")
_LARGE = re.compile(r"limit|complex|too (?:large|big|many|deep)")


ADVICE = {
    Kind.PROJECT: "RAILWAY_TOKEN must be a project token, of this project and environment, "
    "that was not deleted; for an account or workspace token there is RAILWAY_API_TOKEN",
    Kind.ACCOUNT: "RAILWAY_API_TOKEN must be an account or workspace token that was not deleted, "
    "and may see the project and the environment; for a project token there is RAILWAY_TOKEN",
}


class Denied(Busy):
    """The token is no good for it. It may be mended on the other side."""


class Failed(Busy):
    """Railway does not say why."""


class TooLarge(Busy):
    """What was asked for is more than an answer may hold."""


class Api:
    """`name` begins what is said of a failure; `clock` gives seconds since 1970.

    Raises UsageError where no token is set, or one that cannot be sent.
    """

    def __init__(
        self,
        name: str,
        environment: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.kind, token = token_of(environment) or (Kind.PROJECT, "")
        if not token or not token.isascii() or not token.isprintable():
            msg = f"{name}: set RAILWAY_TOKEN to a project token, as Railway shows it"
            raise UsageError(msg)
        header = "Project-Access-Token" if self.kind is Kind.PROJECT else "Authorization"
        value = token if self.kind is Kind.PROJECT else f"Bearer {token}"
        self._headers = {header: value, "User-Agent": "errwatch"}
        self._address = _address(environment.get("RAILWAY_API_URL", ""))
        self._timeout = _timeout(environment.get("RAILWAY_HTTP_TIMEOUT", ""))
        self.budget = Budget(clock)

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def client(self) -> httpx.Client:
        verify = self._ssl if self._address.startswith("https:") else False
        return httpx.Client(headers=self._headers, timeout=self._timeout, verify=verify)

    def ask(self, client: httpx.Client, question: str, **variables: object) -> dict[str, object]:
        """The data of the answer. Raises SourceError."""
        try:
            body = {"query": question, "variables": variables}
            response = client.post(self._address, json=body)
        except httpx.TimeoutException as error:
            msg = f"{self.name}: there was no answer within {self._timeout:g} s"
            raise Slow(msg) from error
        except httpx.HTTPError as error:
            msg = f"{self.name}: cannot be asked: {error or type(error).__name__}"
            raise Busy(msg) from error
        self.budget.learn(response.headers)
        return self._data(response)

    def _data(self, response: httpx.Response) -> dict[str, object]:
        status = response.status_code
        if status == 429:
            raise self._used_up(response)
        answer = _json(response)
        if errors := answer.get("errors"):
            raise self._failed(errors, response)
        if status in (401, 403):
            msg = f"HTTP {status}"
            raise self._denied(msg)
        data = answer.get("data")
        if status == 200 and isinstance(data, dict):
            return data
        if status == 200:
            raise self.strange()
        msg = f"{self.name}: HTTP {status}"
        raise (Slow if status == 504 else Busy)(msg)

    def _used_up(self, response: httpx.Response) -> Busy:
        after = self.budget.after(response.headers)
        said = "Railway takes no more questions for now (HTTP 429)"
        if after is not None:
            said += f"; it is asked again in {_length(after)}, and nothing is lost by that"
        return Busy(f"{self.name}: {said}", after)

    def _failed(self, errors: object, response: httpx.Response) -> Exception:
        said = " ".join(redact(_messages(errors)).split())[:200]
        low = said.lower()
        if _DENIED.search(low):
            return self._denied(said)
        if _BUSY.search(low):
            return self._used_up(response)
        if _SLOW.search(low):
            return Slow(f"{self.name}: {said}")
        if _LARGE.search(low):
            return TooLarge(f"{self.name}: {said}")
        return Failed(f"{self.name}: Railway says: {said}")

    def _denied(self, said: str) -> Denied:
        return Denied(f"{self.name}: Railway says: {said}; {ADVICE[self.kind]}")

    def strange(self) -> SourceError:
        """Of an answer without what was asked for."""
        return Busy(f"{self.name}: the answer is not one of Railway's API")


def _address(given: str) -> str:
    msg = f"RAILWAY_API_URL: not an address such as {ADDRESS}"
    try:
        url = httpx.URL(given or ADDRESS)
    except httpx.InvalidURL as error:
        raise UsageError(msg) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(msg)
    return str(url)


def _timeout(given: str) -> float:
    """Seconds, as the command line of Railway reads the same variable."""
    try:
        seconds = float(given or TIMEOUT)
    except ValueError as error:
        msg = f"RAILWAY_HTTP_TIMEOUT: not a number of seconds such as {TIMEOUT:g}"
        raise UsageError(msg) from error
    return min(max(0.05, seconds), 600.0)


def _json(response: httpx.Response) -> dict[str, object]:
    """Empty where it is none."""
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _messages(errors: object) -> str:
    found = errors if isinstance(errors, list) else [errors]
    said = (str(one.get("message", one)) if isinstance(one, dict) else str(one) for one in found)
    return "; ".join(said)


def _length(seconds: float) -> str:
    return f"{round(seconds / 60)} minutes" if seconds >= 120 else f"{round(seconds)} seconds"
