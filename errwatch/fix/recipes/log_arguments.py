"""Give an argument of a log call a place in its message."""

from __future__ import annotations

import re

import libcst as cst

from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source, Splice
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

MESSAGE = "not all arguments converted during string formatting"
METHODS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal"})
PLACE = re.compile(r"%(?:%|[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z])")


class LogArguments:
    """Adds `%s` to the message of a log call that has one argument more than it has places.

    Applies to a message that is written out, and a call whose arguments are all given by
    position. Declines where two or more are left over.
    """

    id = "log-arguments"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type != "TypeError":
            return None
        if place.error.message != MESSAGE:
            return None
        source = place.source
        calls = [c for c in source.nodes(cst.Call) if _logs(c)] if source else []
        here = [call for call in calls if source and source.covers(call, place.line)]
        if source is None or len(here) != 1:
            return None
        return _mended(source, place, here[0])


def _logs(call: cst.Call) -> bool:
    match call:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)), args=[first, _, *_]):
            return name in METHODS and isinstance(first.value, cst.SimpleString)
        case _:
            return False


def _mended(source: Source, place: Place, call: cst.Call) -> Candidate | Declined:
    text = call.args[0].value
    assert isinstance(text, cst.SimpleString)
    given = [arg for arg in call.args[1:] if not arg.keyword]
    if any(arg.star for arg in call.args):
        return place.declined("how many arguments the call has does not show")
    places = [found[0] for found in PLACE.finditer(text.raw_value) if found[0] != "%%"]
    if len(given) != len(places) + 1 or any("(" in found or "*" in found for found in places):
        return place.declined(f"{len(given)} arguments for {len(places)} places in the message")
    end = source.span(text)[1] - len(text.quote)
    gap = "" if text.raw_value.endswith((" ", "=", "(", "[")) else " "
    return Candidate(
        engine=ENGINE,
        recipe=LogArguments.id,
        title=f"Log {source.code(given[-1].value)} in {place.file}",
        rationale=f"{place}: the message has no place for its last argument, so nothing is logged.",
        edits=(Edit(place.file, place.text, source.spliced([Splice(end, end, f"{gap}%s")])),),
        confidence=0.8,
    )
