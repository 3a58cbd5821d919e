"""All followers of a watch: what the inputs name now, and what comes to match them later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from errwatch import interfaces
from errwatch.errors import SourceError
from errwatch.interfaces import Poll, Positions
from errwatch.sources.entry_follower import EntryFollower
from errwatch.sources.expand import expand
from errwatch.sources.follow import Follower

LOOK_EVERY = 5.0
"""Seconds between two looks for files that came to match a directory or a glob."""


class Fleet:
    """Called, gives the followers, new ones included. A plain file need not exist yet."""

    def __init__(
        self,
        inputs: Sequence[str],
        known: Positions,
        *,
        from_start: bool,
        clock: Callable[[], float],
        remote: Sequence[EntryFollower] = (),
    ) -> None:
        self._inputs = inputs
        self._known = known
        self._from_start = from_start
        self._clock = clock
        self._remote = remote
        self._followers: dict[Path, Follower] = {}
        self._failures: list[SourceError] = []
        self._said: set[str] = set()
        self._look_at = clock()

    def __call__(self) -> Sequence[interfaces.Follower]:
        if self._clock() >= self._look_at:
            self._look()
            # What appears from now on was not there when the watch began.
            self._from_start = True
            self._look_at = self._clock() + LOOK_EVERY
        return [self, *self._remote, *self._followers.values()]

    def poll(self) -> Poll:
        """What could not be found: a follower, too, of the inputs themselves."""
        failures, self._failures = self._failures, []
        return Poll(tuple(failures), more=False)

    def close(self) -> None:
        for remote in self._remote:
            remote.close()
        for follower in self._followers.values():
            follower.close()

    def _look(self) -> None:
        for path in self._paths():
            if path not in self._followers:
                self._followers[path] = Follower(path, self._known, from_start=self._from_start)

    def _paths(self) -> list[Path]:
        plain = [Path(name) for name in self._inputs if _is_plain(name)]
        found = expand([name for name in self._inputs if not _is_plain(name)], self._known, None)
        self._complain(found.failures)
        return [*plain, *found.followed()]

    def _complain(self, failures: Sequence[SourceError]) -> None:
        """Once for each, and again only after it was gone."""
        self._failures = [one for one in failures if str(one) not in self._said]
        self._said = {str(one) for one in failures}


def _is_plain(name: str) -> bool:
    return not Path(name).is_dir() and not any(sign in name for sign in "*?[")
