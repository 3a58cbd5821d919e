"""One text that is watched, on its way through a detector: what of it is to be committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from errwatch.detect.detector import Detector
from errwatch.group.rules import GroupRule
from errwatch.intake import identified
from errwatch.interfaces import Text
from errwatch.model.alert import Heard
from errwatch.model.change import Counted
from errwatch.model.counting import counted as count
from errwatch.model.event import Event
from errwatch.model.partial import BUCKET_SECONDS, Named


@dataclass(slots=True)
class Track:
    """One text on its way through a detector."""

    text: Text
    detector: Detector
    touched: float
    """When it last had something new, in seconds of the clock."""
    lines: int = 0
    """Those that are in the progress already."""
    heard: int = 0
    """Lines that are not in the state's count of what the source said."""
    unsaved: list[Named] = field(default_factory=list)
    rules: Sequence[GroupRule] = ()
    """What the user says is one issue."""
    addresses: bool = False
    """Whether IP addresses are redacted too."""
    open: set[int] = field(default_factory=set)
    """Starts of events that are counted and may still grow, where the text keeps no position."""
    ended: bool = False

    def take(self, events: Iterable[Event], now: datetime) -> int:
        """Keep what is not counted yet; returns how many those are. What tells no time of its own
        happened when it came, which is `now`."""
        fresh = [
            one if one.time is not None else replace(one, time=now) for one in self.fresh(events)
        ]
        self.unsaved += identified(fresh, self.rules, addresses=self.addresses)
        return len(fresh)

    def fresh(self, events: Iterable[Event]) -> list[Event]:
        counted = self.text.counted
        return [one for one in events if one.start not in counted and one.start not in self.open]

    def change(self, now: datetime) -> Counted:
        """What is unsaved, to be committed; `now` is when it came."""
        counted = self.text.counted
        found = [one for one in self.unsaved if one.event.start not in counted]
        cursor = self.detector.resume_at
        starts = [one.event.start for one in found if one.event.start >= cursor]
        position = self.text.position(cursor, lines=self.detector.resume_line, starts=starts)
        return Counted(count(found), position, self._heard(found, now))

    def committed(self, change: Counted) -> None:
        """The state holds it now."""
        if change.position is not None:
            self.text.committed(change.position)
        else:
            cursor = self.detector.resume_at
            starts = (one.event.start for one in self.unsaved)
            self.open = {start for start in self.open.union(starts) if start >= cursor}
        self.unsaved, self.heard = [], 0

    def _heard(self, found: Sequence[Named], now: datetime) -> Heard | None:
        if not self.heard and not found:
            return None
        seconds = int(now.timestamp())
        start = seconds - seconds % BUCKET_SECONDS
        return Heard(self.text.name, start, self.heard, len(found))
