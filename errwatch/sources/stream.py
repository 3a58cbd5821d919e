"""Bytes that come once and can never be read again: a pipe, or what a command writes.

They have no position. What was read is committed as it comes; what was read and not committed when
the process is killed is lost, for nobody has it any more.
"""

from __future__ import annotations

import os
import queue
import select
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from errwatch.errors import SourceError
from errwatch.interfaces import Began, Chunk, Ended, Happening, Poll
from errwatch.model.position import Position, Ranges, Said

CHUNK = 64 * 1024
QUEUED = 32
"""Chunks that wait to be taken; nothing is read until they are."""

PATIENCE = 1.5
"""Seconds that a thread has to end when it is told to stop."""

LOOK = 0.2
"""Seconds between two looks whether it is time to stop."""


@dataclass(slots=True)
class StreamText:
    """Implements `errwatch.interfaces.Text` where there is nothing to come back to."""

    name: str
    start: int = 0
    lines: int = 0
    above: bytes = b""
    offset: int = 0
    """After the last byte that was given."""

    @property
    def counted(self) -> Ranges:
        return Ranges()

    def position(self, cursor: int, *, lines: int, starts: Iterable[int] = ()) -> None:
        return None

    def committed(self, position: Position) -> None: ...

    def refresh(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """What comes from here on is a text of its own."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The text is whole; a last line without an end is a line."""


Delivery = bytes | Opened | Closed | Said | SourceError


class Outlet:
    """What a thread delivers, with a bound, until it is told to stop."""

    def __init__(self, queued: int = QUEUED) -> None:
        self.stop = threading.Event()
        self.deliveries: queue.Queue[Delivery] = queue.Queue(queued)
        self.last: deque[Delivery] = deque()
        """What was under way at the stop, and follows the others."""

    def put(self, delivery: Delivery) -> None:
        """Waits for room, unless it is the last."""
        while not self.stop.is_set():
            try:
                self.deliveries.put(delivery, timeout=LOOK)
                return
            except queue.Full:
                continue
        self.last.append(delivery)


class Producer(Protocol):
    """Delivers in a thread of its own, and returns when there is no more or its outlet stops."""

    def run(self, outlet: Outlet) -> None: ...


class Pipe:
    """A descriptor, read to its end; it stays open."""

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self._name = name

    def run(self, outlet: Outlet) -> None:
        outlet.put(Opened())
        try:
            # What is not read before the stop is left for who reads the descriptor next.
            while not outlet.stop.is_set():
                if select.select([self._descriptor], [], [], LOOK)[0]:
                    data = os.read(self._descriptor, CHUNK)
                    if not data:
                        break
                    outlet.put(data)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "too many open files"
            outlet.put(SourceError(f"{self._name}: cannot be read: {reason}"))
        outlet.put(Closed())


class StreamFollower:
    """Implements `errwatch.interfaces.Follower` for what a producer delivers."""

    def __init__(self, name: str, producer: Producer, *, once: bool = False) -> None:
        """`once`: it is polled until there is no more."""
        self._name = name
        self._once = once
        self._failing = False
        self._outlet = Outlet()
        self._text: StreamText | None = None
        self._thread = threading.Thread(target=producer.run, args=(self._outlet,), daemon=True)

    def start(self) -> StreamFollower:
        self._thread.start()
        return self

    @property
    def over(self) -> bool:
        """Whether all that it will ever bring was taken."""
        outlet = self._outlet
        return not (self._thread.is_alive() or outlet.last or outlet.deliveries.qsize())

    def poll(self) -> Poll:
        happenings: list[Happening] = []
        delivery = self._next()
        match delivery:
            case bytes():
                happenings += self._opened()
                text = self._open
                happenings.append(Chunk(text, delivery, text.offset))
                text.offset += len(delivery)
            case Opened():
                happenings += self._opened()
            case Closed():
                happenings += self._closed()
            case Said() | SourceError():
                happenings.append(delivery)
        if delivery is not None and not isinstance(delivery, Said | Closed):
            self._failing = isinstance(delivery, SourceError)
        waiting = delivery is not None and not self.over
        return Poll(tuple(happenings), waiting or (self._once and not self.over), self._failing)

    def _next(self) -> Delivery | None:
        stopped = self._outlet.stop.is_set()
        if stopped and self._thread.is_alive():
            self._thread.join(PATIENCE)
        try:
            return self._outlet.deliveries.get(self._once and not stopped, timeout=0.05)
        except queue.Empty:
            last = self._outlet.last
            return last.popleft() if last and not self._thread.is_alive() else None

    def stop(self) -> None:
        """Nothing more is read; what was read is still to be polled."""
        self._outlet.stop.set()

    def close(self) -> None:
        self.stop()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    @property
    def _open(self) -> StreamText:
        assert self._text is not None, "a text is opened before its bytes"
        return self._text

    def _opened(self) -> list[Happening]:
        if self._text is not None:
            return []
        self._text = StreamText(self._name)
        return [Began(self._text)]

    def _closed(self) -> list[Happening]:
        text, self._text = self._text, None
        return [Ended(text)] if text is not None else []
