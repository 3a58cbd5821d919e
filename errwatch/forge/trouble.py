"""What GitHub refuses, in our words; and whether to ask it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from errwatch.escape import plain
from errwatch.forge.site import Site
from errwatch.redact import redact

if TYPE_CHECKING:
    from github import GithubException

PAUSE = 60.0
"""Seconds that GitHub wants to be left alone where it names no other number."""


class Incomplete(Exception):
    """An answer without what it should hold."""

    def __str__(self) -> str:
        return "its answer came to nothing"


@dataclass(frozen=True, slots=True)
class Doing:
    """What is asked for, so that a refusal can say it: `open the pull request`."""

    what: str
    right: str
    """That a token needs for it: `Pull requests: write`."""


@dataclass(frozen=True, slots=True)
class Trouble:
    message: str
    passing: bool = False
    """The same may work later."""
    wait: float | None = None
    """Seconds that were asked for."""
    uncertain: bool = False
    """It may have been done all the same."""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """`secret`: where the token comes from, by name."""

    site: Site
    secret: str

    def network(self, error: Exception) -> Trouble:
        reason = plain(redact(str(error)), 200)
        message = f"{self.site.host} cannot be reached: {reason}"
        return Trouble(message, passing=True, uncertain=True)

    def refusal(self, error: GithubException, doing: Doing, now: datetime) -> Trouble:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        said = _said(error.data)
        if error.status in (403, 429) and _is_limit(said, headers):
            return self._limit(said, headers, now)
        if error.status >= 500:
            message = f"{self.site.host} answers with error {error.status}; run again later"
            return Trouble(message, passing=True, uncertain=True, status=error.status)
        return Trouble(self._words(error.status, said, doing), status=error.status)

    def _words(self, status: int, said: str, doing: Doing) -> str:
        host, repository = self.site.host, self.site.repository
        quoted = plain(redact(said), 300)
        match status:
            case 401:
                return f"{host} does not accept {self.secret} ({quoted}); make a new one"
            case 403 | 451:
                return (
                    f"{host} does not let {self.secret} {doing.what} in {repository} ({quoted}); "
                    f"it needs {doing.right}"
                )
            case 404 | 410:
                return (
                    f"{host} cannot {doing.what} in {repository} ({quoted}); "
                    f"check forge.repository, and that {self.secret} may see it"
                )
            case _:
                return f"{host} refuses to {doing.what} in {repository}: {quoted or status}"

    def _limit(self, said: str, headers: Mapping[str, str], now: datetime) -> Trouble:
        """The limit of an hour ends at a known time; any other after some seconds."""
        host, reset = self.site.host, headers.get("x-ratelimit-reset", "")
        if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
            at = datetime.fromtimestamp(int(reset[:12]), UTC)
            message = f"the rate limit of {host} is used up until {at:%H:%M} UTC; run again then"
            return Trouble(message, passing=True, wait=max(1.0, (at - now).total_seconds()))
        after = headers.get("retry-after", "")
        wait = float(after[:9]) if after.isdecimal() else PAUSE
        message = f"{host} wants to be asked less often; run again in {wait:.0f} s"
        return Trouble(message, passing=True, wait=wait)


def _is_limit(said: str, headers: Mapping[str, str]) -> bool:
    words = said.lower()
    return (
        "retry-after" in headers
        or "rate limit" in words
        or words.endswith("please wait a few minutes before you try again.")
    )


def _said(data: Any) -> str:
    """The message and those of its errors, whatever shape an answer has."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    each = [_of_error(one) for one in errors] if isinstance(errors, list) else []
    message = data.get("message")
    words = [message if isinstance(message, str) else "", *each]
    return ": ".join(word for word in words if word)


def _of_error(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    if isinstance(error.get("message"), str):
        return str(error["message"])
    return " ".join(str(error[key]) for key in ("resource", "field", "code") if key in error)
