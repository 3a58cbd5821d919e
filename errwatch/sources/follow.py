"""Keeping up with one log under one name, through rotation, truncation and restarts.

The follower only reads. The loop around it polls, feeds the chunks of each text to a detector of
its own, and commits what that found together with the text's position.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from errwatch.errors import SourceError
from errwatch.interfaces import Began, Chunk, Ended, Happening, Left, Poll, Positions
from errwatch.model.position import FilePosition, Lost
from errwatch.sources.archives import Archives
from errwatch.sources.opening import shown, unreadable
from errwatch.sources.packed_text import PackedText
from errwatch.sources.siblings import Sibling, open_text, siblings
from errwatch.sources.text import Text

READ_LIMIT = 4 * 1024 * 1024
"""Bytes that one poll returns at most, so that the loop stays responsive."""

QUIET_POLLS = 5
"""How often in a row a rotated file has nothing new before it is let go: writers reopen late."""


class Look(NamedTuple):
    """What tells, without opening a file, that it is as it was."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


def look(path: Path) -> Look | None:
    """None where there is nothing to see."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Look(
        status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )


@dataclass(slots=True)
class _Followed:
    text: Text | PackedText
    quiet: int = 0
    """How many polls in a row it had nothing new."""


FULL_LOOK = 50
"""One poll of so many looks at the text itself, though nothing about the file seems to change."""

NOTHING = Poll((), more=False)


class Follower:
    """Follows what `path` refers to.

    A text that `known` has a position of is read from there on. The first time that a name is
    followed, the first `skip` bytes are skipped (all that is there, if None), unless `from_start`;
    what takes the name later is read from its beginning, after the rest of what had the name
    before.
    """

    def __init__(
        self, path: Path, known: Positions, *, from_start: bool = False, skip: int | None = None
    ) -> None:
        self.path = path
        self._known = known
        self._from_start = from_start
        self._skip = skip
        self.rest: Look | None = None
        """How the file looked at the start of a poll that found nothing to do."""
        self._idle = 0
        """Polls since then."""
        self.brought = False
        """Whether anything was read."""
        self._started = False
        self._followed: list[_Followed] = []
        """The oldest first."""
        self._current: _Followed | None = None
        """The one of them that the name refers to, or referred to last."""
        self._since = 0
        """What was modified before that was there, and rotated, when we began."""
        self._archives = Archives(path, known)
        self._searched = False
        """Whether compressed parts were looked for."""
        self._behind: int | None = None
        """When that was modified last which we had read last, if it was rotated since."""
        self._ended: list[Text | PackedText] = []
        self._happenings: list[Happening] = []
        self._failures: list[SourceError] = []
        self._said: set[str] = set()

    def poll(self) -> Poll:
        """What happened since the last poll, in order. Never waits, never raises SourceError.

        A failure is said once, and again only after it was gone for a poll.
        """
        before = look(self.path)
        if self.rest is not None and before == self.rest and self._idle < FULL_LOOK:
            self._idle += 1
            return NOTHING
        self._close(self._ended)
        self._ended, self._happenings, self._failures = [], [], []
        try:
            self._check()
            self._look()
        except SourceError as error:
            self._failures.append(error)
        self._unpack()
        more = self._read() or self._unpacking() or not self._started
        self._let_go()
        failures = [one for one in self._failures if str(one) not in self._said]
        self._said = {str(one) for one in self._failures}
        found = Poll((*self._happenings, *failures), more)
        self.rest = before if found == NOTHING and self._settled() else None
        self._idle = 0
        return found

    def _settled(self) -> bool:
        """Whether what the name refers to is all that there is to follow, and is read."""
        alone = len(self._followed) == 1 and self._current is not None
        return alone and not self._failures and not self._archives

    def left(self) -> list[Left]:
        """To be told before it is closed, where its texts are to go on later."""
        return [Left(one.text) for one in self._followed]

    def close(self) -> None:
        self._close(self._ended)
        self._ended = []
        self._close([one.text for one in self._followed])
        self._archives.close()

    def _close(self, texts: Sequence[Text | PackedText]) -> None:
        for text in texts:
            text.close()

    def _check(self) -> None:
        """Truncated files hold another text now. Before the look, so that texts begin in order."""
        for one in self._followed:
            if not one.text.intact():
                self._begin_again(one)

    def _look(self) -> None:
        """Find out what the name refers to now."""
        try:
            arrived = self._arrived()
        except SourceError as error:
            self._failures.append(error)
            arrived = None
        if not self._started:
            if self._prepared(arrived):
                self._start(arrived)
                self._started = True
            elif arrived is not None:
                arrived.close()
        elif arrived is not None:
            self._turn_to(arrived)

    def _arrived(self) -> Text | None:
        """What the name refers to, unless we follow it as that already."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise unreadable(self.path, error) from error
        if self._current and self._current.text.key == (status.st_dev, status.st_ino):
            return None
        return open_text(self.path, self._known, name=self.path)

    def _start(self, arrived: Text | None) -> None:
        history = self._known.positions(shown(self.path.absolute()))
        self._follow(self._earlier(history, arrived))
        if arrived is None:
            return
        if arrived.stored or history or self._from_start:
            arrived.resume()
        else:
            arrived.begin(*arrived.last_line(self._skip))
        self._follow([arrived])
        self._current = self._followed[-1]

    def _earlier(self, history: list[FilePosition], arrived: Text | None) -> list[Text]:
        """What there is to read before `arrived`; says where the last one read is gone."""
        inodes = self._inodes(history)
        beside = siblings(self.path, inodes)
        self._since = beside[-1].modified + 1 if beside else 0
        since = 0 if self._from_start else None
        if history:
            since = self._behind
        texts = self._open(beside, inodes, since, arrived)
        there = {one.key for one in (*texts, arrived) if one and one.stored}
        gone = next(iter(history), None)
        # What is not whole yet may hold it: that is said, then.
        packed = bool(gone and self._archives.held(gone)) or self._archives
        if gone and gone.head.length and (gone.device, gone.inode) not in there and not packed:
            self._happenings.append(Lost(gone.path, gone.cursor, "replaced or truncated"))
        # A writer may still be busy with the newest, though we had read all of it.
        finished = [text for text in texts[:-1] if text.offset == text.size]
        earlier = [text for text in texts if text not in finished]
        self._close(finished)
        return earlier

    def _is_known(self, sibling: Sibling) -> bool:
        """Whether it holds what the state has of its inode, which may belong to another by now."""
        with (
            suppress(SourceError),
            closing(open_text(sibling.path, self._known, name=self.path)) as text,
        ):
            return text.stored is not None
        return False

    def _prepared(self, arrived: Text | None) -> bool:
        """Whether compressed parts were looked through: before what came after them is begun, lest
        a restart takes them for read."""
        history = self._known.positions(shown(self.path.absolute()))
        if history and not self._searched:
            self._archives.found()
            beside = siblings(self.path, self._inodes(history))
            self._behind = self._rotated(history, arrived, beside)
            self._archives.admit(self._behind)
        self._searched = True
        return not self._unpacking()

    def _rotated(
        self, history: Sequence[FilePosition], arrived: Text | None, beside: Sequence[Sibling]
    ) -> int | None:
        """`_behind`, as it is now."""
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

    def _is_latest(self, position: FilePosition) -> bool:
        """Whether its inode was given to nothing else since, as far as the state knows."""
        latest = self._known.position(position.device, position.inode)
        return latest is not None and latest.generation == position.generation

    def _inodes(self, history: Sequence[FilePosition]) -> frozenset[int]:
        return frozenset(one.inode for one in history if self._is_latest(one))

    def _unpacking(self) -> bool:
        """Whether there is more to look through at once."""
        return bool(self._archives) and not self._archives.failures

    def _unpack(self) -> None:
        """Begin what was found unread in compressed parts."""
        if not self._archives:
            return
        with ExitStack() as stack:
            plain = [] if self._started else self._plain(stack)
            ready = self._archives.advance([*plain, *(one.text for one in self._followed)])
        self._failures += self._archives.failures
        for number, text in enumerate(ready):
            self._followed.insert(number, _Followed(text))
            self._happenings.append(Began(text))

    def _plain(self, stack: ExitStack) -> Iterator[Text]:
        """Parts that are not compressed, or still there beside what they are compressed to."""
        for one in siblings(self.path, ()):
            with suppress(SourceError):  # told when it is begun
                text = open_text(one.path, self._known, name=self.path)
                stack.callback(text.close)
                yield text

    def _turn_to(self, arrived: Text) -> None:
        """Something else has the name now: what had it is read on, and then this."""
        if self._current is not None:
            self._current.quiet = 0
        again = next((one for one in self._followed if one.text.key == arrived.key), None)
        if again is not None:
            arrived.close()
            self._followed.remove(again)
            self._followed.append(again)
        else:
            since = self._followed[-1].text.modified if self._followed else self._since
            self._follow(self._open(siblings(self.path, ()), (), since, arrived))
            self._archives.found()
            self._archives.admit(since)
            arrived.resume()
            self._follow([arrived])
        self._current = self._followed[-1]

    def _open(
        self,
        beside: list[Sibling],
        inodes: Collection[int],
        since: int | None,
        arrived: Text | None,
    ) -> list[Text]:
        """Texts of `beside` that had the name and are not followed yet: known ones with one of
        `inodes`, and rotated ones that were modified not before `since`."""
        taken = {one.text.key for one in self._followed} | ({arrived.key} if arrived else set())
        texts = []
        for one in beside:
            recent = one.rotated and since is not None and one.modified >= since
            if not recent and one.inode not in inodes:
                continue
            try:
                text = open_text(one.path, self._known, name=self.path)
            except SourceError as error:
                self._failures.append(error)
                continue
            if text.key not in taken and (recent or text.stored):
                text.resume()
                texts.append(text)
            else:
                text.close()
        return texts

    def _follow(self, texts: list[Text]) -> None:
        for text in texts:
            self._followed.append(_Followed(text))
            self._happenings.append(Began(text))

    def _read(self) -> bool:
        """Read on in all texts, the oldest first. Whether there may be more at once."""
        budget, more = READ_LIMIT, False
        for one in self._followed:
            start = one.text.offset
            try:
                data = one.text.read(budget)
            except SourceError as error:
                self._failures.append(error)
                continue
            if data is None:
                more = True
                continue
            busy = isinstance(one.text, PackedText) and one.text.unread()
            more = more or busy
            one.quiet = 0 if data or busy else one.quiet + 1
            if data:
                self.brought = True
                self._happenings.append(Chunk(one.text, data, start))
            budget -= len(data)
            if not budget:
                return True
        return more

    def _begin_again(self, one: _Followed) -> None:
        gone = one.text
        assert isinstance(gone, Text), "what is compressed stays as it is"
        text = Text(gone.handle, gone.path, self._known, after=gone.generation)
        text.resume()
        one.text = text
        lost = Lost(shown(gone.path.absolute()), gone.offset, "truncated")
        self._happenings += [lost, Ended(gone), Began(text)]

    def _let_go(self) -> None:
        """Of texts that lost the name and are quiet now. A deleted one goes even where nothing
        else has its name, lest it keep its place on the disk."""
        for one in list(self._followed):
            current = one is self._current
            if one.quiet >= QUIET_POLLS and (not current or one.text.deleted):
                self._followed.remove(one)
                self._ended.append(one.text)
                self._happenings.append(Ended(one.text))
                self._current = None if current else self._current
