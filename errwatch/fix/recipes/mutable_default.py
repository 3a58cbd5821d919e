"""Give each object of a dataclass a default of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from errwatch.fix.recipes.imports import Import, add_import, bound_by_import
from errwatch.fix.recipes.mentions import binders
from errwatch.fix.recipes.modules import parsed
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

REFUSED = re.compile(r"mutable default <class '[\w.<>]+'> for field (\w+) is not allowed")
DECORATORS = frozenset({"dataclasses.dataclass"})
EMPTY = {"[]": "list", "{}": "dict"}


class MutableDefault:
    """Replaces the mutable defaults of a dataclass by `field(default_factory=...)`.

    Applies to the ValueError with which a dataclass refuses one. Declines where the default is a
    name, as the object may be shared on purpose, and where `field` means something else in the
    file. That the module loads is what proves it.
    """

    id = "mutable-default"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type != "ValueError":
            return None
        found = REFUSED.match(place.error.message)
        if not found:
            return None
        source = place.source
        if source is None:
            return place.declined("the file does not parse")
        return _mended(source, place, found[1])


def _mended(source: Source, place: Place, name: str) -> Candidate | Declined:
    owner = _dataclass(source, place.line)
    fields = dict(_mutable(owner)) if owner else {}
    if owner is None or name not in fields:
        return place.declined(f"the line makes no dataclass with a default for {name} that shows")
    call = _field_call(source, owner)
    if call is None:
        return place.declined("the name field means something else there")
    splices = [
        source.replace(value, f"{call}({_factory(source, value)})") for value in fields.values()
    ]
    if call == "field" and not _imports_field(source):
        splices.append(add_import(source, Import("dataclasses", "field"), place.line))
    named = ", ".join(fields)
    return Candidate(
        engine=ENGINE,
        recipe=MutableDefault.id,
        title=f"Make the defaults of {owner.name.value} anew for each object",
        rationale=f"{place}: a dataclass refuses a default that all objects would share: {named}.",
        edits=(Edit(place.file, place.text, source.spliced(splices)),),
        confidence=0.9,
    )


def _dataclass(source: Source, line: int) -> cst.ClassDef | None:
    """The dataclass whose decorators or head are on the line."""
    for owner in source.nodes(cst.ClassDef):
        marks = [d for d in owner.decorators if _is_dataclass(source, d.decorator)]
        first = min((source.lines(d)[0] for d in owner.decorators), default=0)
        if marks and first <= line <= source.lines(owner.name)[1]:
            return owner
    return None


def _is_dataclass(source: Source, decorator: cst.BaseExpression) -> bool:
    named = decorator.func if isinstance(decorator, cst.Call) else decorator
    return bool(source.imported_as(named) & DECORATORS)


def _mutable(owner: cst.ClassDef) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The fields whose default is written out and mutable."""
    for statement in owner.body.body:
        for part in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            match part:
                case cst.AnnAssign(target=cst.Name(value=name), value=value) if _is_mutable(value):
                    assert value is not None
                    yield name, value


def _is_mutable(value: cst.BaseExpression | None) -> bool:
    match value:
        case cst.List() | cst.Dict() | cst.Set() | cst.ListComp() | cst.DictComp() | cst.SetComp():
            return True
        case cst.Call(func=cst.Name(value="list" | "dict" | "set" | "bytearray")):
            return True
        case _:
            return False


def _factory(source: Source, value: cst.BaseExpression) -> str:
    code = source.code(value)
    if isinstance(value, cst.Call) and not value.args:
        return f"default_factory={source.code(value.func)}"
    return f"default_factory={EMPTY.get(''.join(code.split()), f'lambda: {code}')}"


def _field_call(source: Source, owner: cst.ClassDef) -> str | None:
    """How the file can call `dataclasses.field`; None where the name is taken."""
    for decorator in owner.decorators:
        named = decorator.decorator
        named = named.func if isinstance(named, cst.Call) else named
        if isinstance(named, cst.Attribute) and _is_dataclass(source, named):
            return f"{source.code(named.value)}.field"
    if _imports_field(source):
        return "field"
    module = parsed(source.text)
    return None if module is None or binders(module, "field") else "field"


def _imports_field(source: Source) -> bool:
    return any(
        (given.module, given.name, given.alias) == ("dataclasses", "field", None)
        for _, given in bound_by_import(source)
    )
