import unittest
from datetime import datetime, timedelta, timezone

from shop.stock import HOLD, OutOfStock, Stock


class StockTest(unittest.TestCase):
    def setUp(self) -> None:
        self.time = datetime(2026, 11, 3, 9, 0, tzinfo=timezone.utc)
        self.stock = Stock({"assam": 10, "sencha": 4}, now=lambda: self.time)

    def test_unknown_goods_are_not_available(self) -> None:
        self.assertEqual(self.stock.available("coffee"), 0)

    def test_reserving_lowers_the_level(self) -> None:
        self.stock.reserve("assam", 3)
        self.assertEqual(self.stock.available("assam"), 7)

    def test_no_more_than_there_is_can_be_reserved(self) -> None:
        with self.assertRaises(OutOfStock):
            self.stock.reserve("sencha", 5)

    def test_released_goods_are_available_again(self) -> None:
        number = self.stock.reserve("assam", 3)
        self.stock.release(number)
        self.assertEqual(self.stock.available("assam"), 10)

    def test_taken_goods_are_gone(self) -> None:
        self.stock.take(self.stock.reserve("assam", 3))
        self.assertEqual(self.stock.available("assam"), 7)

    def test_a_reservation_holds_until_its_time_is_over(self) -> None:
        self.stock.reserve("assam", 3)
        self.stock.reserve("sencha", 1)
        self.time += HOLD - timedelta(seconds=1)
        self.assertEqual(self.stock.release_expired(), 0)
        self.assertEqual(self.stock.available("assam"), 7)
