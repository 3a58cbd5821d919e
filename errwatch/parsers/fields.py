"""Looking up fields of a JSON record under the names that different loggers give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

Json = dict[str, object]

MAX_FIELDS = 40
"""Fields of a record whose kind is remembered."""


def values_under(value: Json, keys: Sequence[str]) -> Iterator[object]:
    """What stands under the keys, in their order; `a.b` is also found nested."""
    for key in _present(tuple(value), tuple(keys)) if len(value) <= MAX_FIELDS else keys:
        if key in value:
            yield value[key]
        elif (path := _path(key)) and isinstance(nested := value.get(path[0]), dict):
            yield from values_under(nested, (path[1],))


@lru_cache(maxsize=512)
def _present(fields: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys under which a record of these fields may have something: a program's records are
    few of a kind."""
    return tuple(key for key in keys if key in fields or key.partition(".")[0] in fields)


@lru_cache(maxsize=1024)
def _path(key: str) -> tuple[str, str] | None:
    """`a.b.c` as `a` and `b.c`."""
    outer, dot, inner = key.partition(".")
    return (outer, inner) if dot else None


def roots(*keys: str) -> frozenset[str]:
    """The fields without any of which a record has nothing under `keys`."""
    return frozenset((*keys, *(key.partition(".")[0] for key in keys)))


def text_under(value: Json, keys: Sequence[str]) -> str | None:
    """The first of them that is text and not empty."""
    return next((v for v in values_under(value, keys) if isinstance(v, str) and v.strip()), None)


def number_under(value: Json, keys: Sequence[str]) -> int | None:
    """The first of them that is a whole number, or is written as one."""
    for found in values_under(value, keys):
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 12:
            return int(found)
    return None


def object_under(value: Json, key: str) -> Json:
    """The object under a key; an empty one where there is none."""
    found = next(values_under(value, (key,)), None)
    return found if isinstance(found, dict) else {}
