import sqlite3
import unittest
from datetime import datetime, timezone

from shop.catalogue import Catalogue, Product
from shop.checkout import Checkout
from shop.jobs import Jobs
from shop.stock import Stock
from shop.web import Shop


class Free:
    def charge(self, cart: str, cents: int) -> str:
        return f"free-{cart}"


class WebTest(unittest.TestCase):
    def setUp(self) -> None:
        connection = sqlite3.connect(":memory:")
        self.addCleanup(connection.close)
        catalogue = Catalogue(connection)
        catalogue.create()
        catalogue.add(Product("assam", "Assam, 100 g", 650))
        time = datetime(2026, 11, 3, 9, 0, tzinfo=timezone.utc)
        stock = Stock({"assam": 10}, now=lambda: time)
        self.shop = Shop(catalogue, stock, Checkout(catalogue, stock, Free()))
        self.jobs = Jobs(catalogue, stock)

    def test_a_customer_buys_tea(self) -> None:
        self.assertEqual(self.shop.handle("GET", "/products/assam")[1]["cents"], 650)
        self.assertEqual(self.shop.handle("POST", "/carts/7", {"sku": "assam", "quantity": 2})[0], 201)
        self.assertEqual(self.shop.handle("POST", "/carts/7/payment"), (201, {"reference": "free-7"}))
        self.assertEqual(self.shop.handle("GET", "/stock/assam")[1]["available"], 8)

    def test_unknown_pages_and_goods_are_not_found(self) -> None:
        self.assertEqual(self.shop.handle("GET", "/nowhere")[0], 404)
        self.assertEqual(self.shop.handle("GET", "/products/coffee")[0], 404)

    def test_bad_input_is_refused_and_logged(self) -> None:
        with self.assertLogs("shop.web", "ERROR"):
            status, _ = self.shop.handle("POST", "/carts/7", {"sku": "assam", "quantity": -1})
        self.assertEqual(status, 422)

    def test_jobs_report_whether_they_ran(self) -> None:
        self.assertTrue(self.jobs.run("sweep"))
        self.assertTrue(self.jobs.run("reprice", prices={"assam": 700}))
        self.assertEqual(self.shop.handle("GET", "/products/assam")[1]["cents"], 700)
        with self.assertLogs("shop.jobs", "ERROR"):
            self.assertFalse(self.jobs.run("no_such_job"))
