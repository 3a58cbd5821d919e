"""An exception of PHP as Monolog's JSON has it -> the trace that PHP prints."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.parsers.fields import Json

MAX_CHAIN = 20


def trace_of(value: Json) -> str | None:
    """The trace of an object with a class, and a place `file:line`; None for any other."""
    chain: list[str] = []
    inner: object = value
    while isinstance(inner, dict) and len(chain) < MAX_CHAIN:
        one = _one(inner)
        if one is None:
            break
        chain.append(one)
        inner = inner.get("previous")
    return "PHP Fatal error:  Uncaught " + "\n\nNext ".join(reversed(chain)) if chain else None


def _one(value: Json) -> str | None:
    kind, said, place = value.get("class"), value.get("message"), value.get("file")
    if not isinstance(kind, str) or not isinstance(place, str) or not _line(place):
        return None
    trace = value.get("trace")
    places = [one for one in trace if isinstance(one, str)] if isinstance(trace, list) else []
    return "\n".join([f"{kind}: {said or ''} in {place}", "Stack trace:", *_frames(places)])


def _frames(places: Sequence[str]) -> list[str]:
    called = (place.rpartition(":") for place in places if _line(place))
    return [f"#{number} {file}({line})" for number, (file, _, line) in enumerate(called)]


def _line(place: str) -> bool:
    """Whether it ends in the number of a line."""
    return place.rpartition(":")[2].isdecimal()
