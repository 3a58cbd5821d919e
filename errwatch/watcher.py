"""The watch loop: poll the followers, count what they bring, say what is new.

Events and the position up to which their text was read are committed together. What could not be
committed is kept, and nothing more is read until it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from errwatch.errors import SourceError, StateConflict, StateError
from errwatch.eyes import Eyes
from errwatch.intake import Memory
from errwatch.interfaces import Began, Chunk, Ended, Follower, Happening, Left, Store, Text
from errwatch.model.event import Event
from errwatch.model.issue import Issue, Status
from errwatch.model.position import Gap, Lost, Said
from errwatch.pipeline import classify, save_all
from errwatch.track import Track

QUIET = 1.0
"""Seconds without a new line after which an event that is still open is counted as it is."""

STEP = 64 * 1024
"""Bytes after which it is looked whether somebody wants us to stop, for each line of them may be an
error that is new."""
MANY = 200
"""Errors, or texts, that are committed before more is read of what is at hand;"""
MUCH = 4 * 1024 * 1024
"""bytes, likewise."""


@dataclass(slots=True)
class Progress:
    """What was read and found since the watching began."""

    texts: int = 0
    """Those that are read now."""
    lines: int = 0
    events: int = 0
    trouble: str | None = None

    def line(self) -> str:
        if self.trouble is not None:
            return self.trouble
        inputs = "1 input" if self.texts == 1 else f"{self.texts:,} inputs"
        return f"{inputs}, {self.lines:,} lines read, {self.events:,} events"


class Watcher:
    """`clock` gives seconds that never go back, `now` the time of day; `announce` hears of new and
    regressed issues, `tell` of trouble, in clear lines; a cycle ends early where it is
    `interrupted`."""

    def __init__(
        self,
        followers: Callable[[], Sequence[Follower]],
        eyes: Eyes,
        store: Store,
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        announce: Callable[[Issue], None],
        tell: Callable[[str], None],
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.progress = Progress()
        self._followers = followers
        self._eyes = eyes
        self._store = store
        self._clock = clock
        self._now = now
        self._announce = announce
        self._tell = tell
        self._interrupted = interrupted
        self._tracks: dict[int, Track] = {}
        self._dirty: dict[int, None] = {}
        """Tracks with something to commit, those that began first before those that came after."""
        self._restless: set[int] = set()
        """Tracks in which an event may be open that was not looked at since it was quiet."""
        self._bytes = 0
        """Read since the last commit."""
        self._before: dict[str, Status | None] = {}
        """Fingerprints that were added to and not spoken of yet -> how they stood before."""
        self._failing = self._failed = False
        """Whether an input cannot be read now; whether one could not at some time."""
        self._stuck: str | None = None
        """Why the state could not be written, as it was last told."""

    @property
    def troubled(self) -> bool:
        """Whether an input cannot be read, or the state cannot be written, now."""
        return self._failing or self._stuck is not None

    @property
    def was_troubled(self) -> bool:
        """Whether an input could not be read at some time, or the state cannot be written now."""
        return self._failed or self._stuck is not None

    def cycle(self) -> bool:
        """Poll every follower once and commit. Whether there is more to read at once."""
        if not self._save():
            return False
        more = failing = False
        for follower in self._followers():
            if self._interrupted():
                break
            poll = follower.poll()
            failing = failing or poll.failing
            for happening in poll.happenings:
                # What is not met now is read again from where the state has it.
                if self._interrupted():
                    break
                self._meet(happening)
            more = poll.more or more
            if self._is_much() and not self._save():
                return False
        self._failing = failing
        self._settle(QUIET)
        self._save()
        return more

    def finish(self) -> None:
        """Count what is still open, at the end of `--once`."""
        self._settle(0.0)
        self._save()

    def part(self, followers: Sequence[Follower]) -> None:
        """Take the last that is in followers which nobody can go back to, and count it."""
        for follower in followers:
            while happenings := follower.poll().happenings:
                for happening in happenings:
                    self._meet(happening)
                if not self._save():
                    return

    def _meet(self, happening: Happening) -> None:
        match happening:
            case Began(text):
                self._tracks[id(text)] = self._track(text)
                self._dirty[id(text)] = None
            case Left(text):
                track = self._tracks[id(text)]
                self._take(track, track.detector.pending())
                track.ended = True
            case Chunk(text, data):
                self._read(self._tracks[id(text)], data)
            case Ended(text):
                track = self._tracks[id(text)]
                self._take(track, track.detector.flush())
                track.ended = True
            case Lost() | Gap() | Said():
                self._tell(str(happening))
            case SourceError():
                self._failed = True
                self._tell(str(happening))

    def _read(self, track: Track, data: bytes) -> None:
        """Step by step, so that a storm of errors neither piles up nor holds up a wish to stop."""
        self._restless.add(id(track.text))
        self._bytes += len(data)
        writable = True
        for step in _steps(data):
            if self._interrupted():
                break
            self._take(track, track.detector.feed(step))
            fresh = track.detector.lines - track.lines
            track.lines += fresh
            track.heard += fresh
            self.progress.lines += fresh
            if writable and len(track.unsaved) >= MANY:
                writable = self._save()
        track.touched = self._clock()

    def _take(self, track: Track, events: Iterable[Event]) -> None:
        self.progress.events += track.take(events, self._now())
        self._dirty[id(track.text)] = None

    def _track(self, text: Text) -> Track:
        detector = self._eyes.detector(
            text.name, Memory(), start=text.start, line=text.lines, above=text.above
        )
        return Track(
            text,
            detector,
            self._clock(),
            rules=self._eyes.groups,
            addresses=self._eyes.addresses,
        )

    def _settle(self, quiet: float) -> None:
        """Count the open events of texts that have had nothing new for `quiet` seconds."""
        for key in list(self._restless):
            track = self._tracks.get(key)
            if track is None or track.ended:
                self._restless.discard(key)
            elif self._clock() - track.touched >= quiet:
                self._restless.discard(key)
                pending = track.detector.pending()
                if track.fresh(pending):
                    self._take(track, pending)

    def _save(self) -> bool:
        """Commit what is dirty; False where the state cannot be written now."""
        try:
            dirty = [self._tracks[key] for key in self._dirty]
            self._look_up(dirty)
            self._commit(dirty)
            self._speak()
        except StateError as error:
            self._stall(str(error))
            return False
        self.progress.texts = len(self._tracks)
        if self._stuck is not None:
            self._tell("the state can be written again; nothing was lost")
            self._stuck = self.progress.trouble = None
        return True

    def _commit(self, tracks: Sequence[Track]) -> None:
        """In one transaction, for each of them waits for the disk. Raises StateError."""
        changes = [track.change(self._now()) for track in tracks]
        if not changes:
            return
        try:
            save_all(changes, self._store, actor="watch")
        except StateConflict:
            # Somebody else, such as a scan, counted some of it first.
            for track in tracks:
                track.text.refresh()
                self._commit([track])
            return
        self._bytes = 0
        for track, change in zip(tracks, changes, strict=True):
            track.committed(change)
            del self._dirty[id(track.text)]
            if track.ended:
                del self._tracks[id(track.text)]

    def _is_much(self) -> bool:
        """Whether what was read is to be committed before more is."""
        events = sum(len(self._tracks[key].unsaved) for key in self._dirty)
        return events >= MANY or len(self._dirty) >= MANY or self._bytes >= MUCH

    def _stall(self, why: str) -> None:
        if why != self._stuck:
            self._tell(f"{why}; reading stops until the state can be written")
        self._stuck = self.progress.trouble = why

    def _look_up(self, tracks: Iterable[Track]) -> None:
        """How the issues stand that are about to be added to."""
        names = {one.fingerprint for track in tracks for one in track.unsaved}
        names -= self._before.keys()
        if names:
            known = self._store.statuses(names)
            self._before |= {name: known.get(name) for name in names}

    def _speak(self) -> None:
        """Classify the issues that were added to; announce what is new or back again."""
        if not self._before:
            return
        found, stood = {}, dict[str, Status | None]()
        issues = self._store.issues_of(self._before)
        for name, issue in issues.items():
            before = self._before[name]
            found[issue.fingerprint] = issue
            stood[issue.fingerprint] = stood.get(issue.fingerprint) or before
        for issue in classify(list(found.values()), self._eyes.pack, self._store):
            before = stood[issue.fingerprint]
            fresh = issue.status is Status.NEW and before is None
            back = issue.status is Status.REGRESSED and before is not Status.REGRESSED
            if fresh or back:
                self._announce(issue)
        self._before = {}


def _steps(data: bytes) -> Iterator[bytes]:
    return (data[start : start + STEP] for start in range(0, len(data), STEP))
