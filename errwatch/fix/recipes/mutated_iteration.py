"""Iterate over a copy of what changes meanwhile."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from libcst.metadata import BuiltinAssignment

from errwatch.fix.recipes.mentions import binders
from errwatch.fix.recipes.modules import parsed
from errwatch.fix.recipes.mutations import Mutations, mutations
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

MESSAGES = (
    "dictionary changed size during iteration",
    "dictionary keys changed during iteration",
    "Set changed size during iteration",
    "deque mutated during iteration",
    "OrderedDict mutated during iteration",
)
COPIES = frozenset({"list", "tuple", "sorted", "set", "frozenset", "dict", "copy", "deepcopy"})
VIEWS = frozenset({"items", "keys", "values"})
UNSEEN = (
    " What changes it does not show in the loop. With a copy, what is added meanwhile waits for "
    "the next run, and what is removed meanwhile is still visited in this one."
)

Loop = cst.For | cst.CompFor


class MutatedIteration:
    """Wraps the iterable of the loop at the culprit line in `list(...)`.

    Applies to a `for` statement or a comprehension whose line raised that its dictionary, set or
    deque changed meanwhile. Declines where the line loops over nothing, over a copy already, or
    over several things that could be meant. A copy holds what was there when the loop began, so
    it declines as well where the body, or what it calls in the file, adds to the collection (the
    loop would miss it) or removes other items than the one it is at (the loop would still act on
    them). Where what changes the collection does not show, the confidence falls.
    """

    id = "mutated-iteration"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type != "RuntimeError":
            return None
        if not place.error.message.startswith(MESSAGES):
            return None
        if not place.innermost:
            return place.declined("it is a library that iterates, not this line")
        source = place.source
        if source is None:
            return place.declined("the file does not parse")
        loop = _loop(source, place)
        return loop if isinstance(loop, Declined) else _judged(source, place, loop)


def _loop(source: Source, place: Place) -> Loop | Declined:
    loops = [loop for loop in _loops(source) if _heads(source, loop, place.line)]
    if not loops:
        return place.declined("the line does not loop over anything")
    open_loops = [loop for loop in loops if not _is_copy(loop.iter)]
    if not open_loops:
        return place.declined("the loop runs over a copy already")
    named = [loop for loop in open_loops if _is_container(loop.iter)]
    chosen = open_loops if len(loops) == 1 else named
    if len(chosen) != 1:
        several = [source.code(loop.iter) for loop in loops]
        return place.declined("the line loops over several things", *several)
    if not _is_list_builtin(source, chosen[0]):
        return place.declined("the name list means something else there")
    return chosen[0]


def _loops(source: Source) -> Iterator[Loop]:
    yield from source.nodes(cst.For)
    yield from source.nodes(cst.CompFor)


def _heads(source: Source, loop: Loop, line: int) -> bool:
    """Whether the line is part of the loop's head: from the `for`, or the start of the
    comprehension, to the end of what it iterates."""
    if isinstance(loop, cst.CompFor):
        whole = next(p for p in source.parents(loop) if isinstance(p, cst.BaseComp))
        return source.covers(whole, line)
    return source.lines(loop)[0] <= line <= source.lines(loop.iter)[1]


def _is_copy(iterable: cst.BaseExpression) -> bool:
    match iterable:
        case cst.Call(func=cst.Name(value=name)):
            return name in COPIES or name == "range"
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))):
            return name in COPIES
        case cst.List() | cst.Tuple() | cst.Set() | cst.Dict() | cst.ListComp():
            return True
        case cst.SetComp() | cst.DictComp() | cst.BaseString():
            return True
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Slice())]):
            return True
        case _:
            return False


def _is_container(iterable: cst.BaseExpression) -> bool:
    """A name or an attribute, or a view of one."""
    match iterable:
        case cst.Name() | cst.Attribute() | cst.Subscript():
            return True
        case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value=name)), args=[]):
            return name in VIEWS and _is_container(owner)
        case _:
            return False


def _is_list_builtin(source: Source, node: cst.CSTNode) -> bool:
    module = parsed(source.text)
    if module is not None and not binders(module, "list"):
        return True
    scope = source.scope(node)
    return scope is None or all(isinstance(a, BuiltinAssignment) for a in scope["list"])


def _judged(source: Source, place: Place, loop: Loop) -> Candidate | Declined:
    """The copy, if it is right for what the body does to the collection."""
    module = place.module
    found = _statement(module, source, loop) if module else None
    if module is None or found is None:
        return place.declined("the loop cannot be read")
    happens = mutations(module, found)
    if happens is None:
        return place.declined("what the loop runs over does not show")
    reasons = (
        (happens.adds, "the loop may add to what it runs over, and a copy would miss that"),
        (happens.others, "the loop removes other items too, and a copy would still visit them"),
        (happens.leaks, "a call in the loop may add to what it runs over"),
    )
    for lines, reason in reasons:
        if lines:
            return place.declined(reason, f"{place.file}:{min(lines)}")
    return _copied(source, place, loop, happens)


def _statement(
    module: ast.Module, source: Source, loop: Loop
) -> ast.For | ast.AsyncFor | ast.comprehension | None:
    """The loop in the syntax tree: the one whose iterable stands at the same place."""
    start = source.span(loop.iter)[0]
    column = start - max(source.bytes.rfind(b"\n", 0, start) + 1, source.head)
    for node in ast.walk(module):
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            line = source.lines(loop.iter)[0]
            if (node.iter.lineno, node.iter.col_offset) == (line, column):
                return node
    return None


def _copied(source: Source, place: Place, loop: Loop, happens: Mutations) -> Candidate:
    iterable = source.code(loop.iter)
    after = source.spliced([source.replace(loop.iter, f"list({iterable})")])
    return Candidate(
        engine=ENGINE,
        recipe=MutatedIteration.id,
        title=f"Iterate over a copy of {_one_line(iterable)} in {place.file}",
        rationale=(
            f"{place}: {_one_line(iterable)} changes while the loop runs over it. A copy that is "
            "taken before the loop starts does not." + ("" if happens.own else UNSEEN)
        ),
        edits=(Edit(place.file, place.text, after),),
        confidence=0.8 if happens.own else 0.4,
    )


def _one_line(code: str) -> str:
    return " ".join(code.split())
