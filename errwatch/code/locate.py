"""A frame of the trace -> its place in the repository, by the longest path suffix.

The trace was written where the code ran, by the code that ran: `/app/pkg/mod.py` may be
`src/pkg/mod.py` here, and its lines may have moved since.
"""

from __future__ import annotations

from collections.abc import Collection

from errwatch.code.paths import Installed, installed, parts_of, plausible, shared_end
from errwatch.code.place import LINE_ELSEWHERE, LINE_IN_PLACE, Place, proof, settle
from errwatch.code.source import SourceFile
from errwatch.interfaces import Tree
from errwatch.model.event import Frame

MOST = 50
"""Files of one name that are opened for one frame."""

_NEEDED = {Installed.SAME: LINE_ELSEWHERE, Installed.ALIKE: LINE_IN_PLACE}
"""What a library's file must hold of a frame to be the repository's."""


class Locator:
    """Finds frames in one tree; reads each file once."""

    def __init__(self, tree: Tree, preferred: Collection[str] = ()) -> None:
        """`preferred` files are taken where another one fits as well."""
        self._tree = tree
        self._preferred = preferred
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
        parts = parts_of(frame)
        for shared, paths in self._tiers(parts):
            if place := self._choose(frame, parts, shared, paths):
                return place
        return self._script(frame, parts)

    def own(self, frame: Frame) -> Place | None:
        """The place of a frame of the user's code, or of theirs where it was installed: the code of
        a library's frame must be the repository's, so that the same name is not enough."""
        if frame.in_app:
            return self.place(frame)
        parts = parts_of(frame)
        for path in self._by_name.get(parts[-1], ())[:MOST]:
            least = _NEEDED.get(installed(parts, path.split("/")))
            source = self.source(path) if least else None
            if source and least and proof(frame, source) >= least:
                return settle(frame, source)
        return None

    def _script(self, frame: Frame, parts: list[str]) -> Place | None:
        """A program that lost its suffix where it was installed: `/usr/bin/shop` is `shop.py`."""
        for path in self._by_name.get(f"{parts[-1]}.py", ())[:MOST] if parts[-1] else ():
            source = self.source(path)
            if source and proof(frame, source) >= LINE_ELSEWHERE:
                return settle(frame, source)
        return None

    def unreadable(self, frame: Frame) -> str | None:
        """The file that a frame names by its path, where that is not text."""
        parts = parts_of(frame)
        for shared, paths in self._tiers(parts):
            for path in paths[:MOST]:
                named = plausible(parts, path.split("/"), shared)
                if named and self.source(path) is None:
                    return path
        return None

    def _tiers(self, parts: list[str]) -> list[tuple[int, list[str]]]:
        """The files of the frame's name by how much of the path they share, the most first."""
        tiers: dict[int, list[str]] = {}
        for path in self._by_name.get(parts[-1], ()):
            shared = shared_end(parts, path.split("/"))
            if shared:
                tiers.setdefault(shared, []).append(path)
        return sorted(tiers.items(), reverse=True)

    def _choose(
        self, frame: Frame, parts: list[str], shared: int, paths: list[str]
    ) -> Place | None:
        """Of the files that share equally much of the path, the one that holds the frame's code."""
        sources = [source for path in paths[:MOST] if (source := self.source(path))]
        proven = {source.path: proof(frame, source) for source in sources}
        fitting = [
            source
            for source in sources
            if proven[source.path] or plausible(parts, source.path.split("/"), shared)
        ]
        most = max((proven[one.path] for one in fitting), default=0)
        best = [one for one in fitting if proven[one.path] == most]
        best = [one for one in best if one.path in self._preferred] or best
        if not best or (len(best) > 1 and not most):
            return None
        best.sort(key=lambda one: (one.path.count("/"), one.path))
        return settle(frame, best[0], tuple(one.path for one in best[1:]))
