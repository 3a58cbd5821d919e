"""Keeping up with one log under one name, through rotation, truncation and restarts.

The follower only reads. The loop around it polls, feeds the chunks of each text to a detector of
its own, and commits what that found together with the text's position.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Began, Chunk, Ended, Happening, Left, Poll, Positions
from errwatch.model.position import Lost
from errwatch.sources.folders import Folders
from errwatch.sources.look import Look, look
from errwatch.sources.opening import shown, unreadable
from errwatch.sources.packed_text import PackedText
from errwatch.sources.past import Past
from errwatch.sources.siblings import open_text
from errwatch.sources.text import LastLine, Text

READ_LIMIT = 4 * 1024 * 1024
"""Bytes that one poll returns at most, so that the loop stays responsive."""

SKIP_LIMIT = 64 * 1024 * 1024
"""Bytes that one poll skips at most, for their lines are counted."""

QUIET_POLLS = 5
"""How often in a row a rotated file has nothing new before it is let go: writers reopen late."""


@dataclass(slots=True)
class _Followed:
    text: Text | PackedText
    quiet: int = 0
    """How many polls in a row it had nothing new."""


FULL_LOOK = 50
"""One poll of so many looks at the text itself, though nothing about the file seems to change."""

NOTHING = Poll((), more=False)


@dataclass(slots=True)
class _Turn:
    """What is followed next, once compressed parts were looked through: what came after them is
    not begun before, lest a restart takes them for read."""

    arrived: Text | None
    earlier: list[Text]
    """Plain parts that are read before it, the oldest first."""
    skipped: LastLine | None = None
    """The end of what is skipped of it."""

    def is_ready(self) -> bool:
        """To be asked once a poll, while what is skipped is looked through. Raises SourceError."""
        return self.skipped is None or self.skipped.advance(SKIP_LIMIT)


class Follower:
    """Follows what `path` refers to.

    A text that `known` has a position of is read from there on. The first time that a name is
    followed, the first `skip` bytes are skipped (all that is there, if None), unless `from_start`;
    what takes the name later is read from its beginning, after the rest of what had the name
    before.
    """

    def __init__(
        self,
        path: Path,
        known: Positions,
        *,
        from_start: bool = False,
        skip: int | None = None,
        folders: Folders | None = None,
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
        self._past = Past(path, known, folders or Folders())
        self._turn: _Turn | None = None
        self._unclear = False
        """Whether parts were renamed while they were looked for."""
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
        more = self._read() or self._hurries()
        self._let_go()
        failures = [one for one in self._failures if str(one) not in self._said]
        self._said = {str(one) for one in self._failures}
        found = Poll((*self._happenings, *failures), more, bool(self._failures))
        self.rest = before if found == NOTHING and self._settled() else None
        self._idle = 0
        return found

    def _hurries(self) -> bool:
        """Whether something is under way that the next poll goes on with."""
        started = self._started or bool(self._failures)
        return self._past.unpacking or self._turn is not None or self._unclear or not started

    def _settled(self) -> bool:
        """Whether what the name refers to is all that there is to follow, and is read."""
        alone = len(self._followed) == 1 and self._current is not None
        return alone and not self._failures and not self._past

    def keys(self) -> set[tuple[int, int]]:
        """Device and inode of all that is open."""
        return {text.key for text in (*self._held(), *(one.text for one in self._followed))}

    def left(self) -> list[Left]:
        """To be told before it is closed, where its texts are to go on later."""
        return [Left(one.text) for one in self._followed]

    def close(self) -> None:
        self._close(self._ended)
        self._ended = []
        self._close([one.text for one in self._followed])
        self._close(self._held())
        self._past.close()

    def _close(self, texts: Sequence[Text | PackedText]) -> None:
        for text in texts:
            text.close()

    def _held(self) -> list[Text]:
        """What is open and not begun yet."""
        if self._turn is None:
            return []
        return [*self._turn.earlier, *filter(None, [self._turn.arrived])]

    def _check(self) -> None:
        """Truncated files hold another text now. Before the look, so that texts begin in order."""
        for one in self._followed:
            if not one.text.intact():
                self._begin_again(one)

    def _look(self) -> None:
        """Find out what the name refers to now; begin it once it is known what came before."""
        if self._turn is None:
            arrived = self._arrived()
            self._unclear = False
            if not self._started or (arrived is not None and not self._came_back(arrived)):
                self._turn = self._survey(arrived)
        if self._turn is not None and not self._past.unpacking and self._turn.is_ready():
            turn, self._turn = self._turn, None
            self._take(turn)

    def _arrived(self) -> Text | None:
        """What the name refers to, unless we follow it as that already."""
        try:
            status = self.path.stat()
        except OSError as error:
            self._failures.append(unreadable(self.path, error))
            return None
        if self._current and self._current.text.key == (status.st_dev, status.st_ino):
            return None
        try:
            return open_text(self.path, self._known, name=self.path)
        except SourceError as error:
            self._failures.append(error)
            return None

    def _came_back(self, arrived: Text) -> bool:
        """Whether the name refers to one that is followed still, as it did before."""
        again = next((one for one in self._followed if one.text.key == arrived.key), None)
        if again is None:
            return False
        arrived.close()
        self._followed.remove(again)
        self._followed.append(again)
        self._turn_to(again)
        return True

    def _survey(self, arrived: Text | None) -> _Turn | None:
        """None where it is to be tried again. Raises SourceError."""
        with ExitStack() as stack:
            stack.callback(self._close, [arrived] if arrived else [])
            if not self._started:
                earlier = self._past.at_start(arrived, from_start=self._from_start)
            else:
                assert arrived is not None, "there is a turn to something"
                texts = [one.text for one in self._followed]
                since = texts[-1].modified if texts else self._past.since
                earlier = self._past.between(arrived, since, texts)
            self._failures += self._past.failures
            self._unclear = earlier is None
            if earlier is None:
                return None
            stack.pop_all()
            fresh = arrived is not None and self._is_fresh(arrived)
            skipped = LastLine(arrived.handle, self._skip) if arrived and fresh else None
            return _Turn(arrived, earlier, skipped)

    def _take(self, turn: _Turn) -> None:
        """Follow what has the name now, after what had it before."""
        arrived = turn.arrived
        if arrived is not None:  # it may have been truncated since it was opened
            arrived = Text(arrived.handle, self.path, self._known)
        if not self._started:
            texts = [*turn.earlier, *filter(None, [arrived])]
            self._happenings += filter(None, [self._past.lost(texts)])
            # A writer may still be busy with the newest, though we had read all of it.
            finished = [text for text in turn.earlier[:-1] if text.offset == text.size]
            turn.earlier = [text for text in turn.earlier if text not in finished]
            self._close(finished)
        self._started = True
        self._follow(turn.earlier)
        if arrived is None:
            return
        if turn.skipped is not None:
            arrived.begin(turn.skipped.start, turn.skipped.lines)
        else:
            arrived.resume()
        self._follow([arrived])
        self._turn_to(self._followed[-1])

    def _is_fresh(self, arrived: Text) -> bool:
        """Whether it was there before anybody followed it, and is not to be read from its start."""
        known = self._started or self._from_start or arrived.stored is not None
        return not known and not self._past.history()

    def _turn_to(self, current: _Followed) -> None:
        if self._current is not None:
            self._current.quiet = 0
        self._current = current

    def _unpack(self) -> None:
        """Begin what was found unread in compressed parts."""
        ready = self._past.unpack([*self._held(), *(one.text for one in self._followed)])
        self._failures += self._past.failures
        for number, text in enumerate(ready):
            self._followed.insert(number, _Followed(text))
            self._happenings.append(Began(text))

    def _follow(self, texts: Sequence[Text]) -> None:
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
