"""Keeps the state small: what is old becomes coarser and goes, and its room is given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from errwatch.errors import StateError
from errwatch.interfaces import StateWriter
from errwatch.model.change import Forgotten
from errwatch.model.position import FilePosition

EVERY = 600.0
"""Seconds between two rounds; the first is at the start, for `--once` may be all there is."""
FILES = 500
"""Files that one round looks for on the disk."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how long the state keeps what."""

    fine: timedelta
    hourly: timedelta
    daily: timedelta
    heard: timedelta
    told: timedelta
    samples: timedelta
    resolved: timedelta
    issues: timedelta
    files: timedelta


class Kept(StateWriter, Protocol):
    """The state, as far as it is kept small."""

    def unseen(self, since: datetime, limit: int) -> list[FilePosition]:
        """Positions in files that were neither read nor found since then, the longest ago first."""

    def tidy(self) -> None:
        """Give room that is free in the file back to the disk, a little at a time, and never
        while others are busy with it. Raises StateError."""


class Housekeeper:
    """A task beside the watching. `vanished` tells which files are gone from the disk; `clock`
    gives seconds that never go back, `now` the time of day."""

    def __init__(
        self,
        store: Kept,
        keeping: Keeping,
        *,
        vanished: Callable[[Sequence[FilePosition]], list[FilePosition]],
        tell: Callable[[str], None],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._keeping = keeping
        self._vanished = vanished
        self._tell = tell
        self._clock = clock
        self._now = now
        self._due = clock()
        self._trouble: str | None = None

    def tend(self) -> None:
        """To be called again and again. What the state refuses is tried again in the next round."""
        if self._clock() < self._due:
            return
        self._due = self._clock() + EVERY
        try:
            self._store.commit(self._forgotten(), actor="housekeeping")
            self._store.tidy()
            self._trouble = None
        except StateError as error:
            if self._trouble is None:
                self._tell(f"housekeeping: {error}")
            self._trouble = str(error)

    def close(self) -> None:
        """Nothing is under way between two rounds."""

    def _forgotten(self) -> Forgotten:
        now, keeping = self._now(), self._keeping
        unseen_since = now - keeping.files
        stale = self._store.unseen(unseen_since, FILES)
        gone = self._vanished(stale)
        return Forgotten(
            now,
            heard_before=_seconds(now - keeping.heard),
            fine_before=_seconds(now - keeping.fine),
            hourly_before=_seconds(now - keeping.hourly),
            daily_before=_seconds(now - keeping.daily),
            told_before=now - keeping.told,
            seen_before=now - keeping.samples,
            resolved_before=now - keeping.resolved,
            issues_before=now - keeping.issues,
            unseen_since=unseen_since,
            gone=tuple(gone),
            there=tuple(one for one in stale if one not in gone),
        )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
