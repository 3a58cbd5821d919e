"""Events on their way into counts: redacted, named, and told apart by what is counted already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Protocol

from errwatch.detect.recurring import Recurring
from errwatch.group import named
from errwatch.group.rules import GroupRule
from errwatch.model.counting import Counting
from errwatch.model.event import Event
from errwatch.model.levels import Level
from errwatch.model.partial import Named, Partial
from errwatch.model.position import Ranges
from errwatch.redact import redact_event, redactor
from errwatch.triage.window import Window

Witness = Callable[[str, Event], None]
"""Called with the fingerprint of each event's issue, and the event."""


def identified(
    events: Iterable[Event], rules: Sequence[GroupRule] = (), *, addresses: bool = False
) -> list[Named]:
    """Redact, then name: nothing after this line has seen a secret. `addresses`: nor an IP one."""
    return [named(redact_event(event, addresses=addresses), rules) for event in events]


MAX_CLEAN = 8192
"""Forms of events that are known to hold no secret."""


class Naming:
    """As `identified`, for the events of detectors which tell those of one form."""

    def __init__(self, rules: Sequence[GroupRule], *, addresses: bool = False) -> None:
        self._rules = rules
        self._addresses = addresses
        self._redactor = redactor(addresses=addresses)
        self._clean: dict[int, Named] = {}
        """Form -> the first event of it, where it had no secret. Names tell no digits apart."""

    def __call__(self, event: Event) -> Named:
        like = None if event.form is None else self._clean.get(event.form)
        if like is not None and not self._redactor.suspicious(event.text):
            return Named(like.fingerprint, event, like.template)
        redacted = redact_event(event, addresses=self._addresses)
        one = named(redacted, self._rules)
        if event.form is not None and redacted is event and not self._rules:
            if len(self._clean) >= MAX_CLEAN:
                self._clean.clear()
            self._clean[event.form] = one
        return one


class Memory:
    """What sources that are read one after another by the same eyes have in common."""

    def __init__(self) -> None:
        self._ids = count()
        self._recurring: dict[Level, Recurring] = {}
        self._naming: Naming | None = None

    def recurring(self, level: Level) -> Recurring:
        """The forms of events, where those from that level on count."""
        return self._recurring.setdefault(level, Recurring(ids=self._ids))

    def naming(self, rules: Sequence[GroupRule], addresses: bool) -> Naming:
        """The names of events of these forms."""
        if self._naming is None:
            self._naming = Naming(rules, addresses=addresses)
        return self._naming


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
        naming: Naming,
        witness: Witness | None = None,
    ) -> None:
        self._source = source
        self._named = naming
        self._window = window
        self._witness = witness
        self._both, self._told, self._stored = Counting(), Counting(), Counting()
        """Events that are reported and new to the state; only reported; only new."""
        self._starts: list[int] = []

    def take(self, events: Iterable[Event]) -> None:
        counted = self._source.counted
        for one in map(self._named, events):
            fresh = one.event.start not in counted
            told = self._window.holds(one.event)
            if told and self._witness:
                self._witness(one.fingerprint, one.event)
            if fresh:
                self._starts.append(one.event.start)
            if told or fresh:
                (self._stored if not told else self._both if fresh else self._told).add(one)

    def starts(self, cursor: int) -> tuple[int, ...]:
        """Where the fresh events stand that will be read again by who goes on at `cursor`."""
        return tuple(start for start in self._starts if start >= cursor)

    def forget(self, place: int) -> None:
        """No cursor will be before it."""
        self._starts = [start for start in self._starts if start >= place]

    @property
    def whole(self) -> Partial:
        """What is reported."""
        return self._both.partial().merge(self._told.partial())

    @property
    def fresh(self) -> Partial:
        """What the state has not counted."""
        return self._both.partial().merge(self._stored.partial())
