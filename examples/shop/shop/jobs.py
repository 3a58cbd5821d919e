"""What runs by the clock: housekeeping that nobody waits for."""

import logging

from shop.catalogue import Catalogue
from shop.stock import Stock

log = logging.getLogger("shop.jobs")


class Jobs:
    def __init__(self, catalogue: Catalogue, stock: Stock) -> None:
        self._catalogue = catalogue
        self._stock = stock

    def run(self, name: str, **options: object) -> bool:
        """Run one job; a failure is logged and the next one runs all the same."""
        try:
            result = getattr(self, f"_{name}")(**options)
        except Exception:
            log.exception("job %s failed", name)
            return False
        log.info("job %s done: %s, 0 errors", name, result)
        return True

    def _sweep(self) -> str:
        return f"{self._stock.release_expired()} reservations released"

    def _reprice(self, prices: dict[str, int]) -> str:
        for sku, cents in prices.items():
            self._catalogue.reprice(sku, cents)
        return f"{len(prices)} prices set"

    def _report(self) -> str:
        return f"{self._catalogue.price_changes()} price changes"
