"""Nouns and times as text, and back."""

from __future__ import annotations

import json
from collections.abc import Hashable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

Noun = TypeVar("Noun")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(noun: Any) -> str:
    """The noun as JSON."""
    adapter = _adapter(cast("Hashable", type(noun)))
    try:
        return adapter.dump_json(noun).decode()
    except PydanticSerializationError:  # half of a surrogate pair
        return clean(json.dumps(adapter.dump_python(noun, mode="json"), ensure_ascii=False))


def load(kind: type[Noun], body: str) -> Noun:
    adapter: TypeAdapter[Noun] = _adapter(cast("Hashable", kind))
    return adapter.validate_json(body)


def clean(text: str) -> str:
    """A lone half of a surrogate pair, as in a file name that is not UTF-8, becomes `?`."""
    return text.encode("utf-8", "replace").decode()


def stamp(moment: datetime) -> str:
    """In UTC, of one length, so that the order of the text is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
