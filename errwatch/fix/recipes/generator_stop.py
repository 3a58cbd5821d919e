"""End a generator where what it reads from ends."""

from __future__ import annotations

import libcst as cst

from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

RAISED = "generator raised StopIteration"
Statement = cst.SimpleStatementLine


class GeneratorStop:
    """Lets a generator return where StopIteration came out of it, as all did before Python 3.7.

    Applies to `raise StopIteration` in a generator, and to a `next(...)` without a default on a
    statement of one line there (PEP 479 prescribes both rewrites). Declines where the line holds
    more than that.
    """

    id = "generator-stop"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        said = any(RAISED in each.message for each in problem.issue.event.exceptions)
        if not said:
            return None
        source = place.source
        if source is None:
            return place.declined("the file does not parse")
        line = next((n for n in source.nodes(Statement) if source.lines(n)[0] == place.line), None)
        if line is None or not _in_generator(source, line):
            return place.declined("the line is no statement of a generator")
        after = _ended(source, line)
        if after is None:
            return place.declined("the line does more than take the next item")
        return _candidate(place, source, line, after)


def _in_generator(source: Source, node: cst.CSTNode) -> bool:
    function = next((p for p in source.parents(node) if isinstance(p, cst.FunctionDef)), None)
    return function is not None and any(
        next((p for p in source.parents(each) if isinstance(p, cst.FunctionDef | cst.Lambda)), None)
        is function
        for each in source.nodes(cst.Yield)
    )


def _ended(source: Source, line: Statement) -> str | None:
    """The text that stands in for a statement; None where it is of neither kind."""
    match line.body:
        case [cst.Raise(exc=cst.Name(value="StopIteration"), cause=None)]:
            return "return"
        case [cst.Raise(exc=cst.Call(func=cst.Name(value="StopIteration"), args=[]), cause=None)]:
            return "return"
        case [cst.Raise(exc=cst.Call(func=cst.Name(value="StopIteration"), args=[only]))]:
            return f"return {source.code(only.value)}"
        case [cst.Assign() | cst.AnnAssign() | cst.Expr()] if _takes_next(source, line):
            return _guarded(source, line)
        case _:
            return None


def _takes_next(source: Source, line: Statement) -> bool:
    first, last = source.lines(line)
    calls = [call for call in source.nodes(cst.Call) if line in source.parents(call)]
    names = [source.code(call.func) for call in calls if len(call.args) == 1]
    return first == last and len(calls) == 1 and names == ["next"]


def _guarded(source: Source, line: Statement) -> str:
    start = source.span(line)[0]
    indent = source.bytes[source.bytes.rfind(b"\n", 0, start) + 1 : start].decode()
    step = source.module.default_indent
    code = source.code(line)
    rows = [
        "try:",
        f"{indent}{step}{code}",
        f"{indent}except StopIteration:",
        f"{indent}{step}return",
    ]
    return source.newline.join(rows)


def _candidate(place: Place, source: Source, line: Statement, after: str) -> Candidate:
    body = source.replace(line.body[0] if after.startswith("return") else line, after)
    return Candidate(
        engine=ENGINE,
        recipe=GeneratorStop.id,
        title=f"End the generator in {place.file} where its input ends",
        rationale=(
            f"{place}: StopIteration that leaves a generator is an error since Python 3.7; "
            "a generator ends by returning (PEP 479)."
        ),
        edits=(Edit(place.file, place.text, source.spliced([body])),),
        confidence=0.7,
    )
