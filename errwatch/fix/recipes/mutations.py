"""What the body of a loop does to the collection that the loop runs over, as far as it shows.

Calls are followed within the file: to functions, and to methods of the same object. Where two
expressions may be the same collection, they count as one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from errwatch.fix.recipes.iterated import Function, Loop, View, around, normal, stored, viewed

READS = frozenset(
    {"get", "items", "keys", "values", "copy", "count", "index", "union", "intersection"}
    | {"difference", "issubset", "issuperset", "isdisjoint", "symmetric_difference"}
)
KEYED = frozenset({"pop", "remove", "discard", "move_to_end", "__delitem__"})
"""Methods that concern the one item that they are given."""
HARMLESS = frozenset(
    {"len", "print", "repr", "str", "bool", "isinstance", "id", "type", "sorted", "list", "tuple"}
    | {"set", "sum", "min", "max", "any", "all", "iter", "enumerate"}
)
DEPTH = 4


@dataclass(slots=True)
class Mutations:
    """Lines that do it; the first of each kind is what one would show."""

    adds: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    """Removals of other items than the one that the loop is at."""
    own: list[int] = field(default_factory=list)
    """Removals of the item that the loop is at."""
    leaks: list[int] = field(default_factory=list)
    """Calls that cannot be followed and are given the collection, or its owner that can add."""


def mutations(module: ast.Module, loop: Loop) -> Mutations | None:
    """What happens to what the loop runs over while it runs; None where that is unknown."""
    outer = around(module, loop)
    view = viewed(module, outer, loop)
    if view is None:
        return None
    found = Mutations(leaks=[node.lineno for node in _handles(outer, view)])
    reading_adds = any(isinstance(n, ast.Name) and n.id == "defaultdict" for n in ast.walk(module))
    _Walk(module, found, reading_adds).walk(_body(module, loop), view, outer, 0)
    return found


def _handles(outer: list[ast.AST], view: View) -> Iterator[ast.Attribute]:
    """Methods of the collection that are kept for later: `add = self.seen.add`."""
    function = next((n for n in reversed(outer) if isinstance(n, Function)), outer[0])
    called = _functions(function)
    for node in ast.walk(function):
        if not isinstance(node, ast.Attribute) or node in called or normal(node.value) == "self":
            continue
        if view.holds(node.value) and node.attr not in READS and isinstance(node.ctx, ast.Load):
            yield node


def _functions(node: ast.AST) -> set[ast.expr]:
    """The expressions that are called."""
    return {each.func for each in ast.walk(node) if isinstance(each, ast.Call)}


def _body(module: ast.Module, loop: Loop) -> list[ast.AST]:
    if not isinstance(loop, ast.comprehension):
        return list(loop.body)
    whole = around(module, loop)[-1]
    return [n for n in ast.walk(whole) if isinstance(n, ast.Call | ast.NamedExpr)]


@dataclass(slots=True)
class _Walk:
    module: ast.Module
    found: Mutations
    reading_adds: bool = False
    """Whether the collection may be a defaultdict."""
    seen: set[tuple[ast.AST, View]] = field(default_factory=set)

    def walk(self, body: Iterable[ast.AST], view: View, outer: list[ast.AST], depth: int) -> None:
        for statement in body:
            called = _functions(statement)
            for node in ast.walk(statement):
                if node not in called:
                    self._node(node, view, outer, depth)

    def _node(self, node: ast.AST, view: View, outer: list[ast.AST], depth: int) -> None:
        match node:
            case ast.AugAssign(target=target, op=op) if view.holds(target):
                removes = isinstance(op, ast.Sub | ast.BitAnd)
                (self.found.others if removes else self.found.adds).append(node.lineno)
            case ast.Subscript(value=owner, slice=key, ctx=ast.Del()) if view.holds(owner):
                self._removal(node, key, view)
            case ast.Subscript(value=owner, slice=key, ctx=ctx) if view.holds(owner):
                adds = isinstance(ctx, ast.Store) or self.reading_adds
                if adds and ast.unparse(key) not in view.keys:
                    self.found.adds.append(node.lineno)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if view.holds(owner):
                if depth == DEPTH or not self._follow(node.func, node, view, outer, depth):
                    self._method(node, name, view)
            case ast.Subscript(ctx=ast.Store() | ast.Del()) if normal(node.value) in view.owners:
                self.found.leaks.append(node.lineno)
            case ast.Attribute(value=ast.Name()) if depth < DEPTH:
                self._follow(node, ast.Call(node, [], []), view, outer, depth)
            case ast.Call():
                self._call(node, view, outer, depth)

    def _removal(self, node: ast.expr, key: ast.expr | None, view: View) -> None:
        own = key is not None and ast.unparse(key) in view.keys
        (self.found.own if own else self.found.others).append(node.lineno)

    def _method(self, node: ast.Call, name: str, view: View) -> None:
        if name in KEYED:
            self._removal(node, node.args[0] if node.args else None, view)
        elif name in {"clear", "popitem", "popleft", "difference_update", "intersection_update"}:
            self.found.others.append(node.lineno)
        elif name.startswith(("remove", "delete", "discard")):
            self._removal(node, node.args[0] if node.args else None, view)
        elif name not in READS:
            self.found.adds.append(node.lineno)

    def _call(self, node: ast.Call, view: View, outer: list[ast.AST], depth: int) -> None:
        followed = depth < DEPTH and self._follow(node.func, node, view, outer, depth)
        if not followed and self._leaks(node, view):
            self.found.leaks.append(node.lineno)

    def _follow(
        self, func: ast.expr, node: ast.Call, view: View, outer: list[ast.AST], depth: int
    ) -> bool:
        """Whether there is a function in the file that a call, or a property, leads to."""
        callees = self._callees(func, outer)
        for callee in callees:
            inner = _inside(callee, node, view)
            if (callee, inner) not in self.seen:
                self.seen.add((callee, inner))
                self.walk(callee.body, inner, outer, depth + 1)
        return bool(callees)

    def _callees(self, func: ast.expr, outer: list[ast.AST]) -> list[Function]:
        match func:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                pool = {n for c in self._family(outer) for n in c.body}
            case ast.Name(id=name):
                methods = {n for c in self._classes() for n in c.body}
                pool = {n for n in ast.walk(self.module) if isinstance(n, ast.stmt)} - methods
            case _:
                return []
        return [n for n in pool if isinstance(n, Function) and n.name == name]

    def _classes(self) -> list[ast.ClassDef]:
        return [n for n in ast.walk(self.module) if isinstance(n, ast.ClassDef)]

    def _family(self, outer: list[ast.AST]) -> list[ast.ClassDef]:
        """The class that the loop is in, and its bases in the same file."""
        own = [n for n in outer if isinstance(n, ast.ClassDef)][-1:]
        names = {ast.unparse(base) for c in own for base in c.bases}
        return own + [c for c in self._classes() if c.name in names]

    def _leaks(self, node: ast.Call, view: View) -> bool:
        """Whether a call that leads out of the file is given what it can add by."""
        func = ast.unparse(node.func)
        given = [*node.args, *(k.value for k in node.keywords)]
        if func in HARMLESS:
            return False
        if any(view.holds(each) for each in given) or func.startswith("super()"):
            return True
        inherited = any(func.startswith(f"{o}.") and func.count(".") == 1 for o in view.owners)
        inherited = inherited and not self._assigns(func)
        passed = any(
            ast.unparse(n) in view.owners and isinstance(n, ast.Name)
            for each in given
            for n in ast.walk(each)
        )
        return inherited or (passed and self._can_add(view))

    def _assigns(self, attribute: str) -> bool:
        """Whether the file assigns the attribute: then it is a value that was handed in."""
        return any(
            isinstance(n, ast.Attribute)
            and isinstance(n.ctx, ast.Store)
            and n.attr == attribute.rpartition(".")[2]
            for n in ast.walk(self.module)
        )

    def _can_add(self, view: View) -> bool:
        """Whether anything in the file adds to the collection."""
        probe = _Walk(ast.Module([], []), Mutations())
        probe.walk([self.module], View(view.collections, frozenset(), frozenset()), [], DEPTH)
        return bool(probe.found.adds)


def _inside(callee: Function, call: ast.Call, view: View) -> View:
    """What a called function knows of the collection."""
    names = [a.arg for a in (*callee.args.posonlyargs, *callee.args.args)]
    bound = isinstance(call.func, ast.Attribute) and names[:1] in (["self"], ["cls"])
    pairs = list(zip(names[1:] if bound else names, call.args, strict=False))
    pairs += [(k.arg, k.value) for k in call.keywords if k.arg]
    local = {*names, *stored(callee.body)} - ({names[0]} if bound else set())
    collections = {c for c in view.collections if c.split(".")[0].rstrip("[]") not in local}
    owners = {o for o in view.owners if o.split(".")[0] not in local}
    for name, given in pairs:
        text = normal(given)
        collections |= {name} if text in view.collections else set()
        for each in view.collections:
            if each.startswith(f"{text}."):
                collections.add(name + each[len(text) :])
                owners.add(name)
    keys = {name for name, given in pairs if ast.unparse(given) in view.keys}
    return View(
        frozenset(collections), frozenset(owners), frozenset(keys - set(stored(callee.body)))
    )
