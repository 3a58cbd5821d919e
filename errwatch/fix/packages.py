"""Where Python has to look for the modules that a change touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from errwatch.model.fix import Edit

RESOLVES = """\
import importlib.util, os, sys
here = os.path.join(os.path.realpath(os.getcwd()), "")
for name in sys.argv[1:]:
    found = importlib.util.find_spec(name)
    if not (found and found.origin and os.path.realpath(found.origin).startswith(here)):
        sys.exit(1)
"""
"""A program for the Python of the repository: do these packages come from the worktree?"""


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """A package that stands in no other."""

    root: str
    """The folder that it is in, relative to the root of the repository."""
    name: str


def packages_of(edits: Iterable[Edit], files: Collection[str]) -> tuple[Package, ...]:
    """Those of the edited modules; a module that is in no package has none."""
    found = (_package(edit.file, files) for edit in edits if edit.file.endswith(".py"))
    return tuple(sorted({package for package in found if package}))


def _package(file: str, files: Collection[str]) -> Package | None:
    top = None
    folder = PurePosixPath(file).parent
    while folder.name and str(folder / "__init__.py") in files:
        top, folder = folder, folder.parent
    return Package(str(top.parent), top.name) if top else None
