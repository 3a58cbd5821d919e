"""Programs that raise an error, and what the recipes make of them."""

from __future__ import annotations

from typing import NamedTuple


class Program(NamedTuple):
    before: str
    after: str


PROGRAMS = {
    "an empty list as the default of a field": Program(
        """\
from dataclasses import dataclass


@dataclass
class Cart:
    owner: str
    items: list[str] = []
    prices: dict[str, int] = {'a': 1}
""",
        """\
from dataclasses import dataclass, field


@dataclass
class Cart:
    owner: str
    items: list[str] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=lambda: {'a': 1})
""",
    ),
    "a call as the default, the module imported": Program(
        """\
import dataclasses


@dataclasses.dataclass(frozen=True)
class Cart:
    items: set = set()
""",
        """\
import dataclasses


@dataclasses.dataclass(frozen=True)
class Cart:
    items: set = dataclasses.field(default_factory=set)
""",
    ),
    "a method without its object": Program(
        """\
class Cart:
    def clear():
        return 1


Cart().clear()
""",
        """\
class Cart:
    def clear(self):
        return 1


Cart().clear()
""",
    ),
    "a method with an argument, without its object": Program(
        """\
class Cart:
    def add(item, *, n=1):
        self.item = item


Cart().add(2)
""",
        """\
class Cart:
    def add(self, item, *, n=1):
        self.item = item


Cart().add(2)
""",
    ),
    "StopIteration out of a generator": Program(
        """\
def pairs(items):
    found = iter(items)
    while True:
        first = next(found)
        yield first, next(found, None)


list(pairs([1, 2, 3, 4]))
""",
        """\
def pairs(items):
    found = iter(items)
    while True:
        try:
            first = next(found)
        except StopIteration:
            return
        yield first, next(found, None)


list(pairs([1, 2, 3, 4]))
""",
    ),
    "StopIteration raised in a generator": Program(
        """\
def few(n):
    yield n
    if n:
        raise StopIteration  # no more
    yield 2


list(few(1))
""",
        """\
def few(n):
    yield n
    if n:
        return  # no more
    yield 2


list(few(1))
""",
    ),
    "a time without a zone, compared": Program(
        """\
from datetime import datetime, timezone

last = datetime(2026, 1, 1, tzinfo=timezone.utc)
stale = datetime.utcnow() > last
""",
        """\
from datetime import datetime, timezone

last = datetime(2026, 1, 1, tzinfo=timezone.utc)
stale = datetime.now(timezone.utc) > last
""",
    ),
    "a time without a zone, in a variable of its own": Program(
        """\
import datetime as dt


def age(made):
    now = dt.datetime.now()
    return (now - made).days


age(dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc))
""",
        """\
import datetime as dt


def age(made):
    now = dt.datetime.now(dt.timezone.utc)
    return (now - made).days


age(dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc))
""",
    ),
    "the longest of nothing, beside a default": Program(
        """\
def width(text):
    return max(len(word) for word in text.split()) if text else 0


width(' ')
""",
        """\
def width(text):
    return max((len(word) for word in text.split()), default=0) if text else 0


width(' ')
""",
    ),
    "the smallest of nothing, where the function says what none is": Program(
        """\
def first(prices, taxed):
    if not taxed:
        return None
    return min(prices, key=abs)


first([], True)
""",
        """\
def first(prices, taxed):
    if not taxed:
        return None
    return min(prices, key=abs, default=None)


first([], True)
""",
    ),
    "None where the function returns its word for nothing": Program(
        """\
def kind(order, last):
    if order is None:
        return 'unknown'
    elif order.paid:
        if last.paid == 1:
            return 'paid'
    # nothing fits
    return 'unknown'


class Order:
    paid = 1


kind(Order(), None)
""",
        """\
def kind(order, last):
    if order is None:
        return 'unknown'
    elif order.paid:
        if last is not None and last.paid == 1:
            return 'paid'
    # nothing fits
    return 'unknown'


class Order:
    paid = 1


kind(Order(), None)
""",
    ),
    "a key that is looked for elsewhere": Program(
        """\
def unlink(node, first):
    if first:
        if "next" in node:
            del node["next"]
        return
    del node["next"]


unlink({}, False)
""",
        """\
def unlink(node, first):
    if first:
        if "next" in node:
            del node["next"]
        return
    if "next" in node:
        del node["next"]


unlink({}, False)
""",
    ),
    "a look past the end, which is expected elsewhere": Program(
        """\
def read(lines):
    n = 0
    try:
        print(lines[n + 1])
    except IndexError:
        n = 0
    if lines[n + 1].strip():
        return 1


read(["a"])
""",
        """\
def read(lines):
    n = 0
    try:
        print(lines[n + 1])
    except IndexError:
        n = 0
    if n + 1 < len(lines) and lines[n + 1].strip():
        return 1


read(["a"])
""",
    ),
    "another refusal of chr": Program(
        """\
def letter(n):
    try:
        return chr(n)
    except ValueError:
        return "?"


letter(10**30)
""",
        """\
def letter(n):
    try:
        return chr(n)
    except (ValueError, OverflowError):
        return "?"


letter(10**30)
""",
    ),
    "another refusal of Decimal": Program(
        """\
from decimal import Decimal


def price(text):
    try:
        return Decimal(text)
    except (TypeError, ValueError):
        return None


price("1,5")
""",
        """\
from decimal import Decimal, InvalidOperation


def price(text):
    try:
        return Decimal(text)
    except (TypeError, ValueError, InvalidOperation):
        return None


price("1,5")
""",
    ),
}


DECLINED = {
    "a default that is shared by name": """\
SHARED = []
from dataclasses import dataclass


@dataclass
class Cart:
    items: list = SHARED
""",
    "the name field is taken": """\
from dataclasses import dataclass

field = 1


@dataclass
class Cart:
    items: list = []
""",
    "a method that is called through its class": """\
class Cart:
    def clear():
        return 1


Cart.clear()
Cart().clear()
""",
    "an argument too many for a function": """\
def clear():
    return 1


clear(1)
""",
    "next in the middle of something": """\
def pairs(items):
    found = iter(items)
    while True:
        yield (
            next(found),
            1,
        )


list(pairs([1]))
""",
    "a time without a zone that is used elsewhere": """\
from datetime import datetime, timezone


def age(made):
    now = datetime.now()
    print(now)
    return now - made


age(datetime(2026, 1, 1, tzinfo=timezone.utc))
""",
    "a time without a zone from elsewhere": """\
from datetime import datetime, timezone


def age(now, made):
    return now - made


age(datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=timezone.utc))
""",
    "the longest of nothing, without a word": """\
def width(text):
    return max(text)


width('')
""",
    "the longest of nothing, two words for nothing": """\
def width(a, b):
    if a:
        return 0
    if b:
        return None
    return max([])


width(0, 0)
""",
    "None, and something else to do": """\
def kind(order, last):
    if order is None:
        return 'unknown'
    if last.paid == 1:
        return 'paid'
    order.paid = 0
    return 'unknown'


kind(1, None)
""",
    "None, and another word for it": """\
def kind(order, last):
    if order is None:
        return 'none'
    if last.paid == 1:
        return 'paid'
    return 'unknown'


kind(1, None)
""",
    "a key that is looked for in another way": """\
def unlink(node, first):
    if first:
        del node["next"]
    del node["next"]


unlink({}, False)
""",
    "a condition that asks for something else": """\
def unlink(node, first):
    if first:
        del node["next"]
    elif "last" in node:
        del node["next"]
    del node["next"]


unlink({}, False)
""",
    "a look past the end with something else to do": """\
def read(lines):
    n = 0
    try:
        print(lines[n + 1])
    except IndexError:
        n = 0
    if lines[n + 1].strip():
        return 1
    else:
        return 2


read(["a"])
""",
    "an error that the call does not refuse by": """\
def letter(n):
    try:
        return chr(n)
    except ValueError:
        return "?"


letter("a")
""",
    "another call in the try": """\
def letter(n):
    try:
        a = 1
        return chr(n), a.x
    except ValueError:
        return "?"


letter(1)
""",
}
