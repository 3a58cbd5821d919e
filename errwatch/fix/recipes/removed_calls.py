"""What a call needs beyond a new name: other arguments, or other use of its result."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst.metadata import Assignment, FunctionScope

from errwatch.fix.recipes.removed_table import Api, Kind
from errwatch.fix.recipes.source import Refusal, Source, Splice

WALL = frozenset({"windows", "win32", "wall", "elapsed"})
SAME_FIELDS = frozenset({"args", "varargs", "defaults"})


def adapted(source: Source, node: cst.CSTNode, api: Api) -> list[Splice] | Refusal:
    """The splices around a renamed use, as its kind asks for."""
    if api.kind is Kind.NAME:
        return []
    if api.kind is Kind.CPU:
        return _clocked(source)
    if api.kind in {Kind.TYPE, Kind.TEXT} and _checks_type(source, node):
        return []
    call = source.parent(node)
    if api.kind is Kind.TYPE:
        return Refusal(f"{api.old} is used for more than checking a type")
    if not isinstance(call, cst.Call) or call.func is not node:
        return Refusal(f"{api.old} is used without calling it")
    match api.kind:
        case Kind.TEXT if not (len(call.args) == 1 and is_text(call.args[0].value)):
            return Refusal(f"{api.old} is called with what may be bytes")
        case Kind.MAPPED if not call.args or source.code(call.args[0].value) == "None":
            return Refusal(f"{api.old} is called without a function")
        case Kind.TEXT | Kind.MAPPED:
            return []
        case Kind.UNQUOTED:
            return _unquoted(source, call)
        case _:
            return _argspec(source, call)


def _clocked(source: Source) -> list[Splice] | Refusal:
    """Whoever wrote for Windows, or of time on the wall, did not mean CPU time."""
    said = {word for word in WALL if word in source.text.lower()}
    return Refusal(f"time.clock may mean the time that passed: {min(said)}") if said else []


def _checks_type(source: Source, node: cst.CSTNode) -> bool:
    """Whether a name is what isinstance or issubclass checks for."""
    for parent in source.parents(node):
        if isinstance(parent, cst.Call) and isinstance(parent.func, cst.Name):
            last = parent.args[-1].value if len(parent.args) == 2 else None
            inside = last is node or last in list(source.parents(node))
            return inside and parent.func.value in {"isinstance", "issubclass"}
        if not isinstance(parent, cst.Arg | cst.Tuple | cst.Element):
            return False
    return False


def is_text(node: cst.BaseExpression) -> bool:
    """Whether an expression is a number as written, or text whatever it is made from."""
    match node:
        case cst.SimpleString():
            return "b" not in node.prefix.lower()
        case cst.FormattedString() | cst.Integer() | cst.Float():
            return True
        case cst.ConcatenatedString(left=left):
            return is_text(left)
        case cst.BinaryOperation(left=left, operator=cst.Add() | cst.Modulo()):
            return is_text(left) and not isinstance(left, cst.Integer | cst.Float)
        case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value="format" | "join"))):
            return is_text(owner)
        case _:
            return False


def _unquoted(source: Source, call: cst.Call) -> list[Splice] | Refusal:
    match call.args:
        case [cst.Arg(keyword=None, star="") as only]:
            end = source.span(only)[1]
            return [Splice(end, end, ", quote=False")]
        case [_, cst.Arg(keyword=cst.Name(value="quote"), value=cst.Name(value="False"))]:
            return []
        case _:
            return Refusal("with quote=True the new function escapes more than the old one")


def _argspec(source: Source, call: cst.Call) -> list[Splice] | Refusal:
    """getargspec had four fields; what is done with the result must fit the first four of more."""
    parent = source.parent(call)
    if not isinstance(parent, cst.Assign) or len(parent.targets) > 1:
        return _field(source, call)
    match parent.targets[0].target:
        case cst.Tuple():
            return _field(source, call)
        case cst.Name(value=name):
            return _fields(source, call, name)
        case _:
            return Refusal("the result of getargspec is kept where its use cannot be seen")


def _fields(source: Source, call: cst.Call, name: str) -> list[Splice] | Refusal:
    """All uses of the variable that holds the result."""
    scope = source.scope(call)
    if not isinstance(scope, FunctionScope):
        return Refusal("the result of getargspec is kept where its use cannot be seen")
    assignments = [a for a in scope[name] if isinstance(a, Assignment)]
    if len(assignments) != 1:
        return Refusal(f"{name} holds more than the result of getargspec")
    splices: list[Splice] = []
    for node in _references(assignments[0]):
        found = _field(source, node)
        if isinstance(found, Refusal):
            return found
        splices += found
    return splices


def _references(assignment: Assignment) -> Iterator[cst.CSTNode]:
    yield from {access.node: None for access in assignment.references}


def _field(source: Source, result: cst.CSTNode) -> list[Splice] | Refusal:
    """One use of a result: a field that is the same, `keywords`, an index, or four names."""
    match source.parent(result):
        case cst.Attribute(attr=cst.Name(value=field)) if field in SAME_FIELDS:
            return []
        case cst.Attribute(attr=cst.Name(value="keywords") as attr):
            return [source.replace(attr, "varkw")]
        case cst.Subscript(slice=[cst.SubscriptElement(slice=index)]) if _fits(index):
            return []
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Tuple(elements=names))]):
            if len(names) == 4 and not any(isinstance(n, cst.StarredElement) for n in names):
                end = source.span(result)[1]
                return [Splice(end, end, "[:4]")]
    return Refusal("the result of getargspec is used in a way that the new one does not fit")


def _fits(index: cst.BaseSlice) -> bool:
    """Whether an index or slice stays within the first four fields."""
    match index:
        case cst.Index(value=cst.Integer(value=number)):
            return int(number, 0) < 4
        case cst.Slice(lower=lower, upper=cst.Integer(value=number), step=None):
            return int(number, 0) <= 4 and (lower is None or isinstance(lower, cst.Integer))
        case _:
            return False
