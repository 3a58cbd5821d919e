"""What a log was before: parts beside it, plain and compressed, that are not read to the end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Positions
from errwatch.model.position import FilePosition, Lost
from errwatch.sources.archives import Archives
from errwatch.sources.folders import Folder, Folders
from errwatch.sources.opening import shown
from errwatch.sources.packed_text import PackedText
from errwatch.sources.siblings import Sibling, open_text, siblings
from errwatch.sources.text import Text

TRIES = 20
"""Looks in a row at parts that are renamed meanwhile, after which they are taken as they are."""

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which plain parts are to be read: known ones with one of `inodes`, and rotated ones that were
    modified not before `since`."""

    inodes: Collection[int]
    since: int | None

    def is_recent(self, one: Sibling) -> bool:
        return one.rotated and self.since is not None and one.modified >= self.since

    def names(self, one: Sibling) -> bool:
        return self.is_recent(one) or one.inode in self.inodes

    def holds(self, one: Sibling, text: Text) -> bool:
        """Of one that is named: what has a known inode and is called like a part was the log, too,
        truncated since; what is called otherwise may be any file."""
        return one.rotated or text.stored is not None


class Past:
    """A part that rotation renames or compresses while it is looked for must be missed under
    neither name: so the folder has to be the same after as before."""

    def __init__(self, path: Path, known: Positions, folders: Folders) -> None:
        self._path = path
        self._known = known
        self._folders = folders
        self._archives = Archives(path, known)
        self._tries = 0
        self.since = 0
        """What was modified before that was there, and rotated, when we began."""
        self.failures: list[SourceError] = []
        """Of the last call."""

    def __bool__(self) -> bool:
        """Whether a compressed part may hold what is unread."""
        return bool(self._archives)

    @property
    def unpacking(self) -> bool:
        """Whether there is more to look through at once."""
        return self._archives.unpacking

    def history(self) -> list[FilePosition]:
        return self._known.positions(shown(self._path.absolute()))

    def at_start(self, arrived: Text | None, *, from_start: bool) -> list[Text] | None:
        """Plain parts to be read before `arrived`, the oldest first; None: to be asked again.

        Compressed ones are looked for, too: `unpack` brings them. Raises SourceError.
        """
        history, folder = self.history(), self._folders(self._path.parent)
        inodes = self._inodes(history)
        beside = siblings(folder, self._path, inodes)
        since = 0 if from_start else None
        if history:
            self._find(folder)
            since = self._rotated(history, arrived, beside)
        texts = self._survey(folder, beside, _Wanted(inodes, since), [arrived] if arrived else [])
        self.since = beside[-1].modified + 1 if beside else 0
        return texts

    def between(
        self, arrived: Text, since: int, followed: Sequence[Text | PackedText]
    ) -> list[Text] | None:
        """As `at_start`, of what was modified not before `since` and is not followed yet."""
        folder = self._folders(self._path.parent)
        beside = siblings(folder, self._path, ())
        self._find(folder)
        return self._survey(folder, beside, _Wanted((), since), [arrived, *followed])

    def lost(self, texts: Sequence[Text]) -> Lost | None:
        """What was read last, where neither the texts nor a compressed part hold it."""
        gone = next(iter(self.history()), None)
        if gone is None or not gone.head.length:
            return None
        there = {one.key for one in texts if one.stored}
        # What is not whole yet may hold it: that is said, then.
        packed = self._archives.held(gone) or bool(self._archives)
        if packed or ((gone.device, gone.inode) in there and self._is_latest(gone)):
            return None
        return Lost(gone.path, gone.cursor, "replaced or truncated")

    def unpack(self, followed: Sequence[Text | PackedText]) -> list[PackedText]:
        """Look on through compressed parts: what of them is to be read from now on, the oldest
        first. A copy of what is `followed` is not."""
        self.failures = []
        if not self._archives:
            return []
        with ExitStack() as stack:
            ready = self._archives.advance([*self._plain(stack), *followed])
        self.failures = list(self._archives.failures)
        return ready

    def close(self) -> None:
        self._archives.close()

    def _find(self, folder: Folder) -> None:
        self._archives.forget()
        self._archives.find(folder)

    def _survey(
        self,
        folder: Folder,
        beside: Sequence[Sibling],
        wanted: _Wanted,
        taken: Sequence[Text | PackedText],
    ) -> list[Text] | None:
        self.failures = list(self._archives.failures)
        texts, still = self._open(beside, wanted, {one.key for one in taken})
        self._tries += 1
        if self._tries < TRIES and not (still and self._is_still(folder)):
            for text in texts:
                text.close()
            return None
        self._tries = 0
        self._archives.admit(wanted.since)
        return texts

    def _open(
        self, beside: Sequence[Sibling], wanted: _Wanted, taken: set[Key]
    ) -> tuple[list[Text], bool]:
        """The texts that are wanted, and whether each name led to what it was seen to be."""
        texts, still = [], True
        for one in filter(wanted.names, beside):
            try:
                text = open_text(one.path, self._known, name=self._path)
            except SourceError as error:
                still = still and one.path.exists()
                self.failures.append(error)
                continue
            still = still and text.key == (one.device, one.inode)
            if text.key not in taken and wanted.holds(one, text):
                text.resume()
                texts.append(text)
            else:
                text.close()
        return texts, still

    def _is_still(self, folder: Folder) -> bool:
        """Whether the parts have the names that they had."""
        return self._folders(self._path.parent).parts_of(self._path) == folder.parts_of(self._path)

    def _plain(self, stack: ExitStack) -> Iterator[Text]:
        """Parts that are not compressed, or still there beside what they are compressed to."""
        for one in siblings(self._folders(self._path.parent), self._path, ()):
            with suppress(SourceError):  # told when it is begun
                text = open_text(one.path, self._known, name=self._path)
                stack.callback(text.close)
                yield text

    def _rotated(
        self, history: Sequence[FilePosition], arrived: Text | None, beside: Sequence[Sibling]
    ) -> int | None:
        """When that was modified last which we had read last, if it was rotated since."""
        if arrived and arrived.stored:
            return None
        inodes = self._inodes(history)
        modified = {
            one.inode: one.modified
            for one in beside
            if one.rotated and one.inode in inodes and self._is_known(one)
        }
        plain = (modified.get(one.inode) if self._is_latest(one) else None for one in history)
        pairs = zip(plain, history, strict=True)
        times = (self._archives.modified(one) if time is None else time for time, one in pairs)
        return next((time for time in times if time is not None), None)

    def _is_known(self, sibling: Sibling) -> bool:
        """Whether it holds what the state has of its inode, which may belong to another by now; and
        where there was nothing in it then, it is taken for the same."""
        with (
            suppress(SourceError),
            closing(open_text(sibling.path, self._known, name=self._path)) as text,
        ):
            latest = self._known.position(*text.key)
            return text.stored is not None or (latest is not None and not latest.head.length)
        return False

    def _is_latest(self, position: FilePosition) -> bool:
        """Whether its inode was given to nothing else since, as far as the state knows."""
        latest = self._known.position(position.device, position.inode)
        return latest is not None and latest.generation == position.generation

    def _inodes(self, history: Sequence[FilePosition]) -> frozenset[int]:
        return frozenset(one.inode for one in history if self._is_latest(one))
