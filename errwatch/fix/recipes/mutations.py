"""What the body of a loop does to the collection that the loop runs over, as far as it shows.

Calls are followed within the file: to functions, and to methods of the same object. Where two
expressions may be the same collection, they count as one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

READS = frozenset(
    {"get", "items", "keys", "values", "copy", "count", "index", "union", "intersection"}
    | {"difference", "issubset", "issuperset", "isdisjoint", "symmetric_difference"}
)
KEYED = frozenset({"pop", "remove", "discard", "move_to_end", "__delitem__"})
"""Methods that concern the one item that they are given."""
VIEWS = frozenset({"items", "keys", "values"})
HARMLESS = frozenset(
    {"len", "print", "repr", "str", "bool", "isinstance", "id", "type", "sorted", "list", "tuple"}
    | {"set", "sum", "min", "max", "any", "all", "iter", "enumerate"}
)
DEPTH = 4

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.AsyncFor | ast.comprehension


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


@dataclass(frozen=True, slots=True)
class View:
    """What a function knows: expressions for the collection, its owner, and the current item."""

    collections: frozenset[str]
    owners: frozenset[str]
    keys: frozenset[str]

    def holds(self, node: ast.expr) -> bool:
        """Whether an expression may be the collection: the same attribute of another object may."""
        text = normal(node)
        tail = text.rpartition(".")[2] if "." in text else None
        return text in self.collections or any(tail == c.rpartition(".")[2] for c in self._dotted)

    @property
    def _dotted(self) -> Iterator[str]:
        return (each for each in self.collections if "." in each)


def normal(node: ast.expr) -> str:
    """The text of an expression, without views of it; any index may be any other."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in VIEWS:
            return normal(owner)
        case ast.Subscript(value=owner):
            return f"{normal(owner)}[]"
        case ast.Attribute(value=owner, attr=name):
            return f"{normal(owner)}.{name}"
        case ast.NamedExpr(value=value):
            return normal(value)
        case _:
            return ast.unparse(node)


def mutations(module: ast.Module, loop: Loop) -> Mutations:
    """What happens to what the loop runs over while it runs."""
    found = Mutations()
    around = _around(module, loop)
    view = _view(around, loop)
    reading_adds = any(isinstance(n, ast.Name) and n.id == "defaultdict" for n in ast.walk(module))
    _Walk(module, found, reading_adds).walk(_body(module, loop), view, around, 0)
    return found


def _around(module: ast.Module, loop: Loop) -> list[ast.AST]:
    """The nodes that the loop is in, from the outside in."""
    waiting: list[tuple[ast.AST, list[ast.AST]]] = [(module, [])]
    while waiting:
        node, above = waiting.pop()
        if node is loop:
            return above
        waiting += [(child, [*above, node]) for child in ast.iter_child_nodes(node)]
    return []


def _body(module: ast.Module, loop: Loop) -> list[ast.AST]:
    if not isinstance(loop, ast.comprehension):
        return list(loop.body)
    whole = _around(module, loop)[-1]
    return [n for n in ast.walk(whole) if isinstance(n, ast.Call | ast.NamedExpr)]


def _view(around: list[ast.AST], loop: Loop) -> View:
    chains = set(_chains(loop.iter))
    function = next((n for n in reversed(around) if isinstance(n, Function)), around[0])
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            same = {normal(each) for each in (*node.targets, node.value)}
            chains |= same if same & chains else set()
    owners = {c.rpartition(".")[0] for c in chains if "." in c}
    return View(frozenset(chains), frozenset(owners), frozenset(_keys(loop)))


def _chains(node: ast.expr) -> Iterator[str]:
    """The names and attributes that an iterable is made from."""
    match node:
        case ast.Call(func=ast.Name(), args=arguments):
            for each in arguments:
                yield from _chains(each)
        case ast.Call(func=ast.Attribute(value=owner)):
            yield normal(owner)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield normal(node)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _chains(child)


def _keys(loop: Loop) -> set[str]:
    """The loop variable that is the current item, unless the body assigns it again."""
    body = [] if isinstance(loop, ast.comprehension) else loop.body
    key = _key(loop.iter, loop.target)
    return {key.id} - set(_stored(body)) if isinstance(key, ast.Name) else set()


def _key(iterable: ast.expr, target: ast.expr) -> ast.expr | None:
    match iterable, target:
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner]), ast.Tuple(elts=[_, item]):
            return _key(inner, item)
        case ast.Call(func=ast.Attribute(attr="items")), ast.Tuple(elts=[key, _]):
            return key
        case ast.Call(func=ast.Attribute(attr="keys")), _:
            return target
        case ast.Call(), _:
            return None
        case _:
            return target


def _stored(body: Iterable[ast.AST]) -> Iterator[str]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


@dataclass(slots=True)
class _Walk:
    module: ast.Module
    found: Mutations
    reading_adds: bool = False
    """Whether the collection may be a defaultdict."""
    seen: set[tuple[ast.AST, View]] = field(default_factory=set)

    def walk(self, body: Iterable[ast.AST], view: View, around: list[ast.AST], depth: int) -> None:
        for statement in body:
            for node in ast.walk(statement):
                self._node(node, view, around, depth)

    def _node(self, node: ast.AST, view: View, around: list[ast.AST], depth: int) -> None:
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
                self._method(node, name, view)
            case ast.Call():
                self._call(node, view, around, depth)

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

    def _call(self, node: ast.Call, view: View, around: list[ast.AST], depth: int) -> None:
        callees = self._callees(node.func, around)
        if not callees or depth == DEPTH:
            if self._leaks(node, view):
                self.found.leaks.append(node.lineno)
            return
        for callee in callees:
            inner = _inside(callee, node, view)
            if (callee, inner) not in self.seen:
                self.seen.add((callee, inner))
                self.walk(callee.body, inner, around, depth + 1)

    def _callees(self, func: ast.expr, around: list[ast.AST]) -> list[Function]:
        match func:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                pool = {n for c in self._family(around) for n in c.body}
            case ast.Name(id=name):
                methods = {n for c in self._classes() for n in c.body}
                pool = {n for n in ast.walk(self.module) if isinstance(n, ast.stmt)} - methods
            case _:
                return []
        return [n for n in pool if isinstance(n, Function) and n.name == name]

    def _classes(self) -> list[ast.ClassDef]:
        return [n for n in ast.walk(self.module) if isinstance(n, ast.ClassDef)]

    def _family(self, around: list[ast.AST]) -> list[ast.ClassDef]:
        """The class that the loop is in, and its bases in the same file."""
        own = [n for n in around if isinstance(n, ast.ClassDef)][-1:]
        names = {ast.unparse(base) for c in own for base in c.bases}
        return own + [c for c in self._classes() if c.name in names]

    def _leaks(self, node: ast.Call, view: View) -> bool:
        """Whether a call that leads out of the file is given what it can add by."""
        func = ast.unparse(node.func)
        given = [*node.args, *(k.value for k in node.keywords)]
        if func in HARMLESS:
            return False
        if any(view.holds(each) for each in given):
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
    local = {*names, *_stored(callee.body)} - ({names[0]} if bound else set())
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
        frozenset(collections), frozenset(owners), frozenset(keys - set(_stored(callee.body)))
    )
