"""What an attempt may cost, counted when a call starts and charged when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from errwatch.model.conversation import Usage

CACHE_READ, CACHE_WRITE = 0.1, 1.25
"""Of the price of a token that is read without the cache."""


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens."""

    input: float
    output: float

    def of(self, usage: Usage) -> float:
        """Dollars."""
        read = usage.input + CACHE_READ * usage.cache_read + CACHE_WRITE * usage.cache_write
        return (read * self.input + usage.output * self.output) / 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one fix, whatever models work on it."""

    dollars: float = 2.0
    turns: int = 60
    tokens: int = 2_000_000
    """Read and written, together."""
    seconds: float = 1200.0


class Budget:
    """`clock` gives seconds that only grow. A model without a price is counted at the highest."""

    def __init__(
        self, limits: Limits, prices: Mapping[str, Price], clock: Callable[[], float]
    ) -> None:
        self._limits = limits
        self._prices = prices
        self._clock = clock
        self._began = clock()
        self.dollars = 0.0
        self.turns = self.tokens = 0

    def exhausted(self) -> str | None:
        """Why no call may start any more; None where one may."""
        limits, seconds = self._limits, self._clock() - self._began
        if self.dollars >= limits.dollars:
            return f"the budget of ${limits.dollars:.2f} is spent (${self.dollars:.2f})"
        if self.turns >= limits.turns:
            return f"the budget of {limits.turns} turns is spent"
        if self.tokens >= limits.tokens:
            return f"the budget of {limits.tokens:,} tokens is spent"
        if seconds >= limits.seconds:
            return f"the budget of {limits.seconds:.0f} s is spent"
        return None

    def start(self) -> None:
        """A call starts: it counts, whatever becomes of it."""
        self.turns += 1

    def charge(self, model: str, usage: Usage) -> float:
        """The dollars that a reply cost."""
        cost = self.price(model).of(usage)
        self.dollars += cost
        self.tokens += usage.input + usage.output + usage.cache_read + usage.cache_write
        return cost

    def price(self, model: str) -> Price:
        """By the longest name that the model's begins with, for those with a date behind."""
        named = [name for name in self._prices if model.startswith(name)]
        if named:
            return self._prices[max(named, key=len)]
        return max(self._prices.values(), key=lambda price: price.output)
