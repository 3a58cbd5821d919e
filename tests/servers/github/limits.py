"""How often one may ask, and what goes wrong to order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.servers.http import Answer, Asked, Fault


@dataclass
class Order:
    """A fault for the next requests of a kind; `after`: it is done first, and then it breaks."""

    fault: Fault
    method: str = ""
    path: str = ""
    """That their path holds."""
    times: int = 1
    after: bool = False

    def fits(self, asked: Asked) -> bool:
        return self.method in ("", asked.method) and self.path in asked.path and self.times > 0


@dataclass
class Limits:
    limit: int = 5000
    used: int = 0
    reset: int = 1_800_000_000
    """When the hour is over, in Unix seconds."""
    orders: list[Order] = field(default_factory=list)
    chance: Callable[[Asked], bool] = lambda _asked: False
    """Which writes are done, and answered with an error."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def order_for(self, asked: Asked) -> Order | None:
        with self.lock:
            order = next((one for one in self.orders if one.fits(asked)), None)
            if order is not None:
                order.times -= 1
            elif asked.method != "GET" and self.chance(asked):
                return Order(Fault(502, "<html><title>Unicorn!</title></html>"), after=True)
            return order

    def count(self) -> bool:
        """Whether this request is still within the limit."""
        with self.lock:
            if self.used >= self.limit:
                return False
            self.used += 1
            return True

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self.used),
            "X-RateLimit-Used": str(self.used),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Resource": "core",
        }


def secondary(retry_after: int | None = None, *, status: int = 403) -> Fault:
    """Too much at once. No number of seconds is as usual as one."""
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return Fault(status, f'{{"message": "{message}"}}', headers)


def spoiled(answer: Answer, fault: Fault) -> Answer | None:
    spoilt = fault.spoil(answer)
    if spoilt is None:
        return None
    kind = "application/json" if spoilt.data[:1] in (b"{", b"[") else "text/html"
    return Answer(spoilt.status, spoilt.body, {**fault.headers, "Content-Type": kind})
