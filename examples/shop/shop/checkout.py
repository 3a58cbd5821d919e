"""Carts: goods set aside for a customer, and paid for together."""

from typing import Protocol

from shop.catalogue import Catalogue
from shop.stock import Stock

MOST = 99


class InvalidQuantity(ValueError):
    """Not a quantity that the shop sells."""


class Payments(Protocol):
    def charge(self, cart: str, cents: int) -> str: ...


class Checkout:
    def __init__(self, catalogue: Catalogue, stock: Stock, payments: Payments) -> None:
        self._catalogue = catalogue
        self._stock = stock
        self._payments = payments
        self._carts: dict[str, list[tuple[int, int]]] = {}

    def add(self, cart: str, sku: str, quantity: object) -> None:
        """Put goods into a cart; they are reserved for a while."""
        if not isinstance(quantity, int) or not 1 <= quantity <= MOST:
            raise InvalidQuantity(f"quantity must be between 1 and {MOST}, got {quantity!r}")
        cents = self._catalogue.product(sku).cents * quantity
        reservation = self._stock.reserve(sku, quantity)
        self._carts.setdefault(cart, []).append((reservation, cents))

    def pay(self, cart: str) -> str:
        """Charge the cart; the goods leave the shop once it is paid. Returns the reference."""
        lines = self._carts.get(cart, [])
        reference = self._payments.charge(cart, sum(cents for _, cents in lines))
        for reservation, _ in lines:
            self._stock.take(reservation)
        self._carts.pop(cart, None)
        return reference
