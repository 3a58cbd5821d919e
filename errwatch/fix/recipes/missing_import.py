"""Import a name that is used but was never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from pathlib import PurePosixPath

from errwatch import lazy_re as re
from errwatch.fix.recipes import stdlib
from errwatch.fix.recipes.imports import Import, add_import
from errwatch.fix.recipes.mentions import binders, mentions
from errwatch.fix.recipes.modules import absolute, dotted_name, file_of, parsed, reaches, root_of
from errwatch.fix.recipes.origins import alike, home, imports, origins
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.removed_table import is_removed_builtin
from errwatch.fix.recipes.uses import Use
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

UNDEFINED = re.compile(r"name '(\w+)' is not defined")
Function = ast.FunctionDef | ast.AsyncFunctionDef
NO_SUBMODULE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")


class MissingImport:
    """Adds the one import that a name can mean.

    Applies to a NameError whose name is a module of the standard library (and every use of it in
    the file is an attribute that the module has), a symbol of it that means one thing everywhere,
    a name that the rest of the repository imports in exactly one way, or the only public class or
    function of that name in the repository; and to an AttributeError for a submodule that nobody
    imported. Declines where the name is used as a value (it may be a variable by that name), where
    the repository has any other origin of it, where the file binds it anywhere (so that it was
    meant to come from there), and where the import would be circular. The module loads and the
    name resolves: that is what the reproduction proves.
    """

    id = "missing-import"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type == "AttributeError":
            return _submodule(place)
        found = UNDEFINED.match(place.error.message)
        if place.error.type != "NameError" or not found or is_removed_builtin(found[1]):
            return None
        return _name(found[1], place, problem.tree)


def _name(name: str, place: Place, tree: Tree) -> Candidate | Declined:
    module = place.module
    if not place.innermost or module is None:
        return place.declined(f"the name {name} is not looked up in a file that parses")
    if bound := binders(module, name):
        return place.declined(f"{name} {_binding(module, bound[0])}")
    use = Use.of(module, name)
    if place.line not in use.lines:
        return place.declined(f"the line does not use the name {name}")
    found = sorted(set(_origins(name, use, place, tree)), key=str)
    if len(found) != 1:
        several = f"{name} could be any of these" if found else f"nothing here defines {name}"
        return place.declined(several, *map(str, found))
    if rivals := _rivals(name, found[0], use, place, tree):
        return place.declined(f"{name} could be any of these", str(found[0]), *rivals)
    if name.isupper() and (near := alike(name, module)):
        return place.declined(f"{name} may be meant as {near}, which is in the file")
    return _checked(found[0], place, tree)


def _rivals(name: str, chosen: Import, use: Use, place: Place, tree: Tree) -> list[str]:
    """The files in which the name comes from elsewhere; a thing of the standard library without
    the attributes that the file uses is no rival."""
    own = home(chosen, place.file, tree)
    return sorted(
        {
            f"{file}: {each}"
            for file, each in origins(name, place.file, tree)
            if each != own and not (stdlib.is_module(each.module) and _lacks(each, use))
        }
    )


def _binding(module: ast.Module, node: ast.AST) -> str:
    """How the file binds the name that a node introduces."""
    for outer in ast.walk(module):
        if isinstance(outer, ast.If | ast.Try) and node in ast.walk(outer):
            if isinstance(outer, ast.Try):
                return "is bound in a try statement"
            if "TYPE_CHECKING" in ast.unparse(outer.test):
                return "is imported for type checkers only"
    return f"is bound on line {getattr(node, 'lineno', 1)}"


def _origins(name: str, use: Use, place: Place, tree: Tree) -> Iterator[Import]:
    yield from _standard(name, use)
    elsewhere = _imported_elsewhere(name, place, tree)
    imported = {each for each in elsewhere if _fits(each, use, place, tree)}
    yield from imported
    if not any(file_of(each.module, place.file, tree.files()) for each in imported):
        yield from _defined_elsewhere(name, use, place, tree)


def _standard(name: str, use: Use) -> Iterator[Import]:
    if name in stdlib.HOME and not name.isupper() and use.typed:
        symbol = Import(stdlib.HOME[name], name)
        yield from () if _lacks(symbol, use) else (symbol,)
    if not stdlib.is_module(name):
        return
    submodules = {each for each in use.attributes if stdlib.is_submodule(name, each)}
    if not use.bare and use.attributes - submodules <= stdlib.attributes(name):
        yield from [Import(f"{name}.{each}") for each in submodules] or [Import(name)]
    if name in stdlib.NAMESAKES and use.typed and use.attributes <= stdlib.attributes(name, name):
        yield Import(name, name)


def _fits(given: Import, use: Use, place: Place, tree: Tree) -> bool:
    """Whether a name can be what another file imports: a module is used by its attributes, a
    function is called, a class is used as a type, and of the standard library we know more."""
    if given.name in stdlib.SHARED or _lacks(given, use):
        return False
    origin = home(given, place.file, tree)
    if given.name is None or origin.name is None:
        return not use.bare
    function = any(isinstance(s, Function) for s in _definitions(origin, place, tree))
    return given.binds.isupper() or (use.called if function else use.typed)


def _lacks(given: Import, use: Use) -> bool:
    """Whether it is of the standard library and has not the attributes that are used."""
    if not stdlib.is_module(given.module):
        return False
    known = stdlib.attributes(given.module, given.name)
    return any(
        each not in known and not (given.name is None and stdlib.is_submodule(given.module, each))
        for each in use.attributes
    )


def _definitions(origin: Import, place: Place, tree: Tree) -> list[ast.stmt]:
    file = file_of(origin.module, place.file, tree.files())
    module = parsed(tree.read(file)) if file else None
    return [s for s in (module.body if module else ()) if getattr(s, "name", "") == origin.name]


def _imported_elsewhere(name: str, place: Place, tree: Tree) -> Iterator[Import]:
    """The ways in which other files import the name, if one of them does so in any case."""
    ways, unconditional = set(), False
    for file, module in mentions(tree, name):
        for node in ast.walk(module) if module and file != place.file else ():
            found = {each for each in imports(node, file, tree) if each.binds == name}
            ways |= found
            near = not name.isupper() or _is_mate(file, place.file)
            unconditional |= near and bool(found) and module is not None and node in module.body
    yield from ways if unconditional else ()


def _is_mate(file: str, other: str) -> bool:
    """Whether two files are in one package."""
    return PurePosixPath(file).parent == PurePosixPath(other).parent


def _defined_elsewhere(name: str, use: Use, place: Place, tree: Tree) -> Iterator[Import]:
    """The modules that define a public class of the name, if the file uses it as one, or a
    function, if all that the file does is call it: `header` is a variable more often. What a
    constant of the name means elsewhere is no evidence."""
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
            return statement.name == name and use.typed
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
    module = place.module
    known = {dotted_name(place.file, files)}
    for node in ast.walk(module) if module else ():
        if isinstance(node, ast.ImportFrom) and not node.level:
            known.add(node.module or "")
        elif isinstance(node, ast.Import):
            known |= {alias.name for alias in node.names}
    return top in {name.split(".", 1)[0] for name in known}


def _styled(origin: Import, place: Place, tree: Tree) -> Import:
    """A relative import, where the file imports its own package that way."""
    module = place.module
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
    source = place.source
    if not place.innermost or source is None:
        return place.declined(f"{found[1]}.{found[2]} is not used in a file that parses")
    return _added(place, Import(f"{found[1]}.{found[2]}"))


def _added(place: Place, new: Import) -> Candidate | Declined:
    source = place.source
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
