"""Reservations that expire must go back on the shelf. Exits 1 with the traceback while they do not."""

from datetime import datetime, timezone

from shop.stock import HOLD, Stock

time = datetime(2026, 11, 3, 9, 0, tzinfo=timezone.utc)
stock = Stock({"assam": 10, "sencha": 4}, now=lambda: time)
stock.reserve("assam", 3)
stock.reserve("sencha", 1)
time += HOLD / 2
stock.reserve("assam", 2)
time += HOLD / 2

levels = stock.available("assam"), stock.available("sencha")
if levels != (8, 4):
    raise SystemExit(f"expected 8 assam and 4 sencha, got {levels}")
print("available again:", *levels)
