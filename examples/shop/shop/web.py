"""The front: a request in, a status and a JSON-ready answer out."""

import logging

from shop.catalogue import Catalogue, UnknownProduct
from shop.checkout import Checkout, InvalidQuantity
from shop.stock import OutOfStock, Stock

log = logging.getLogger("shop.web")
access = logging.getLogger("shop.access")

Answer = dict[str, object]


class Shop:
    def __init__(self, catalogue: Catalogue, stock: Stock, checkout: Checkout) -> None:
        self._catalogue = catalogue
        self._stock = stock
        self._checkout = checkout

    def handle(self, method: str, path: str, body: Answer | None = None) -> tuple[int, Answer]:
        """Answer a request; what goes wrong inside is logged and answered with 500."""
        try:
            status, answer = self._route(method, path, body or {})
        except InvalidQuantity as error:
            log.error("rejected %s %s: %s", method, path, error)
            status, answer = 422, {"error": str(error)}
        except (UnknownProduct, OutOfStock) as error:
            status, answer = 404, {"error": str(error)}
        except Exception:
            log.exception("%s %s failed", method, path)
            status, answer = 500, {"error": "internal error"}
        access.info("%s %s %d", method, path, status)
        return status, answer

    def _route(self, method: str, path: str, body: Answer) -> tuple[int, Answer]:
        match method, path.strip("/").split("/"):
            case "GET", ["products", sku]:
                return 200, vars(self._catalogue.product(sku))
            case "GET", ["stock", sku]:
                return 200, {"sku": sku, "available": self._stock.available(sku)}
            case "POST", ["carts", cart]:
                self._checkout.add(cart, str(body.get("sku")), body.get("quantity"))
                return 201, {"cart": cart}
            case "POST", ["carts", cart, "payment"]:
                return 201, {"reference": self._checkout.pay(cart)}
            case "GET", ["error-pages"]:
                return 200, {"pages": [404, 422, 500]}
            case _:
                return 404, {"error": "no such page"}
