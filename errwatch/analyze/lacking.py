"""Classes whose objects lack an attribute: which part of the code forgot it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from errwatch import lazy_re as re
from errwatch.analyze.culpable import statement_at
from errwatch.analyze.usage import Definitions, only, place_of
from errwatch.code.function import Function
from errwatch.code.place import Place
from errwatch.code.source import SourceFile
from errwatch.model.event import ExceptionInfo

_LACKS = re.compile(
    r"(?:type object )?'(?P<owner>\w{1,80})'(?: object)? has no attribute '(?P<name>\w{1,80})'"
)

_MANGLED = re.compile(r"_(?P<owner>[A-Za-z0-9]\w{0,80}?)__(?P<name>\w{1,80})\Z")
"""What Python makes of `__name` in the class that owns it."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A class of the repository, and what its object was asked for."""

    source: SourceFile
    owner: Function
    name: str
    """As the class itself writes it: `__x`, not `_Class__x`."""

    @property
    def constructor(self) -> Function | None:
        wanted = f"{self.owner.name}.__init__"
        return next((one for one in self.source.functions if one.name == wanted), None)


def lack_of(exception: ExceptionInfo, defined: Definitions) -> Lack | None:
    match = _LACKS.match(exception.message)
    if match is None:
        return None
    mangled = _MANGLED.match(match["name"])
    owner = mangled["owner"] if mangled else match["owner"]
    name = f"__{mangled['name']}" if mangled else match["name"]
    return next((Lack(source, one, name) for source, one in only(defined(owner))), None)


def forgetful(place: Place, lack: Lack) -> tuple[Place, str] | None:
    """Who set the attribute too rarely: the constructor of a class that sets it in some methods and
    reads it in others, or a class that does not set it where others of its file do."""
    setting = list(_set_at(lack))
    inside = [line for line in setting if line in lack.owner]
    if inside and lack.constructor and _reads_itself(place, lack):
        why = f"does not always set {lack.name}, which the class reads"
        return place_of(place, lack.source, lack.constructor), why
    if setting and not inside:
        why = "lacks an attribute that the classes beside it have"
        return place_of(place, lack.source, lack.owner), why
    return None


def candidates(place: Place, lack: Lack) -> Iterator[tuple[Place, str]]:
    for each in (lack.constructor, lack.owner):
        if each is not None:
            yield place_of(place, lack.source, each), f"the class that has no {lack.name}"


def _set_at(lack: Lack) -> Iterator[int]:
    """The lines of the file that set the attribute on `self`."""
    for node in ast.walk(lack.source.module or ast.Module([], [])):
        if _is_own(node, lack.name) and isinstance(node.ctx, ast.Store):
            yield node.lineno


def _reads_itself(place: Place, lack: Lack) -> bool:
    """Whether a method of the class reads the attribute of its own object there."""
    statement = statement_at(place.source, place.line)
    within = place.file == lack.source.path and place.line in lack.owner
    return within and any(
        _is_own(node, lack.name) and isinstance(node.ctx, ast.Load)
        for node in ast.walk(statement or ast.Module([], []))
    )


def _is_own(node: ast.AST, name: str) -> TypeGuard[ast.Attribute]:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )
