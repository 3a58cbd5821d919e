"""The goods and their prices, kept in SQLite."""

import sqlite3
from dataclasses import dataclass

SCHEMA = """
CREATE TABLE IF NOT EXISTS product (sku TEXT PRIMARY KEY, title TEXT NOT NULL, cents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS price_history (sku TEXT NOT NULL, cents INTEGER NOT NULL, changed_at TEXT NOT NULL);
"""


class UnknownProduct(LookupError):
    """No product has this SKU."""


@dataclass(frozen=True)
class Product:
    sku: str
    title: str
    cents: int


class Catalogue:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def create(self) -> None:
        self._connection.executescript(SCHEMA)

    def add(self, product: Product) -> None:
        with self._connection:
            self._connection.execute(
                "INSERT INTO product VALUES (?, ?, ?)", (product.sku, product.title, product.cents)
            )

    def product(self, sku: str) -> Product:
        row = self._connection.execute("SELECT * FROM product WHERE sku = ?", (sku,)).fetchone()
        if row is None:
            raise UnknownProduct(sku)
        return Product(*row)

    def reprice(self, sku: str, cents: int) -> None:
        with self._connection:
            self._connection.execute("UPDATE product SET cents = ? WHERE sku = ?", (cents, sku))

    def price_changes(self) -> int:
        return self._connection.execute("SELECT count(*) FROM price_history").fetchone()[0]
