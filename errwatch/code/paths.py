"""Whether the path of a frame and a file of the repository may be the same file."""

from __future__ import annotations

from enum import Enum

from errwatch.model.event import Frame

ROOTS = frozenset({"src", "lib", "python", "app", "source"})
"""Folders that a repository puts around its packages."""

VENDORED = frozenset({"vendor", "_vendor", "third_party", "node_modules", "site-packages"})
"""Folders of a repository that hold copies of other people's packages."""

INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})
"""Folders below which packages are installed."""

_SHARED = (("usr", "share"), ("usr", "lib"), ("opt",))
"""Folders below which a whole application is installed, in a folder of its own."""

_NAMELESS = frozenset({"__init__.py", "__main__.py", "index.js", "index.ts", "mod.rs"})
"""Names that say nothing without their folder."""


def parts_of(frame: Frame) -> list[str]:
    """The path of a frame. A bare name (Java, Kotlin) gets the folders of its package."""
    parts = [part for part in frame.file.replace("\\", "/").split("/") if part not in ("", ".")]
    if len(parts) <= 1 and frame.module and "." in frame.module:
        packages = [name for name in frame.module.split(".") if name[:1].islower()]
        return [*packages, *parts] if parts else [""]
    return parts or [""]


def shared_end(left: list[str], right: list[str]) -> int:
    """How many names two paths have in common at their end; 0 where that says nothing."""
    pairs = zip(reversed(left), reversed(right), strict=False)
    length = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))
    whole = length == len(left) or length == len(right)
    return length if length > 1 or whole or left[-1] not in _NAMELESS else 0


def plausible(trace: list[str], path: list[str], shared: int) -> bool:
    """Whether the paths alone tell that it is the same file, without a look inside."""
    beside = path[: len(path) - shared]
    if shared == len(trace):
        return True
    return shared >= 2 and (not beside or beside[-1] in ROOTS)


class Installed(Enum):
    """How a library's file may be one of the repository."""

    SAME = "same"
    """The paths agree as far as they go."""
    ALIKE = "alike"
    """The file and its folder are called the same."""
    OTHER = "other"


def installed(trace: list[str], path: list[str]) -> Installed:
    """Whether a library's file may have been installed from a file of the repository."""
    packaged = _packaged(trace)
    if packaged is None or VENDORED.intersection(path):
        return Installed.OTHER
    shared = shared_end(packaged, path)
    if plausible(packaged, path, shared):
        return Installed.SAME
    return Installed.ALIKE if shared > 1 else Installed.OTHER


def _packaged(trace: list[str]) -> list[str] | None:
    """The path below the folder of installed packages; None where there is none."""
    roots = [number for number, part in enumerate(trace) if part in INSTALLED]
    if roots:
        return trace[roots[-1] + 1 :]
    for root in _SHARED:
        if tuple(trace[: len(root)]) == root and not trace[len(root)].startswith("python"):
            return trace[len(root) + 1 :] or None
    return None
