"""Import a name that is used but was never imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from errwatch.fix.recipes import stdlib
from errwatch.fix.recipes.imports import Import, add_import
from errwatch.fix.recipes.mentions import binders, mentions
from errwatch.fix.recipes.modules import absolute, dotted_name, file_of, parsed, reaches, root_of
from errwatch.fix.recipes.place import ENGINE, Place, locate
from errwatch.fix.recipes.removed_table import is_removed_builtin
from errwatch.fix.recipes.source import Source
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

UNDEFINED = re.compile(r"name '(\w+)' is not defined")
NO_SUBMODULE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")


class MissingImport:
    """Adds the one import that a name can mean.

    Applies to a NameError whose name is a module of the standard library (and every use of it in
    the file is an attribute that the module has), a symbol of it that means one thing everywhere,
    a name that the rest of the repository imports in exactly one way, or the only public symbol of
    that name in the repository; and to an AttributeError for a submodule that nobody imported.
    Declines where more than one of these hold, where the file binds the name anywhere (so that it
    was meant to come from there), and where the import would be circular. The module loads and the
    name resolves: that is what the reproduction proves.
    """

    id = "missing-import"

    def propose(self, problem: Problem) -> Candidate | Declined | None:
        place = locate(problem)
        if isinstance(place, Declined):
            return None
        if place.error.type == "AttributeError":
            return _submodule(place)
        found = UNDEFINED.match(place.error.message)
        if place.error.type != "NameError" or not found or is_removed_builtin(found[1]):
            return None
        return _name(found[1], place, problem.tree)


def _name(name: str, place: Place, tree: Tree) -> Candidate | Declined:
    module = parsed(place.text)
    if not place.innermost or module is None:
        return place.declined(f"the name {name} is not looked up in a file that parses")
    if bound := binders(module, name):
        return place.declined(f"{name} {_binding(module, bound[0])}")
    use = Use.of(module, name)
    if place.line not in use.lines:
        return place.declined(f"the line does not use the name {name}")
    origins = sorted(set(_origins(name, use, place, tree)), key=str)
    if len(origins) != 1:
        several = f"{name} could be any of these" if origins else f"nothing here defines {name}"
        return place.declined(several, *map(str, origins))
    return _checked(origins[0], place, tree)


def _binding(module: ast.Module, node: ast.AST) -> str:
    """How the file binds the name that a node introduces."""
    for outer in ast.walk(module):
        if isinstance(outer, ast.If | ast.Try) and node in ast.walk(outer):
            if isinstance(outer, ast.Try):
                return "is bound in a try statement"
            if "TYPE_CHECKING" in ast.unparse(outer.test):
                return "is imported for type checkers only"
    return f"is bound on line {getattr(node, 'lineno', 1)}"


@dataclass(frozen=True, slots=True)
class Use:
    """How a file uses a name."""

    lines: frozenset[int]
    attributes: frozenset[str]
    bare: bool
    """Whether some use is not `name.attribute`."""
    called: bool
    """Whether every use is a call or a decorator."""

    @classmethod
    def of(cls, module: ast.Module, name: str) -> Use:
        loads = [n for n in ast.walk(module) if isinstance(n, ast.Name) and n.id == name]
        owned = [
            node
            for node in ast.walk(module)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
        ]
        called = {node.func for node in ast.walk(module) if isinstance(node, ast.Call)}
        for node in ast.walk(module):
            called |= set(getattr(node, "decorator_list", ()))
        return cls(
            lines=frozenset(node.lineno for node in loads),
            attributes=frozenset(node.attr for node in owned),
            bare=len(owned) < len(loads),
            called=called.issuperset(loads),
        )


def _origins(name: str, use: Use, place: Place, tree: Tree) -> Iterator[Import]:
    yield from _standard(name, use)
    elsewhere = _imported_elsewhere(name, place, tree)
    imported = {each for each in elsewhere if _fits(each, use, place, tree)}
    yield from imported
    if not any(file_of(each.module, place.file, tree.files()) for each in imported):
        yield from _defined_elsewhere(name, use, place, tree)


def _standard(name: str, use: Use) -> Iterator[Import]:
    if name in stdlib.HOME:
        yield Import(stdlib.HOME[name], name)
    if not stdlib.is_module(name):
        return
    submodules = {each for each in use.attributes if stdlib.is_submodule(name, each)}
    if not use.bare and use.attributes - submodules <= stdlib.attributes(name):
        yield from [Import(f"{name}.{each}") for each in submodules] or [Import(name)]
    if name in stdlib.NAMESAKES and use.attributes <= stdlib.attributes(name, name):
        yield Import(name, name)


def _fits(given: Import, use: Use, place: Place, tree: Tree) -> bool:
    """Whether a name can be what another file imports: a module is used by its attributes, and of
    what the standard library has we know them."""
    inner = file_of(f"{given.module}.{given.name}", place.file, tree.files())
    if (use.bare and (given.name is None or inner)) or given.name in stdlib.SHARED:
        return False
    known = stdlib.attributes(given.module, given.name) if stdlib.is_module(given.module) else None
    return known is None or all(
        each in known or (given.name is None and stdlib.is_submodule(given.module, each))
        for each in use.attributes
    )


def _imported_elsewhere(name: str, place: Place, tree: Tree) -> Iterator[Import]:
    """The ways in which other files import the name, if one of them does so in any case."""
    ways, unconditional = set(), False
    for file, module in mentions(tree, name):
        for node in ast.walk(module) if module and file != place.file else ():
            found = {each for each in _imports(node, file, tree) if each.binds == name}
            ways |= found
            unconditional |= bool(found) and module is not None and node in module.body
    yield from ways if unconditional else ()


def _imports(node: ast.AST, file: str, tree: Tree) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.split(".", 1)[0]
            plain = not alias.asname and stdlib.is_module(top)
            yield Import(top if plain else alias.name, None, alias.asname)
    elif isinstance(node, ast.ImportFrom):
        base = absolute("." * node.level + (node.module or ""), file, tree.files())
        yield from (Import(base, alias.name, alias.asname) for alias in node.names)


def _defined_elsewhere(name: str, use: Use, place: Place, tree: Tree) -> Iterator[Import]:
    """The modules that define a public class or constant of the name, or a function, if all that
    the file does is call it: `header` is a variable more often than that function."""
    files = tree.files()
    for file, module in mentions(tree, name):
        statements = module.body if module and file != place.file else []
        importable = root_of(file, files) == root_of(place.file, files)
        defined = any(_defines(s, name, use) for s in statements)
        if not name.startswith("_") and importable and defined:
            yield Import(dotted_name(file, files), name)


def _defines(statement: ast.stmt, name: str, use: Use) -> bool:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return statement.name == name and use.called
        case ast.ClassDef():
            return statement.name == name
        case ast.Assign(targets=[ast.Name(id=target)]) | ast.AnnAssign(target=ast.Name(id=target)):
            return target == name and name.isupper()
        case _:
            return False


def _checked(origin: Import, place: Place, tree: Tree) -> Candidate | Declined:
    """The candidate, unless importing would go round in a circle."""
    files = tree.files()
    own = file_of(origin.module, place.file, files)
    inner = file_of(f"{origin.module}.{origin.name}", place.file, files)
    if (own or inner) and not _is_near(origin, place, files):
        return place.declined(f"{origin} would be the first import of that package here")
    for file in filter(None, (own, inner)):
        if file == place.file or reaches(tree, file, place.file):
            return place.declined(f"{origin} would be circular", file)
    return _added(place, _styled(origin, place, tree) if own or inner else origin)


def _is_near(origin: Import, place: Place, files: Set[str]) -> bool:
    """Whether a module of the repository is in the file's package, or one that it imports from."""
    top = origin.module.split(".", 1)[0]
    module = parsed(place.text)
    known = {dotted_name(place.file, files)}
    for node in ast.walk(module) if module else ():
        if isinstance(node, ast.ImportFrom) and not node.level:
            known.add(node.module or "")
        elif isinstance(node, ast.Import):
            known |= {alias.name for alias in node.names}
    return top in {name.split(".", 1)[0] for name in known}


def _styled(origin: Import, place: Place, tree: Tree) -> Import:
    """A relative import, where the file imports its own package that way."""
    module = parsed(place.text)
    nodes = ast.walk(module) if module else ()
    if not any(isinstance(node, ast.ImportFrom) and node.level for node in nodes):
        return origin
    package = absolute(".", place.file, tree.files()).split(".")
    target = origin.module.split(".")
    if origin.name is None or package[0] != target[0]:
        return origin
    pairs = zip(package, target, strict=False)
    common = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(package), len(target)))
    dots = "." * (len(package) - common + 1)
    return Import(dots + ".".join(target[common:]), origin.name, origin.alias)


def _submodule(place: Place) -> Candidate | Declined | None:
    """`import package` does not load `package.module`: import that as well."""
    found = NO_SUBMODULE.match(place.error.message)
    if not found or not stdlib.is_module(found[1]) or not stdlib.is_submodule(*found.groups()):
        return None
    source = Source.parse(place.text)
    if not place.innermost or source is None:
        return place.declined(f"{found[1]}.{found[2]} is not used in a file that parses")
    return _added(place, Import(f"{found[1]}.{found[2]}"))


def _added(place: Place, new: Import) -> Candidate | Declined:
    source = Source.parse(place.text)
    if source is None:
        return place.declined("the file does not parse")
    at = place.line if place.frame.function == "<module>" else None
    after = source.spliced([add_import(source, new, before=at)])
    return Candidate(
        engine=ENGINE,
        recipe=MissingImport.id,
        title=f"Import {new.name or new.module} in {place.file}",
        rationale=(
            f"{place} uses {new.name or new.module}, which nothing imports there. "
            f"`{new}` is the only thing that it can mean."
        ),
        edits=(Edit(place.file, place.text, after),),
        confidence=0.9,
    )
