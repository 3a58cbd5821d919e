"""Functions of the repository, best suspect first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from errwatch.analyze.lacking import forgetful, lack_of
from errwatch.analyze.lead import answers, lead, passes_on
from errwatch.analyze.makers import (
    abstains,
    is_made_elsewhere,
    makers,
    makes_code,
    renamed_call,
)
from errwatch.analyze.usage import Usage
from errwatch.analyze.words import last
from errwatch.code.locate import Locator
from errwatch.code.place import Place
from errwatch.model.analysis import Suspect
from errwatch.model.chain import by_guilt
from errwatch.model.event import Event, ExceptionInfo, Frame, Link

MOST = 10
WITHIN = 10
"""Calls between an `except` and the `raise` that answers for it."""
FADE = 0.8
"""What a suspect is worth of the one before."""

Reasoned = tuple[Place, str]
"""A suspected place, and why."""


def places(
    event: Event, locator: Locator, elsewhere: Mapping[Frame, Place] | None = None
) -> list[Place]:
    """The places of the frames of the repository, the innermost of the cause first.

    Those of the user's own code, and of a library whose code is the repository's: the user's own,
    installed before it ran. Of any library's only where there is nothing else. `elsewhere` holds
    the places of frames whose file moved.
    """
    known = elsewhere or {}
    chain = list(dict.fromkeys(frames(_caused(event, locator))))
    for own in (locator.own, locator.place):
        if kept := [place for frame in chain if (place := own(frame) or known.get(frame))]:
            return kept
    return []


def frames(event: Event) -> Iterator[Frame]:
    """From the innermost explicit cause outwards; what was being handled last."""
    if not event.exceptions and event.culprit is not None:
        yield event.culprit
    for exception in by_guilt(event.exceptions):
        yield from reversed(exception.frames)


def _caused(event: Event, locator: Locator) -> Event:
    """The event with those contexts made causes that were answered by a `raise` in their handler;
    where the handler itself went wrong, what it was handling is no cause."""
    chain = list(event.exceptions)
    for number, (outer, inner) in enumerate(pairwise(event.exceptions), 1):
        if inner.link is not Link.CONTEXT:
            continue
        own = [place for frame in reversed(outer.frames[-WITHIN:]) if (place := locator.own(frame))]
        if answers(own):
            chain[number] = replace(inner, link=Link.CAUSE)
    return replace(event, exceptions=tuple(chain))


def ranked(event: Event, found: Sequence[Place], usage: Usage) -> tuple[Suspect, ...]:
    """One suspect a function."""
    suspects: list[Suspect] = []
    seen: set[tuple[str, str]] = set()
    for place, why in reasoned(event, found, usage):
        if (place.file, place.function) in seen or len(suspects) == MOST:
            continue
        seen.add((place.file, place.function))
        score = FADE ** len(suspects) * (FADE if place.moved else 1.0)
        said = f"{why}; {place.moved}" if place.moved else why
        suspects.append(Suspect(place.file, place.function, place.line, round(score, 3), said))
    return tuple(suspects)


def reasoned(event: Event, found: Sequence[Place], usage: Usage) -> list[Reasoned]:
    """All places that may be to blame, with the reason, the likeliest first."""
    exception = raised_by(event, found[0].frame) if found else None
    if exception is None:
        return [(place, "named by the log") for place in found]
    calls = [place for place in found if raised_by(event, place.frame) is exception]
    chosen = lead(calls, exception, usage.users)
    first = (
        calls[chosen.depth],
        chosen.why or f"nearest to where {last(exception.type)} came from",
    )
    made = list(makers(calls, chosen, exception, usage.defined))
    rest = [(place, _on_the_way(event, place, found[0])) for place in found]
    rest.sort(key=lambda one: passes_on(one[0]))
    if made and (makes_code(calls[0], exception) or is_made_elsewhere(chosen, exception)):
        return [*made, first, *rest]
    return [*_odd_ones_out(calls[0], exception, usage), first, *made, *rest]


def _odd_ones_out(place: Place, exception: ExceptionInfo, usage: Usage) -> Iterator[Reasoned]:
    """What differs from others of its kind, where the line that raised is the same for all."""
    lack = lack_of(exception, usage.defined)
    if lack and (forgot := forgetful(place, lack)):
        yield forgot
    if other := renamed_call(place, exception, usage.defined):
        yield other, "does not take the arguments that it was called with"
    if abstaining := abstains(place, exception, usage.subclasses):
        yield abstaining, f"has no {place.function.rpartition('.')[2]}, which its base leaves to it"


def _on_the_way(event: Event, place: Place, innermost: Place) -> str:
    exception = raised_by(event, place.frame)
    name = last(exception.type) if exception else "the error"
    if exception and exception.link is Link.CONTEXT:
        return f"on the way of {name}, which was being handled"
    return f"on the way of {name} from {innermost.function}"


def raised_by(event: Event, frame: Frame) -> ExceptionInfo | None:
    holders = [one for one in event.exceptions if frame in one.frames]
    return holders[-1] if holders else next(iter(event.exceptions), None)
