"""The files of a commit with the changes of one attempt over them, held in memory."""

from __future__ import annotations

from errwatch.interfaces import Tree
from errwatch.model.fix import Edit


class Overlay:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._changed: dict[str, str] = {}

    def files(self) -> frozenset[str]:
        return self._tree.files() | self._changed.keys()

    def read(self, file: str) -> str | None:
        """None where there is no such file, or it is not text."""
        return self._changed[file] if file in self._changed else self._tree.read(file)

    def is_new(self, file: str) -> bool:
        return file not in self._tree.files()

    def write(self, file: str, text: str) -> None:
        self._changed[file] = text

    def edits(self) -> tuple[Edit, ...]:
        """What differs from the commit, by file."""
        edits = (
            Edit(file, None if self.is_new(file) else self._tree.read(file), after)
            for file, after in sorted(self._changed.items())
        )
        return tuple(edit for edit in edits if edit.before != edit.after)
