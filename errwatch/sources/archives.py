"""The compressed parts of one log of which something may be unread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Positions
from errwatch.model.position import FilePosition
from errwatch.sources.archive import Archive
from errwatch.sources.folders import Folder
from errwatch.sources.packed_text import PackedText
from errwatch.sources.siblings import Sibling, packed_siblings
from errwatch.sources.text import Text

STEP = 4 * 1024 * 1024
"""Unpacked bytes that one poll looks through at most, so that the loop stays responsive."""


class Archives:
    def __init__(self, path: Path, known: Positions) -> None:
        """`path` is the log that they are parts of."""
        self._path = path
        self._known = known
        self._found: dict[tuple[int, int], Archive] = {}
        """Not admitted yet."""
        self._waiting: dict[tuple[int, int], Archive] = {}
        self._done: set[tuple[tuple[int, int], int]] = set()
        """Key and time of those that were read, or need not be."""
        self._held: set[FilePosition] = set()
        """What the state had of those that were dealt with."""
        self._failed: set[tuple[int, int]] = set()
        """Those of which nothing more could be read in the last look."""
        self.failures: list[SourceError] = []

    def __bool__(self) -> bool:
        """Whether there is something to look through."""
        return bool(self._waiting)

    @property
    def unpacking(self) -> bool:
        """Whether there is more to look through at once."""
        return bool(self._waiting.keys() - self._failed)

    def find(self, folder: Folder) -> None:
        """All that lie there now and were not dealt with. It is to be told next which of them to
        `admit`, or to `forget` them for now."""
        there = packed_siblings(folder, self._path)
        self._done &= {_known_as(one) for one in there}
        known = {archive.key for archive in self._waiting.values()}
        for one in there:
            if _known_as(one) in self._done or (one.device, one.inode) in known:
                continue
            try:
                archive = Archive(one.path, self._path, self._known)
            except SourceError as error:
                if one.path.exists():
                    self.failures.append(error)
                continue
            if archive.key in self._found or archive.key in known:
                archive.close()
            else:
                self._found[archive.key] = archive

    def forget(self) -> None:
        """What was found last, and why some could not be opened."""
        self.failures.clear()
        for archive in self._found.values():
            archive.close()
        self._found = {}

    def modified(self, position: FilePosition) -> int | None:
        """When the part was modified that may hold it, of those that were found."""
        times = [one.modified for one in self._found.values() if one.may_be(position)]
        return min(times, default=None)

    def held(self, position: FilePosition) -> bool:
        """Whether one of those that were dealt with holds it."""
        return position in self._held

    def admit(self, since: int | None) -> None:
        """Of those that were found, keep what was modified not before `since`, and what may be read
        in part; let go of the rest, and of what is known to be read."""
        self._waiting |= self._found
        for archive in self._found.values():
            archive.recent = since is not None and archive.modified >= since
            begun = archive.like(archive.first())
            if archive.is_read():
                self._held.update(begun)
                self._let_go(archive)
            elif not (archive.recent or begun or archive.is_unclear()):
                self._let_go(archive)
        self._found = {}

    def advance(self, followed: Sequence[Text | PackedText]) -> list[PackedText]:
        """Look on through what waits; returns what is to be read from now on, the oldest first.

        What is a copy of a text that is `followed` is read there.
        """
        self.failures.clear()
        self._failed.clear()
        ready = []
        for archive in sorted(self._waiting.values(), key=lambda one: one.modified):
            try:
                whole = archive.deleted or archive.advance(STEP)
            except SourceError as error:
                self.failures.append(error)
                self._failed.add(archive.key)
                continue
            if not whole:
                continue
            self._held.update(() if archive.deleted else archive.held())
            if archive.deleted or not self._is_unread(archive, followed):
                self._let_go(archive)
            else:
                ready.append(PackedText(self._waiting.pop(archive.key), self._known))
                self._done.add((archive.key, archive.modified))
        return ready

    def _is_unread(self, archive: Archive, followed: Sequence[Text | PackedText]) -> bool:
        """Also where only its own position is missing, by which it is known at a glance later."""
        if any(isinstance(text, Text) and archive.is_copy_of(text) for text in followed):
            return False
        held = archive.held()
        done = any(
            (one.device, one.inode) == archive.key and one.cursor == archive.size for one in held
        )
        return not done and (bool(held) or archive.recent)

    def _let_go(self, archive: Archive) -> None:
        self._done.add((archive.key, archive.modified))
        self._waiting.pop(archive.key)
        archive.close()

    def close(self) -> None:
        self.forget()
        for archive in self._waiting.values():
            archive.close()


def _known_as(one: Sibling) -> tuple[tuple[int, int], int]:
    return ((one.device, one.inode), one.modified)
