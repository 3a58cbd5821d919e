"""Files that got another path since the trace was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from errwatch.code.history import History
from errwatch.code.locate import Locator
from errwatch.code.paths import parts_of
from errwatch.code.place import Place
from errwatch.model.event import Frame

MOST = 2
"""Files that are looked for."""
STEPS = 5
"""Times that one file may have moved."""


def moved(
    missing: Sequence[Frame], found: Sequence[Place], locator: Locator, history: History, head: str
) -> dict[Frame, Place]:
    """The places of frames whose file is elsewhere now."""
    places: dict[Frame, Place] = {}
    endings: dict[str, str | None] = {}
    for frame in missing:
        ending = _ending(frame, found)
        if ending is None or (ending not in endings and len(endings) == MOST):
            continue
        if ending not in endings:
            endings[ending] = _now(ending, locator, history, head)
        if new := endings[ending]:
            place = locator.place(replace(frame, file=new))
            if place is not None:
                said = f"{ending} of the trace is {new} now"
                note = f"{said}; {place.moved}" if place.moved else said
                places[frame] = replace(place, frame=frame, moved=note)
    return places


def _ending(frame: Frame, found: Sequence[Place]) -> str | None:
    """How the old path ended: below the folder that other frames show to be the root; the last
    two names where there are none."""
    if not frame.in_app or not frame.file or frame.file.startswith("<"):
        return None
    path = "/".join(parts_of(frame))
    if not found:
        return "/".join(path.split("/")[-2:])
    roots = {root for place in found if (root := _root(place)) is not None}
    below = [path[len(root) :].lstrip("/") for root in roots if path.startswith(root)]
    return min(below, key=len, default=None)


def _root(place: Place) -> str | None:
    """What of a frame's path stands before the path in the repository."""
    path = "/".join(parts_of(place.frame))
    names = place.file.split("/")
    for start in range(len(names)):
        end = "/".join(names[start:])
        if path.endswith(f"/{end}"):
            return path.removesuffix(end)
    return None


def _now(ending: str, locator: Locator, history: History, head: str) -> str | None:
    for _ in range(STEPS):
        rename = history.renamed(head, ending)
        if rename is None:
            return None
        if locator.source(rename.new):
            return rename.new
        ending = rename.new
    return None
