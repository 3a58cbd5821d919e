"""A frame of the trace -> its place in the repository, by the longest path suffix.

The trace was written where the code ran, by the code that ran: `/app/pkg/mod.py` may be
`src/pkg/mod.py` here, and its lines may have moved since.
"""

from __future__ import annotations

from dataclasses import dataclass

from errwatch.code.source import MODULE, SourceFile
from errwatch.interfaces import Tree
from errwatch.model.event import Frame

ROOTS = frozenset({"src", "lib", "python", "app", "source"})
"""Folders that a repository puts around its packages."""

VENDORED = frozenset({"vendor", "_vendor", "third_party", "node_modules", "site-packages"})
"""Folders of a repository that hold copies of other people's packages."""

INSTALLED = ("site-packages", "dist-packages")

MOST = 50
"""Files of one name that are opened for one frame."""

LINE_IN_PLACE, LINE_ELSEWHERE, FUNCTION = 3, 2, 1
"""What of a frame a file holds, the most telling first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame is in the repository now."""

    frame: Frame
    source: SourceFile
    line: int
    function: str
    moved: str | None = None
    """What differs from the trace, where something does."""

    @property
    def file(self) -> str:
        return self.source.path

    @property
    def at(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def code(self) -> str:
        return self.source.code(self.line)


class Locator:
    """Finds frames in one tree; reads each file once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(tree.files()):
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)
        self._sources: dict[str, SourceFile | None] = {}

    def source(self, path: str) -> SourceFile | None:
        """A file of the tree; None where it is not there or not text."""
        if path not in self._sources:
            text = self._tree.read(path)
            self._sources[path] = None if text is None else SourceFile(path, text)
        return self._sources[path]

    def place(self, frame: Frame) -> Place | None:
        """Where a frame is now; None where it is not in this repository, or could be two files."""
        parts = _parts(frame)
        tiers: dict[int, list[str]] = {}
        for path in self._by_name.get(parts[-1], ()):
            tiers.setdefault(_shared_suffix(parts, path.split("/")), []).append(path)
        for shared in sorted(tiers, reverse=True):
            if source := self._choose(frame, parts, shared, tiers[shared]):
                return _settle(frame, source)
        return None

    def own(self, frame: Frame) -> Place | None:
        """The place of a frame of the user's code, or of theirs where it was installed: the code of
        a library's frame must be the repository's, so that the same name is not enough."""
        if frame.in_app:
            return self.place(frame)
        parts = _parts(frame)
        for path in self._by_name.get(parts[-1], ())[:MOST]:
            installed = _is_installed(parts, path.split("/"))
            source = self.source(path) if installed and _readable(frame.code) else None
            if source and _proof(frame, source) >= LINE_ELSEWHERE:
                return _settle(frame, source)
        return None

    def _choose(
        self, frame: Frame, parts: list[str], shared: int, paths: list[str]
    ) -> SourceFile | None:
        """Of the files that share equally much of the path, the one that holds the frame's code."""
        sources = [source for path in paths[:MOST] if (source := self.source(path))]
        proven = {source.path: _proof(frame, source) for source in sources}
        fitting = [
            source
            for source in sources
            if proven[source.path] or _plausible(parts, source.path.split("/"), shared)
        ]
        if not fitting or (len(fitting) > 1 and not any(proven.values())):
            return None
        return min(fitting, key=lambda one: (-proven[one.path], one.path.count("/"), one.path))


def _parts(frame: Frame) -> list[str]:
    """The path of a frame. A bare name (Java, Kotlin) gets the folders of its package."""
    parts = [part for part in frame.file.replace("\\", "/").split("/") if part not in ("", ".")]
    if len(parts) <= 1 and frame.module and "." in frame.module:
        packages = [name for name in frame.module.split(".") if name[:1].islower()]
        return [*packages, *parts] if parts else [""]
    return parts or [""]


def _shared_suffix(left: list[str], right: list[str]) -> int:
    pairs = zip(reversed(left), reversed(right), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


def _plausible(trace: list[str], path: list[str], shared: int) -> bool:
    """Whether the paths alone tell that it is the same file, without a look inside."""
    beside = path[: len(path) - shared]
    if shared == len(trace):
        return True
    return shared >= 2 and (not beside or beside[-1] in ROOTS)


def _is_installed(trace: list[str], path: list[str]) -> bool:
    """Whether a library's file may have been installed from a file of the repository."""
    if VENDORED.intersection(path):
        return False
    roots = [number for number, part in enumerate(trace) if part in INSTALLED]
    packaged = trace[roots[-1] + 1 :] if roots else trace
    return _plausible(packaged, path, _shared_suffix(packaged, path))


def _proof(frame: Frame, source: SourceFile) -> int:
    """How much of the frame is in the file."""
    if _readable(frame.code):
        if frame.line and source.code(frame.line) == frame.code:
            return LINE_IN_PLACE
        if any(line.strip() == frame.code for line in source.lines):
            return LINE_ELSEWHERE
    name = _bare(frame.function)
    named = name is not None and any(name == each.bare for each in source.functions)
    return FUNCTION if named else 0


def _readable(code: str | None) -> bool:
    """Whether a line of the trace can be compared: long enough to mean something, not redacted."""
    return code is not None and len(code) > 3 and "[REDACTED" not in code


def _bare(function: str | None) -> str | None:
    """The name as `def` has it; None for `<module>`, `<lambda>` and the like."""
    name = (function or "").rpartition(".")[2]
    return name if name and not name.startswith("<") else None


def _settle(frame: Frame, source: SourceFile) -> Place:
    """The line of a frame in its file as the file is now."""
    line = frame.line or 1
    here = source.function_at(line)
    if here is None:
        return Place(frame, source, line, frame.function or MODULE)
    wanted = _bare(frame.function)
    same_function = wanted is None or here.rpartition(".")[2] == wanted
    if same_function and (not _readable(frame.code) or source.code(line) == frame.code):
        return Place(frame, source, line, here)
    return _follow(frame, source, line, wanted)


def _follow(frame: Frame, source: SourceFile, line: int, wanted: str | None) -> Place:
    """Look for the line of the trace, then for its function: the code moved since."""
    same = [n for n, text in enumerate(source.lines, 1) if text.strip() == frame.code]
    inside = [n for n in same if wanted and (source.function_at(n) or "").endswith(wanted)]
    if found := inside or same:
        now = min(found, key=lambda n: abs(n - line))
        moved = f"{source.path}: line {line} of the trace is line {now} now"
        return Place(frame, source, now, source.function_at(now) or MODULE, moved)
    named = [each for each in source.functions if each.bare == wanted]
    if named:
        nearest = min(named, key=lambda each: abs(each.first - line))
        now = line if line in nearest else nearest.first
        moved = f"{source.path}: {nearest.name} has changed since the trace"
        return Place(frame, source, now, nearest.name, moved)
    now = min(line, max(len(source.lines), 1))
    moved = f"{source.path}: line {line} of the trace is not there any more"
    return Place(frame, source, now, source.function_at(now) or MODULE, moved)
