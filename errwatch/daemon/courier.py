"""Delivers messages beside the watching: at least once each, again where it failed, given up where
it never works. A channel that hangs holds up nothing but itself."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from errwatch.errors import NotifyError, StateError
from errwatch.interfaces import Notifier, Store
from errwatch.model.alert import Delivery
from errwatch.model.change import Delivered

FIRST_WAIT, LONGEST_WAIT = 10.0, 3600.0
"""Seconds until the next attempt: twice as long after each."""
MOST_ATTEMPTS = 16
"""Then it is given up: after about seven hours."""
LOOK_EVERY = 1.0
"""Seconds between two looks for what is due."""
AT_ONCE = 100
"""Deliveries that are looked at together."""


class _Channel:
    """A thread that sends one message after another."""

    def __init__(self, name: str, notifier: Notifier, done: queue.SimpleQueue[_Result]) -> None:
        self._notifier = notifier
        self._done = done
        self._todo: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=f"notify {name}", daemon=True).start()

    def send(self, delivery: Delivery) -> None:
        self._todo.put(delivery)

    def _run(self) -> None:
        while True:
            delivery = self._todo.get()
            try:
                self._notifier.send(delivery.notice)
            except NotifyError as error:
                self._done.put((delivery, error))
            else:
                self._done.put((delivery, None))


_Result = tuple[Delivery, NotifyError | None]


class Courier:
    """`tell` hears of trouble; `clock` gives seconds that never go back, `now` the time of day."""

    def __init__(
        self,
        store: Store,
        notifiers: Mapping[str, Notifier],
        *,
        tell: Callable[[str], None],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._tell = tell
        self._clock = clock
        self._now = now
        self._look_at = clock()
        self._done: queue.SimpleQueue[_Result] = queue.SimpleQueue()
        self._channels = {
            name: _Channel(name, notifier, self._done) for name, notifier in notifiers.items()
        }
        self._under_way: set[tuple[str, str]] = set()
        """Handed to a channel, and not back."""

    def tend(self) -> None:
        """To be called again and again; never waits for a channel."""
        try:
            self._settle()
            if self._clock() >= self._look_at:
                self._look_at = self._clock() + LOOK_EVERY
                self._hand_out()
        except StateError as error:
            self._tell(f"notify: {error}")

    def close(self) -> None:
        """What is under way is sent again by the next watcher, unless it is over by now."""
        try:
            self._settle()
        except StateError as error:
            self._tell(f"notify: {error}")

    def _settle(self) -> None:
        while not self._done.empty():
            delivery, error = self._done.get()
            after = _after(delivery, error, self._now())
            self._store.commit(Delivered(after), actor="notify")
            self._under_way.discard((delivery.notice.key, delivery.channel))
            if after.dead:
                self._tell(f"notify: {delivery.channel}: given up: {after.error}")
            elif error is not None and after.attempts == 1:
                self._tell(f"notify: {delivery.channel}: {error}; it is tried again")

    def _hand_out(self) -> None:
        now = self._now()
        for delivery in self._store.deliveries(AT_ONCE + len(self._under_way)):
            key = (delivery.notice.key, delivery.channel)
            due = delivery.due_at is not None and delivery.due_at <= now
            channel = self._channels.get(delivery.channel)
            if channel is None:
                gone = replace(delivery, due_at=None, error="there is no such channel any more")
                self._store.commit(Delivered(gone), actor="notify")
            elif due and key not in self._under_way:
                self._under_way.add(key)
                channel.send(delivery)


def _after(delivery: Delivery, error: NotifyError | None, now: datetime) -> Delivery:
    """How a delivery stands after an attempt."""
    attempts = delivery.attempts + 1
    if error is None:
        return replace(delivery, attempts=attempts, due_at=None, error=None)
    wait = error.retry_after
    if wait is None:
        wait = min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)
    due_at = None if attempts >= MOST_ATTEMPTS else now + timedelta(seconds=wait)
    return replace(delivery, attempts=attempts, due_at=due_at, error=str(error))
