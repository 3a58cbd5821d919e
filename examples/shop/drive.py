"""A day in the shop, written to shop.log: real failures of the real service, on a clock of its own.

    python drive.py [LOG]
"""

import json
import logging
import sqlite3
import sys
import tempfile
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from shop.catalogue import Catalogue, Product
from shop.checkout import Checkout
from shop.jobs import Jobs
from shop.payments import PaymentClient
from shop.stock import Stock
from shop.web import Shop

log = logging.getLogger("shop.main")


class Clock:
    """The shop's time: it moves when the driver says so, and a little with every log line."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 3, 8, 59, 58, 17000, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)

    def stamp(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        self.forward(milliseconds=3 + len(record.getMessage()) % 7)
        return f"{self.time:%Y-%m-%d %H:%M:%S},{self.time.microsecond // 1000:03}"


class Provider(ThreadingHTTPServer):
    """A payment provider that answers as `mood` says."""

    daemon_threads = True
    mood = "well"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Till)
        self.closing = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Till(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.mood == "silent":
            self.server.closing.wait()
            return
        busy = self.server.mood == "busy"
        answer = {"error": "rate limit exceeded, retry after 30 seconds"} if busy else {"reference": f"ch-{body['cart']}"}
        self.send_response(429 if busy else 201)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


class Day:
    """The service, put together, and what customers and the crontab do to it."""

    def __init__(self, clock: Clock, provider: Provider, database: Path) -> None:
        self.clock = clock
        self.provider = provider
        self.database = database
        self.connection = sqlite3.connect(database, timeout=0)
        self.catalogue = Catalogue(self.connection)
        self.stock = Stock({"assam": 40, "sencha": 12, "exception-blend": 9}, clock.now)
        payments = PaymentClient("127.0.0.1", provider.server_port, timeout=0.1)
        self.shop = Shop(self.catalogue, self.stock, Checkout(self.catalogue, self.stock, payments))
        self.jobs = Jobs(self.catalogue, self.stock)

    def open(self) -> None:
        log.info("ErrorHandler registered for 3 exception types")
        self.catalogue.create()
        for product in (
            Product("assam", "Assam, 100 g", 650),
            Product("sencha", "Sencha, 50 g", 890),
            Product("exception-blend", "The Exception, house blend", 1200),
        ):
            self.catalogue.add(product)
        log.info("catalogue ready: 3 products, 0 errors, 0 warnings")
        log.warning("no mail server configured: receipts are kept in the outbox")

    def browse(self, *skus: str) -> None:
        for sku in skus:
            self.shop.handle("GET", f"/products/{sku}")
            self.clock.forward(seconds=4)

    def fill(self, cart: str, sku: str, quantity: object) -> None:
        self.shop.handle("POST", f"/carts/{cart}", {"sku": sku, "quantity": quantity})
        self.clock.forward(seconds=11)

    def pay(self, cart: str, mood: str = "well") -> None:
        self.provider.mood = mood
        self.shop.handle("POST", f"/carts/{cart}/payment")
        self.clock.forward(seconds=20)

    def buy(self, cart: str, sku: str, quantity: int) -> None:
        self.fill(cart, sku, quantity)
        self.pay(cart)

    def look(self, sku: str) -> None:
        self.shop.handle("GET", f"/stock/{sku}")
        self.clock.forward(seconds=2)

    def abandon(self, cart: str, sku: str, quantity: int) -> None:
        """The customer walks away, and the reservation runs out."""
        self.fill(cart, sku, quantity)
        self.clock.forward(minutes=16)

    def reprice_while_locked(self) -> None:
        other = sqlite3.connect(self.database)
        other.execute("BEGIN IMMEDIATE")
        self.jobs.run("reprice", prices={"sencha": 910})
        other.rollback()
        other.close()

    def restore_old_backup(self) -> None:
        log.warning("database restored from the backup of 2026-09-30")
        with self.connection:
            self.connection.execute("DROP TABLE price_history")

    def morning(self) -> None:
        self.browse("assam", "sencha", "exception-blend")
        self.buy("1001", "assam", 2)
        self.look("assam")
        self.fill("1002", "sencha", 0)
        self.fill("1002", "sencha", 1)
        self.pay("1002", mood="silent")
        self.pay("1002")
        self.jobs.run("sweep")
        self.abandon("1003", "assam", 5)
        self.look("assam")
        self.look("assam")
        self.jobs.run("reprice", prices={"assam": 640, "sencha": 900})
        self.shop.handle("GET", "/error-pages")
        self.shop.handle("GET", "/errors/traceback.html")

    def noon(self) -> None:
        self.clock.forward(hours=2)
        self.browse("exception-blend", "coffee")
        self.buy("1004", "exception-blend", 1)
        self.fill("1005", "assam", 400)
        self.abandon("1006", "sencha", 2)
        self.jobs.run("sweep")
        self.clock.forward(minutes=5)
        self.jobs.run("sweep")
        self.reprice_while_locked()
        self.buy("1007", "assam", 1)
        self.fill("1008", "exception-blend", 6)
        self.pay("1008", mood="busy")
        self.pay("1008")
        log.info("failover test: standby took over successfully (no error)")

    def afternoon(self) -> None:
        self.clock.forward(hours=3)
        self.abandon("1009", "assam", 3)
        self.look("sencha")
        self.restore_old_backup()
        self.jobs.run("report")
        self.fill("1010", "sencha", -3)
        self.buy("1010", "sencha", 3)
        self.fill("1011", "assam", 2)
        self.pay("1011", mood="silent")
        self.pay("1011")
        self.reprice_while_locked()
        self.jobs.run("reprice", prices={"sencha": 910})
        self.abandon("1012", "sencha", 1)
        self.jobs.run("sweep")
        self.jobs.run("sweep")
        self.abandon("1013", "assam", 1)
        self.look("assam")
        self.look("assam")

    def close(self) -> None:
        self.connection.close()
        log.info("closing: payments failed=2 panic_total=0 fatal=0")


def main(path: Path) -> None:
    clock = Clock()
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.formatter.formatTime = clock.stamp
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    with tempfile.TemporaryDirectory() as folder, Provider() as provider:
        day = Day(clock, provider, Path(folder) / "shop.db")
        day.open()
        day.morning()
        day.noon()
        day.afternoon()
        day.close()
        provider.closing.set()
        provider.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "shop.log"))
