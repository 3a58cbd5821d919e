"""How much there is of each product, and what is set aside for carts that are still open."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

log = logging.getLogger("shop.stock")

LOW = 3
HOLD = timedelta(minutes=15)


class OutOfStock(Exception):
    """Less is available than was asked for."""


@dataclass(frozen=True)
class Reservation:
    sku: str
    quantity: int
    expires: datetime


class Stock:
    """Levels by SKU. A reservation lowers the level until it is taken, released, or expires."""

    def __init__(self, levels: dict[str, int], now: Callable[[], datetime]) -> None:
        self._levels = dict(levels)
        self._now = now
        self._numbers = count(1)
        self._reservations: dict[int, Reservation] = {}

    def available(self, sku: str) -> int:
        self.release_expired()
        return self._levels.get(sku, 0)

    def reserve(self, sku: str, quantity: int) -> int:
        """Set goods aside; returns the number of the reservation."""
        if self._levels.get(sku, 0) < quantity:
            raise OutOfStock(f"{sku}: {quantity} wanted, {self._levels.get(sku, 0)} left")
        self._levels[sku] -= quantity
        if self._levels[sku] < LOW:
            log.warning("low stock: %s, %d left", sku, self._levels[sku])
        number = next(self._numbers)
        self._reservations[number] = Reservation(sku, quantity, self._now() + HOLD)
        return number

    def take(self, number: int) -> None:
        """The goods are paid for and leave the shop."""
        self._reservations.pop(number, None)

    def release(self, number: int) -> None:
        """The goods go back on the shelf."""
        held = self._reservations.pop(number)
        self._levels[held.sku] += held.quantity

    def release_expired(self) -> int:
        """Release every reservation whose time is over; returns how many there were."""
        released = 0
        for number, held in self._reservations.items():
            if held.expires <= self._now():
                self.release(number)
                released += 1
        return released
