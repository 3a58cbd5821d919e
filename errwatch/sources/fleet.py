"""All followers of a watch: what the inputs name now, and what comes to match them later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from errwatch.interfaces import Positions
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
    ) -> None:
        self._inputs = inputs
        self._known = known
        self._from_start = from_start
        self._clock = clock
        self._followers: dict[Path, Follower] = {}
        self._look_at = clock()

    def __call__(self) -> Sequence[Follower]:
        if self._clock() >= self._look_at:
            self._look()
            # What appears from now on was not there when the watch began.
            self._from_start = True
            self._look_at = self._clock() + LOOK_EVERY
        return list(self._followers.values())

    def close(self) -> None:
        for follower in self._followers.values():
            follower.close()

    def _look(self) -> None:
        for path in self._paths():
            if path not in self._followers:
                self._followers[path] = Follower(path, self._known, from_start=self._from_start)

    def _paths(self) -> list[Path]:
        plain = [Path(name) for name in self._inputs if _is_plain(name)]
        return [*plain, *expand(self._inputs, self._known, None).followed()]


def _is_plain(name: str) -> bool:
    return not Path(name).is_dir() and not any(sign in name for sign in "*?[")
