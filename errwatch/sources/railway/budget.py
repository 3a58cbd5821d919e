"""How many questions a plan has left, and how long to wait between two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from errwatch.sources.retry import LONGEST, retry_after

UNKNOWN = 5.0
"""Seconds between two questions where the service does not say how many there may be; it suits the
plan `Hobby`, with a thousand an hour."""

SHARE = 0.7
"""Of the questions that are left; the others are for whoever else asks with the same token."""


@dataclass(slots=True)
class Budget:
    """`clock` gives seconds since 1970."""

    clock: Callable[[], float]
    limit: int | None = None
    left: int | None = None
    until: float = 0.0
    """When there are all of them again."""
    asked: int = 0
    """Questions since the last pause."""

    def learn(self, headers: Mapping[str, str]) -> None:
        self.asked += 1
        limit, left = headers.get("x-ratelimit-limit", ""), headers.get("x-ratelimit-remaining", "")
        if not left.isdecimal():
            return
        self.limit = int(limit[:9]) if limit.isdecimal() else None
        self.left = int(left[:9])
        seconds = seconds_until(headers.get("x-ratelimit-reset", ""), self.clock())
        self.until = self.clock() + (LONGEST if seconds is None else seconds)

    def after(self, headers: Mapping[str, str]) -> float | None:
        """In how many seconds a question that was refused may be asked again, if that is said."""
        now = self.clock()
        seconds = retry_after(headers.get("retry-after", ""), datetime.fromtimestamp(now, UTC))
        if seconds is None:
            seconds = seconds_until(headers.get("x-ratelimit-reset", ""), now)
        return None if seconds is None else max(1.0, seconds)

    def pause(self) -> float:
        """Seconds that the questions since the last pause cost, so that those left last."""
        asked, self.asked = max(1, self.asked), 0
        if self.left is None:
            return UNKNOWN * asked
        rest = min(max(0.0, self.until - self.clock()), LONGEST)
        if self.left <= 0:
            return rest
        return min(rest, asked * rest / (self.left * SHARE))


def seconds_until(given: str, now: float) -> float | None:
    """Of a header that has seconds, the time in seconds or milliseconds since 1970, or a date.

    None where it makes no sense; never more than the hour after which a plan has all of them again.
    """
    seconds = _seconds(given.strip(), now)
    return None if seconds is None else min(max(0.0, seconds), LONGEST)


def _seconds(given: str, now: float) -> float | None:
    if given.isascii() and given.replace(".", "", 1).isdecimal():
        number = float(given[:20])
        if number >= 1e11:
            number /= 1000
        return number - now if number >= 1e8 else number
    with suppress(ValueError):
        moment = datetime.fromisoformat(given)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    return None
