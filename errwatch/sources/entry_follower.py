"""Keeps up with a server of entries: a thread asks, the loop takes what arrived."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from errwatch.errors import SourceError
from errwatch.interfaces import Began, Chunk, Ended, Happening, Poll, Positions
from errwatch.model.position import Gap
from errwatch.sources.backend import Backend, Busy, Sparse
from errwatch.sources.entries import OVERLAP, Entry, EntryText, Memory, Page
from errwatch.sources.listing import GONE, Listing, Place

QUEUED = 8
"""Pages that wait to be taken; the server is asked for no more until they are."""

HELD = 10_000
"""Entries that a restart would read again, at which the text ends and another begins: a stream
that fell silent must not hold up the others forever."""

IDLE_HELD = 1_000
"""As `HELD`, where nothing arrives."""

LATELY = 1_000_000_000
"""Nanoseconds before the newest entry that are read again where only what is new is asked for."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a failed question is asked again, doubled each time."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The server has given all that it has, by now."""


Delivery = Page | Answered | Gap | SourceError


class Poller:
    """Asks the server again and again; runs in a thread of its own.

    `clock` gives nanoseconds since 1970.
    """

    def __init__(
        self,
        backend: Backend,
        since: int,
        *,
        clock: Callable[[], int],
        interval: float,
        queued: int,
    ) -> None:
        self._backend = backend
        self._since = since
        self._clock = clock
        self._interval = interval
        self._newest = since
        self._pause = FIRST_PAUSE
        self.stop = threading.Event()
        self.deliveries: queue.Queue[Delivery] = queue.Queue(queued)

    def run(self) -> None:
        while not self.stop.is_set():
            pause = self.ask()
            self.stop.wait(self.rest() if pause is None else pause)

    def rest(self) -> float:
        """Until it is time to ask for all again; meanwhile for the newest, where there is some.

        Seconds to wait, where that failed.
        """
        until = time.monotonic() + self._interval
        while not self.stop.is_set() and (left := until - time.monotonic()) > 0:
            if self._backend.wait(left):
                pause = self.ask(latest=True)
                if pause is not None:
                    return pause
        return 0.0

    def ask(self, *, latest: bool = False) -> float | None:
        """Ask once for all there is, or for the `latest` alone, which leaves out what was late.

        Seconds to wait before it is asked again, where it failed.
        """
        now = self._clock()
        since = max(self._since, self._newest - LATELY) if latest else self._since
        try:
            for entries in self._backend.fetch(since, now):
                # An entry from the future must not hide those that come before it.
                self._newest = max(self._newest, min(entries[-1].ns, now) if entries else 0)
                self._since = max(self._since, self._newest - OVERLAP)
                self._put(Page(entries, self._since))
                self._pause = FIRST_PAUSE
            if isinstance(self._backend, Sparse):
                self._newest = max(self._newest, min(self._backend.reached, now))
                self._since = max(self._since, self._newest - OVERLAP)
                self._put(Page((), self._since))
        except SourceError as error:
            self._put(error)
            return self._next_pause(error)
        finally:
            for why in self._backend.gaps():
                self._put(Gap(self._backend.name, why))
        self._pause = FIRST_PAUSE
        self._put(Answered())
        return None

    def _next_pause(self, error: SourceError) -> float:
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        after = error.after if isinstance(error, Busy) else None
        return pause if after is None else after

    def _put(self, delivery: Delivery) -> None:
        while not self.stop.is_set():
            try:
                self.deliveries.put(delivery, timeout=0.2)
                return
            except queue.Full:
                continue


class Feed(Poller):
    """Follows what a tool lists, and starts it again when it ends. `once`: what there is by now."""

    def __init__(
        self,
        listing: Listing,
        place: Place,
        *,
        clock: Callable[[], int],
        queued: int,
        once: bool = False,
    ) -> None:
        super().__init__(listing, place.since, clock=clock, interval=LONGEST_PAUSE, queued=queued)
        self._listing = listing
        self._place = place
        self._once = once
        self._told = False
        """Whether it was said that it ended, since there was something new."""

    def ask(self, *, latest: bool = False) -> float:
        """Follow it until it ends. Seconds to wait before it is followed again."""
        try:
            for entries in self._listing.read(self._place, self.stop, follow=not self._once):
                for why in self._backend.gaps():
                    self._put(Gap(self._backend.name, why))
                self._put(Page(entries, self._moved(entries)))
                self._pause, self._told = FIRST_PAUSE, False
        except SourceError as error:
            self._put(error)
            return self._next_pause(error)
        if not self._told and not self._once:
            self._told = True
            self._put(Gap(self._backend.name, "there is no more for now; it is asked again"))
        self._put(Answered())
        return self._next_pause(SourceError())

    def _moved(self, entries: Sequence[Entry]) -> int:
        """What is from before it need not be read again."""
        self._place = self._place.after(entries)
        if not self._place.mark:
            newest = min(entries[-1].ns, self._clock())
            self._place = Place(max(self._place.since, newest - OVERLAP))
        return self._place.since


class EntryFollower:
    """Implements `errwatch.interfaces.Follower`. `begin` is where an unknown source begins.

    `once`: it is polled until there is no more, and so waits for the first whole answer.
    """

    def __init__(
        self,
        backend: Backend,
        known: Positions,
        *,
        begin: int,
        clock: Callable[[], int],
        interval: float,
        queued: int = QUEUED,
        once: bool = False,
    ) -> None:
        self._backend = backend
        self._memory = Memory(backend.name, known, begin)
        self._expected = set() if self._memory.mark else set(self._memory.alike)
        """Entries that were there before and must be there still; a listing sees to its mark."""
        self._met = not self._expected
        since = self._memory.since
        if isinstance(backend, Listing):
            place = Place(since, self._memory.mark)
            self.poller: Poller = Feed(backend, place, clock=clock, queued=queued, once=once)
        else:
            self.poller = Poller(backend, since, clock=clock, interval=interval, queued=queued)
        self._thread = threading.Thread(target=self.poller.run, daemon=True)
        self._waits = once
        """Whether a poll waits for an answer, until the first that is whole."""
        self._text: EntryText | None = None
        self._failure: str | None = None
        """As it was last told."""

    def start(self) -> EntryFollower:
        self._thread.start()
        return self

    def poll(self) -> Poll:
        happenings: list[Happening] = []
        if self._text is None:
            self._text = EntryText(self._memory)
            happenings.append(Began(self._text))
        try:
            delivery = self.poller.deliveries.get(self._waits, timeout=0.1)
        except queue.Empty:
            happenings += self._rotated(self._text, IDLE_HELD)
            return Poll(tuple(happenings), self._waits, self._failure is not None)
        happenings += self._happened(self._text, delivery)
        happenings += self._rotated(self._text, HELD)
        self._waits = self._waits and not isinstance(delivery, Answered | SourceError)
        more = self._waits or not self.poller.deliveries.empty()
        return Poll(tuple(happenings), more, self._failure is not None)

    def close(self) -> None:
        self.poller.stop.set()
        self._backend.close()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _happened(self, text: EntryText, delivery: Delivery) -> list[Happening]:
        match delivery:
            case SourceError():
                again = str(delivery) == self._failure
                self._failure = str(delivery)
                return [] if again else [delivery]
            case Gap():
                return [delivery]
            case Answered():
                self._failure = None
                return self._missing()
            case Page():
                self._met = self._met or any(one.key in self._expected for one in delivery.entries)
                start, data = text.offset, text.add(delivery)
                return [Chunk(text, data, start)] if data else []

    def _missing(self) -> list[Happening]:
        """Said once, after the first whole answer."""
        missing, self._met, self._expected = not self._met, True, set()
        return [Gap(self._memory.name, GONE)] if missing else []

    def _rotated(self, text: EntryText, held: int) -> list[Happening]:
        if text.held <= held:
            return []
        self._text = EntryText(self._memory)
        return [Ended(text), Began(self._text)]
