"""Compare times of day that know their zone with one that knows its zone too."""

from __future__ import annotations

import libcst as cst
from libcst.metadata import Assignment

from errwatch.fix.recipes.imports import Import, add_import, bound_by_import
from errwatch.fix.recipes.mentions import binders
from errwatch.fix.recipes.modules import parsed
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Refusal, Source, Splice
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

MIXED = (
    "can't compare offset-naive and offset-aware datetimes",
    "can't subtract offset-naive and offset-aware datetimes",
)
NAIVE = frozenset({"datetime.datetime.now", "datetime.datetime.utcnow"})


class AwareDatetime:
    """Gives the present time its zone where it meets a time that has one.

    Applies to a comparison or a difference on the line of the error, one side of which is
    `utcnow()` or `now()`, written there, or in a variable that nothing else uses. Declines
    elsewhere: other code may count on the time without a zone.
    """

    id = "aware-datetime"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type != "TypeError":
            return None
        if not place.error.message.startswith(MIXED):
            return None
        source = place.source
        if source is None:
            return place.declined("the file does not parse")
        call = _naive_call(source, place.line)
        if isinstance(call, Refusal):
            return place.declined(call.reason)
        return _mended(source, place, call)


def _naive_call(source: Source, line: int) -> cst.Call | Refusal:
    every = [call for call in source.nodes(cst.Call) if _is_naive(source, call)]
    here = [call for call in every if source.covers(call, line)]
    if len(here) == 1:
        return here[0]
    if here:
        return Refusal("the line asks for the time more than once")
    kept = [call for call in every if _is_only_for(source, call, line)]
    if len(kept) == 1:
        return kept[0]
    return Refusal("the time without a zone is not made for this line alone")


def _is_naive(source: Source, call: cst.Call) -> bool:
    return not call.args and bool(source.imported_as(call.func) & NAIVE)


def _is_only_for(source: Source, call: cst.Call, line: int) -> bool:
    """Whether a call's value is kept in a variable that only the line uses."""
    match source.parent(call):
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            scope = source.scope(call)
            kept = [each for each in scope[name] if isinstance(each, Assignment)] if scope else []
            uses = [use.node for each in kept for use in each.references]
            return len(kept) == 1 and bool(uses) and all(source.covers(use, line) for use in uses)
        case _:
            return False


def _mended(source: Source, place: Place, call: cst.Call) -> Candidate | Declined:
    assert isinstance(call.func, cst.Attribute)
    zone = _zone(source, call.func, place.line)
    if zone is None:
        return place.declined("the name timezone means something else there")
    name, imports = zone
    owner = source.code(call.func.value)
    splices = [source.replace(call, f"{owner}.now({name}.utc)"), *imports]
    return Candidate(
        engine=ENGINE,
        recipe=AwareDatetime.id,
        title=f"Ask for the present time with its zone in {place.file}",
        rationale=(
            f"{place}: {source.code(call)} has no zone, and the time that it meets has one. The "
            "same instant in UTC compares with any."
        ),
        edits=(Edit(place.file, place.text, source.spliced(splices)),),
        confidence=0.8 if call.func.attr.value == "utcnow" else 0.7,
    )


def _zone(source: Source, function: cst.Attribute, line: int) -> tuple[str, list[Splice]] | None:
    """How the file can name `datetime.timezone`, and the import that it takes."""
    if isinstance(function.value, cst.Attribute):
        return f"{source.code(function.value.value)}.timezone", []
    given = [each for _, each in bound_by_import(source)]
    if any((one.module, one.name, one.alias) == ("datetime", "timezone", None) for one in given):
        return "timezone", []
    module = parsed(source.text)
    if module is None or binders(module, "timezone"):
        return None
    return "timezone", [add_import(source, Import("datetime", "timezone"))]
