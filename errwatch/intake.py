"""Events on their way into counts: redacted, named, and told apart by what is counted already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from errwatch.group import named
from errwatch.group.rules import GroupRule
from errwatch.model.counting import Counting
from errwatch.model.event import Event
from errwatch.model.partial import Named, Partial
from errwatch.model.position import Ranges
from errwatch.redact import redact_event
from errwatch.triage.window import Window

Witness = Callable[[str, Event], None]
"""Called with the fingerprint of each event's issue, and the event."""


def identified(events: Iterable[Event], rules: Sequence[GroupRule] = ()) -> list[Named]:
    """Redact, then name: nothing after this line has seen a secret."""
    return [named(redact_event(event), rules) for event in events]


class Known(Protocol):
    @property
    def counted(self) -> Ranges:
        """Events that start there are in the state, as far as it is known by now."""


class Intake:
    """Redacts, names and counts the events of one source.

    What is outside the window is counted as fresh, and not reported.
    """

    def __init__(
        self,
        source: Known,
        window: Window,
        witness: Witness | None = None,
        *,
        rules: Sequence[GroupRule] = (),
    ) -> None:
        self._source = source
        self._rules = rules
        self._window = window
        self._witness = witness
        self._whole, self._fresh = Counting(), Counting()
        self._starts: list[int] = []

    def take(self, events: Iterable[Event]) -> None:
        counted = self._source.counted
        for one in identified(events, self._rules):
            if self._window.holds(one.event):
                self._report(one)
            if one.event.start not in counted:
                self._fresh.add(one)
                self._starts.append(one.event.start)

    def _report(self, one: Named) -> None:
        self._whole.add(one)
        if self._witness:
            self._witness(one.fingerprint, one.event)

    def starts(self, cursor: int) -> tuple[int, ...]:
        """Where the fresh events stand that will be read again by who goes on at `cursor`."""
        return tuple(start for start in self._starts if start >= cursor)

    def forget(self, place: int) -> None:
        """No cursor will be before it."""
        self._starts = [start for start in self._starts if start >= place]

    @property
    def whole(self) -> Partial:
        return self._whole.partial()

    @property
    def fresh(self) -> Partial:
        return self._fresh.partial()
