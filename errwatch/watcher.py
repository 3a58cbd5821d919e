"""The watch loop: poll the followers, count what they bring, say what is new.

Events and the position up to which their text was read are committed together. What could not be
committed is kept, and nothing more is read until it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from errwatch.detect.detector import Detector
from errwatch.errors import SourceError, StateConflict, StateError
from errwatch.interfaces import Began, Chunk, Ended, Follower, Gap, Happening, Lost, Store, Text
from errwatch.model.counting import counted as count
from errwatch.model.event import Event
from errwatch.model.issue import Issue, Status
from errwatch.model.partial import Named
from errwatch.pipeline import Eyes, classify, identified, save

QUIET = 1.0
"""Seconds without a new line after which an event that is still open is counted as it is."""


@dataclass(slots=True)
class _Track:
    """One text on its way through a detector."""

    text: Text
    detector: Detector
    touched: float
    """When it last had something new, in seconds of the clock."""
    unsaved: list[Named] = field(default_factory=list)
    dirty: bool = True
    """Where reading begins must be known, too, lest a restart begin elsewhere."""
    ended: bool = False

    def take(self, events: Iterable[Event]) -> None:
        fresh = [event for event in events if event.start not in self.text.counted]
        self.unsaved += identified(fresh)
        self.dirty = True

    def save(self, store: Store) -> None:
        """Commit what is unsaved. Raises StateError."""
        counted = self.text.counted
        found = [one for one in self.unsaved if one.event.start not in counted]
        cursor = self.detector.resume_at
        open_starts = [one.event.start for one in found if one.event.start >= cursor]
        position = self.text.position(cursor, lines=self.detector.resume_line, starts=open_starts)
        try:
            save(count(found), position, store, actor="watch")
        except StateConflict:
            # Somebody else, such as a scan, counted some of it first.
            self.text.refresh()
            self.save(store)
            return
        if position is not None:
            self.text.committed(position)
        self.unsaved, self.dirty = [], False


class Watcher:
    """`clock` gives seconds that never go back; `announce` hears of new and regressed issues;
    `tell` hears of trouble, in clear lines."""

    def __init__(
        self,
        followers: Callable[[], Sequence[Follower]],
        eyes: Eyes,
        store: Store,
        *,
        clock: Callable[[], float],
        announce: Callable[[Issue], None],
        tell: Callable[[str], None],
    ) -> None:
        self._followers = followers
        self._eyes = eyes
        self._store = store
        self._clock = clock
        self._announce = announce
        self._tell = tell
        self._tracks: dict[int, _Track] = {}
        self._before: dict[str, Status | None] = {}
        """Fingerprints that were added to and not spoken of yet -> how they stood before."""
        self._unreadable = False
        self._stuck: str | None = None
        """Why the state could not be written, as it was last told."""

    @property
    def troubled(self) -> bool:
        """Whether an input could not be read at some time, or the state cannot be written now."""
        return self._unreadable or self._stuck is not None

    def cycle(self) -> bool:
        """Poll every follower once and commit. Whether there is more to read at once."""
        if not self._save():
            return False
        more = False
        for follower in self._followers():
            poll = follower.poll()
            for happening in poll.happenings:
                self._meet(happening)
            more = poll.more or more
            if not self._save():
                return False
        self._settle(QUIET)
        self._save()
        return more

    def finish(self) -> None:
        """Count what is still open, at the end of `--once`."""
        self._settle(0.0)
        self._save()

    def _meet(self, happening: Happening) -> None:
        match happening:
            case Began(text):
                self._tracks[id(text)] = self._track(text)
            case Chunk(text, data):
                track = self._tracks[id(text)]
                track.take(track.detector.feed(data))
                track.touched = self._clock()
            case Ended(text):
                track = self._tracks[id(text)]
                track.take(track.detector.flush())
                track.ended = True
            case Lost() | Gap():
                self._tell(str(happening))
            case SourceError():
                self._unreadable = True
                self._tell(str(happening))

    def _track(self, text: Text) -> _Track:
        detector = self._eyes.detector(text.name, start=text.start, line=text.lines)
        return _Track(text, detector, self._clock())

    def _settle(self, quiet: float) -> None:
        """Count the open events of texts that have had nothing new for `quiet` seconds."""
        for track in self._tracks.values():
            if self._clock() - track.touched >= quiet and not track.ended:
                pending = track.detector.pending()
                if any(event.start not in track.text.counted for event in pending):
                    track.take(pending)

    def _save(self) -> bool:
        """Commit all tracks; False where the state cannot be written now."""
        try:
            for key, track in list(self._tracks.items()):
                if track.dirty:
                    self._look_up(track)
                    track.save(self._store)
                if track.ended:
                    del self._tracks[key]
            self._speak()
        except StateError as error:
            self._stall(str(error))
            return False
        if self._stuck is not None:
            self._tell("the state can be written again; nothing was lost")
            self._stuck = None
        return True

    def _stall(self, why: str) -> None:
        if why != self._stuck:
            self._tell(f"{why}; reading stops until the state can be written")
        self._stuck = why

    def _look_up(self, track: _Track) -> None:
        """How the issues stand that are about to be added to."""
        names = {one.fingerprint for one in track.unsaved} - self._before.keys()
        if names:
            known = self._store.statuses(names)
            self._before |= {name: known.get(name) for name in names}

    def _speak(self) -> None:
        """Classify the issues that were added to; announce what is new or back again."""
        if not self._before:
            return
        found = {issue.fingerprint: issue for issue in map(self._store.issue, self._before)}
        for issue in classify(list(found.values()), self._eyes.pack, self._store):
            before = self._before.get(issue.fingerprint)
            fresh = issue.status is Status.NEW and before is None
            back = issue.status is Status.REGRESSED and before is not Status.REGRESSED
            if fresh or back:
                self._announce(issue)
        self._before = {}
