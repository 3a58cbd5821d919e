"""Replace what newer Pythons moved or removed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial

from errwatch import lazy_re as re
from errwatch.fix.recipes.classes import lineage
from errwatch.fix.recipes.mentions import introduces, mentions
from errwatch.fix.recipes.modules import absolute, file_of
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.removed_methods import dropped_keyword, renamed_methods
from errwatch.fix.recipes.removed_names import Names, Wanted, is_in
from errwatch.fix.recipes.removed_owners import had
from errwatch.fix.recipes.removed_table import NAMES, Api, Kind, below, covering, methods
from errwatch.fix.recipes.source import Refusal
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

CANNOT_IMPORT = re.compile(r"cannot import name '?(\w+)'?(?: from '([\w.]+)')?")
NO_MODULE = re.compile(r"No module named '?([\w.]+)'?")
NO_ATTRIBUTE = re.compile(r"(?:module|type object) '([\w.]+)' has no attribute '(\w+)'")
NO_METHOD = re.compile(r"'([\w.]+)' object has no attribute '(\w+)'")
UNDEFINED = re.compile(r"name '(\w+)' is not defined")
UNEXPECTED = re.compile(r"(?:[\w.<>]+\(\) )?got an unexpected keyword argument '(\w+)'")

Answer = Candidate | Declined | None

PARAMETER_GONE = re.compile(r"As of 3\.\d+, the \*(\w+)\* parameter was removed")


class RemovedApi:
    """Rewrites a removed name or argument in the culprit's file, and a removed method on its line.

    Applies where the table knows the replacement of what the error says is missing: a name that
    cannot be imported, a module that is not there, an attribute, a builtin, a keyword argument.
    A method goes with a type: the error must name one that had it, and only what is surely the same
    object is rewritten. Declines where a use does not fit the replacement (a result with other
    fields, a function that is passed on, text that may be bytes, a name that means something else
    in the file), and where part of a removed module has no replacement in the table. Code that
    chooses by version for itself stays as it is. That the line runs again is what the reproduction
    proves; the table claims that it does the same.
    """

    id = "removed-api"

    def propose(self, problem: Problem, place: Place) -> Answer:
        message = place.error.message
        match place.error.type:
            case "NameError" if found := UNDEFINED.match(message):
                return _name(f"builtins.{found[1]}", place, problem.tree)
            case "ModuleNotFoundError" | "ImportError" if found := NO_MODULE.match(message):
                return _module(found[1], place, problem.tree)
            case "ImportError" if found := CANNOT_IMPORT.match(message):
                return _imported(found[2], found[1], place, problem.tree)
            case "AttributeError" if found := NO_ATTRIBUTE.match(message):
                return _attribute(found[1], found[2], place, problem.tree)
            case "AttributeError" if found := NO_METHOD.match(message):
                return _method(found[1], found[2], place, problem.tree)
            case "TypeError" if found := UNEXPECTED.match(message) or PARAMETER_GONE.match(message):
                return _argument(found[1], place)
        return None


def _imported(module: str | None, name: str, place: Place, tree: Tree) -> Answer:
    """Older Pythons do not say from which module: then the only one in the table."""
    if module is not None:
        return _name(f"{module}.{name}", place, tree)
    known = [api.old for api in NAMES if api.old.endswith(f".{name}")]
    return _name(known[0], place, tree) if len(known) == 1 else None


def _attribute(owner: str, name: str, place: Place, tree: Tree) -> Answer:
    """An attribute of a module, or of a type that the message gives without its module."""
    last = owner.rsplit(".", 1)[-1]
    typed = [api.old for api in NAMES if api.old.endswith(f".{last}.{name}")]
    full = f"{owner}.{name}"
    return _name(full if covering(full) or not typed else typed[0], place, tree)


def _name(full: str, place: Place, tree: Tree) -> Answer:
    api = covering(full)
    if api is None or api.old != full or _is_ours(full, place, tree):
        return None
    if not place.innermost:
        return place.declined(f"a library uses {full}, not this line")
    return _names(partial(_if_in, api), None, place, tree)


def _module(module: str, place: Place, tree: Tree) -> Answer:
    """All of a module is gone: everything that the file takes from it needs a replacement."""
    if not below(module) or _is_ours(module, place, tree):
        return None
    return _names(partial(_covering_in, module), module, place, tree)


def _is_ours(name: str, place: Place, tree: Tree) -> bool:
    """Whether the repository has a package or module of its own by that name."""
    return file_of(name.split(".", 1)[0], place.file, tree.files()) is not None


def _if_in(api: Api, name: str) -> Api | None:
    return api if is_in(name, api.old) else None


def _covering_in(module: str, name: str) -> Api | None:
    return covering(name) if is_in(name, module) else None


def _names(wanted: Wanted, gone: str | None, place: Place, tree: Tree) -> Answer:
    source = place.source
    if source is None:
        return place.declined("the file does not parse")
    names = Names(source, wanted, place.line, _exported(place, tree), gone)
    text = names.rewritten()
    if isinstance(text, Refusal):
        return place.declined(text.reason)
    return _candidate(place, text, *sorted(names.replaced, key=lambda api: api.old))


def _exported(place: Place, tree: Tree) -> Callable[[str], bool]:
    """Whether other files, or `__all__`, take a name from this file."""
    files = tree.files()

    def imports(node: ast.AST, file: str, name: str) -> bool:
        if not isinstance(node, ast.ImportFrom) or name not in {a.name for a in node.names}:
            return False
        module = absolute("." * node.level + (node.module or ""), file, files)
        return file_of(module, file, files) == place.file

    def exported(name: str) -> bool:
        return any(
            imports(node, file, name)
            or (file == place.file and isinstance(node, ast.Constant) and node.value == name)
            for file, module in mentions(tree, name, tests=True)
            for node in (ast.walk(module) if module else ())
        )

    return exported


def _method(owner: str, name: str, place: Place, tree: Tree) -> Answer:
    known = [api for api in methods(name) if had(owner, api, tree)]
    if not known:
        return None
    if any(introduces(node, name) for node in _nodes(tree, name)):
        return place.declined(f"the repository has a {name} of its own")
    own, _ = lineage(tree, owner)
    inner = [n for c in own for n in ast.walk(c.node) if not isinstance(n, ast.Constant)]
    if any(introduces(node, known[0].new) for node in inner):
        return place.declined(f"{owner} has a {known[0].new} of its own")
    source = place.source
    if source is None or not place.innermost:
        return place.declined(f"{name} is not used in a file that parses")
    text = renamed_methods(source, known[0], place.line)
    if isinstance(text, Refusal):
        return place.declined(text.reason)
    return _candidate(place, text, known[0])


def _nodes(tree: Tree, name: str) -> Iterator[ast.AST]:
    """The nodes of all files that mention a name; text in quotes does not count."""
    for _, module in mentions(tree, name):
        nodes = ast.walk(module) if module else ()
        yield from (node for node in nodes if not isinstance(node, ast.Constant))


def _argument(name: str, place: Place) -> Answer:
    source = place.source
    found = dropped_keyword(source, name, place.line) if source else None
    if found is None or isinstance(found, Refusal):
        return None
    return _candidate(place, *found)


def _candidate(place: Place, text: str, *replaced: Api) -> Candidate:
    more = f" and {len(replaced) - 1} more" if len(replaced) > 1 else ""
    return Candidate(
        engine=ENGINE,
        recipe=RemovedApi.id,
        title=f"{replaced[0].change}{more} in {place.file}",
        rationale=" ".join([f"{place} runs on a Python that lacks it.", *map(_said, replaced)]),
        edits=(Edit(place.file, place.text, text),),
        confidence=0.9,
    )


def _said(api: Api) -> str:
    since = "" if api.kind is Kind.KEYWORD else f" (Python {api.since} and newer)"
    return f"{api.change}{since}: Python {api.removed} removed it; {api.reason}."
