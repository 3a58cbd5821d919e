"""Frames in the repository, best suspect first: the culprit, then outwards along the calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from errwatch.code.locate import Locator, Place
from errwatch.model.analysis import Suspect
from errwatch.model.chain import by_guilt
from errwatch.model.event import Event, ExceptionInfo, Frame, Link

MOST = 10
FADE = 0.8
"""What a step away from the culprit is worth of the step before."""

_LOOKUPS = frozenset(
    {"__getitem__", "__getattr__", "__getattribute__", "__delitem__", "__missing__"}
)
_LOOKUP_ERRORS = frozenset({"KeyError", "IndexError", "AttributeError", "LookupError"})
_LACKS = re.compile(
    r"(?:type object )?'(?P<owner>\w{1,80})'(?: object)? has no attribute '(?P<name>\w{1,80})'"
)
_CHECKS = re.compile(r"_*(check|validate|assert|ensure|require|raise|fail|abort)(_|$|[A-Z])")


def places(event: Event, locator: Locator) -> list[Place]:
    """The places of the frames of the repository, most telling first.

    Those of the user's own code, and of a library whose code is the repository's: the user's own,
    installed before it ran. Of any library's only where there is nothing else.
    """
    chain = list(dict.fromkeys(frames(event)))
    for own in (locator.own, locator.place):
        if kept := [place for frame in chain if (place := own(frame))]:
            return _callers_of_lookups_first(event, kept)
    return []


def frames(event: Event) -> Iterator[Frame]:
    """From the innermost explicit cause outwards; what was being handled last."""
    if not event.exceptions and event.culprit is not None:
        yield event.culprit
    for exception in by_guilt(event.exceptions):
        yield from reversed(exception.frames)


def ranked(event: Event, found: Sequence[Place]) -> tuple[Suspect, ...]:
    """One suspect a function, scored by its distance from the first."""
    suspects: list[Suspect] = []
    seen: set[tuple[str, str]] = set()
    for place, why in _explained(event, found):
        if (place.file, place.function) in seen or len(suspects) == MOST:
            continue
        seen.add((place.file, place.function))
        score = FADE ** len(suspects) * (FADE if place.moved else 1.0)
        said = f"{why}; {place.moved}" if place.moved else why
        suspects.append(Suspect(place.file, place.function, place.line, round(score, 3), said))
    return tuple(suspects)


def _explained(event: Event, found: Sequence[Place]) -> Iterator[tuple[Place, str]]:
    for number, place in enumerate(found):
        exception = raised_by(event, place.frame)
        name = last(exception.type) if exception else "the error"
        if number == 0:
            yield place, f"nearest to where {name} came from"
            yield from _lacking(exception, found)
        elif exception and exception.link is Link.CONTEXT:
            yield place, f"on the way of {name}, which was being handled"
        else:
            yield place, f"on the way of {name} from {found[0].function}"


def _lacking(
    exception: ExceptionInfo | None, found: Sequence[Place]
) -> Iterator[tuple[Place, str]]:
    """The class that lacks an attribute, where a file of the trace defines it."""
    match = _LACKS.match(exception.message) if exception else None
    for source in dict.fromkeys(place.source for place in found) if match else ():
        for each in source.functions:
            if match and each.bare == match["owner"]:
                place = Place(found[0].frame, source, each.first, each.name)
                yield place, f"the class that has no {match['name']}"


def _callers_of_lookups_first(event: Event, found: list[Place]) -> list[Place]:
    """A lookup that finds nothing, or a check that refuses, did its work: who asked goes first."""
    innermost = raised_by(event, found[0].frame)
    for number, place in enumerate(found):
        if not _did_its_work(place, innermost):
            return [place, *found[:number], *found[number + 1 :]]
    return found


def _did_its_work(place: Place, exception: ExceptionInfo | None) -> bool:
    name = place.function.rpartition(".")[2]
    if name in _LOOKUPS:
        return exception is not None and last(exception.type) in _LOOKUP_ERRORS
    return bool(_CHECKS.match(name)) and place.code.startswith("raise ")


def raised_by(event: Event, frame: Frame) -> ExceptionInfo | None:
    holders = [one for one in event.exceptions if frame in one.frames]
    return holders[-1] if holders else next(iter(event.exceptions), None)


def last(name: str) -> str:
    """`decimal.InvalidOperation` -> `InvalidOperation`; a trace that was cut off has no name."""
    return re.split(r"[.:\\]", name)[-1] or name or "the error"
