import sqlite3
import unittest
from datetime import datetime, timezone

from shop.catalogue import Catalogue, Product, UnknownProduct
from shop.checkout import Checkout, InvalidQuantity
from shop.payments import PaymentDeclined
from shop.stock import Stock


class Till:
    """A payment provider that declines what costs more than it is told to."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.charged: list[tuple[str, int]] = []

    def charge(self, cart: str, cents: int) -> str:
        if cents > self.limit:
            raise PaymentDeclined("limit exceeded")
        self.charged.append((cart, cents))
        return f"till-{len(self.charged)}"


class CheckoutTest(unittest.TestCase):
    def setUp(self) -> None:
        connection = sqlite3.connect(":memory:")
        self.addCleanup(connection.close)
        catalogue = Catalogue(connection)
        catalogue.create()
        catalogue.add(Product("assam", "Assam, 100 g", 650))
        time = datetime(2026, 11, 3, 9, 0, tzinfo=timezone.utc)
        self.stock = Stock({"assam": 10}, now=lambda: time)
        self.till = Till(limit=2000)
        self.checkout = Checkout(catalogue, self.stock, self.till)

    def test_a_cart_is_charged_and_its_goods_leave(self) -> None:
        self.checkout.add("c1", "assam", 2)
        self.checkout.add("c1", "assam", 1)
        self.assertEqual(self.checkout.pay("c1"), "till-1")
        self.assertEqual(self.till.charged, [("c1", 1950)])
        self.assertEqual(self.stock.available("assam"), 7)

    def test_a_declined_cart_keeps_its_reservations(self) -> None:
        self.checkout.add("c1", "assam", 4)
        with self.assertRaises(PaymentDeclined):
            self.checkout.pay("c1")
        self.assertEqual(self.stock.available("assam"), 6)

    def test_odd_quantities_are_refused(self) -> None:
        for quantity in (0, -3, 100, "2", None):
            with self.subTest(quantity=quantity), self.assertRaises(InvalidQuantity):
                self.checkout.add("c1", "assam", quantity)

    def test_only_goods_of_the_catalogue_are_sold(self) -> None:
        with self.assertRaises(UnknownProduct):
            self.checkout.add("c1", "coffee", 1)
