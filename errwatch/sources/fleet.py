"""All followers of a watch: what the inputs name now, and what comes to match them later.

Each file that is followed is held open, so that what is written to it is read even when it was
renamed or deleted meanwhile. Where there are more files than may be open, those that have been
quiet for longest are put to sleep: they are looked at, but not open, until something is written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from errwatch import interfaces
from errwatch.errors import SourceError
from errwatch.interfaces import Happening, Poll, Positions
from errwatch.sources.entry_follower import EntryFollower
from errwatch.sources.folders import Folders
from errwatch.sources.follow import Follower
from errwatch.sources.look import Look, look
from errwatch.sources.lookout import Lookout
from errwatch.sources.stream import StreamFollower

LOOK_EVERY = 5.0
"""Seconds between two looks for files that came to match a directory or a glob."""

SHARE = 500
"""Looking takes at most one of so many parts of the time, however many files there are."""


DOZE = 2.0
"""Seconds that a file must be quiet before it is put to sleep, so that a trace is whole by then."""


@dataclass(slots=True)
class _Awake:
    follower: Follower
    quiet_since: float | None = None
    """None while it brings something."""


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
        streams: Sequence[StreamFollower] = (),
        own: Collection[tuple[int, int]] = (),
        most_open: int = 512,
        doze: float = DOZE,
    ) -> None:
        """`own`: device and inode of the files that our own output goes to; `most_open`: files
        that may be open at once; `doze`: seconds until a quiet one of them makes room."""
        self._inputs = inputs
        self._known = known
        self._from_start = from_start
        self._clock = clock
        self._remote = remote
        self._streams = streams
        self._most_open = most_open
        self._doze = doze
        self._folders = Folders()
        self._awake: dict[Path, _Awake] = {}
        self._asleep: dict[Path, Look | None] = {}
        self._arrived: deque[tuple[Path, bool, Look | None]] = deque()
        """Not followed yet: the path, whether from its start, and how it looked when it came."""
        self._lookout = Lookout(inputs, own)
        self._happenings: list[Happening] = []
        self._left: list[Follower] = []
        """Put to sleep in the last call; closed in the next, when their texts are committed."""
        self._said: set[str] = set()
        self._look_at = clock()

    def __call__(self) -> Sequence[interfaces.Follower]:
        now = self._clock()
        if now >= self._look_at:
            self._look()
            # What appears from now on was not there when the watch began.
            self._from_start = True
            spent = self._clock() - now
            self._look_at = self._clock() + max(LOOK_EVERY, SHARE * spent)
        self._wake()
        self._make_room(now)
        while self._arrived and len(self._awake) + len(self._left) < self._most_open:
            path, from_start, there = self._arrived.popleft()
            skip = there.size if there else None
            follower = Follower(
                path, self._known, from_start=from_start, skip=skip, folders=self._folders
            )
            self._awake[path] = _Awake(follower)
        files = (one.follower for one in self._awake.values())
        return [self, *self._remote, *self._streams, *files]

    def poll(self) -> Poll:
        """What could not be found, and what was put to sleep: a follower, too, of the inputs."""
        happenings, self._happenings = tuple(self._happenings), []
        room = self._left or not self._doze
        return Poll(happenings, bool(self._arrived and room), failing=bool(self._said))

    def parting(self) -> Sequence[interfaces.Follower]:
        for stream in self._streams:
            stream.stop()
        return self._streams

    @property
    def over(self) -> bool:
        only = bool(self._streams) and not self._remote and not self._inputs
        return only and all(stream.over for stream in self._streams)

    def close(self) -> None:
        self.parting()
        for stream in self._streams:
            stream.close()
        for remote in self._remote:
            remote.close()
        for follower in (*self._left, *(one.follower for one in self._awake.values())):
            follower.close()

    def _wake(self) -> None:
        """Those asleep that do not look as they did."""
        for path, before in list(self._asleep.items()):
            if look(path) != before:
                del self._asleep[path]
                self._arrived.append((path, True, before))

    def _make_room(self, now: float) -> None:
        """Put to sleep what has been quiet, where others wait for their turn."""
        for follower in self._left:
            follower.close()
        self._left.clear()
        for one in self._awake.values():
            if one.follower.rest is None:
                one.quiet_since = None
            elif one.quiet_since is None:
                one.quiet_since = now
        spare = len(self._awake) + len(self._arrived) - self._most_open
        quiet = [
            (one.quiet_since, path)
            for path, one in self._awake.items()
            if one.quiet_since is not None
            and (now - one.quiet_since >= self._doze or not one.follower.brought)
        ]
        for _, path in sorted(quiet)[: max(0, spare)]:
            follower = self._awake.pop(path).follower
            self._asleep[path] = follower.rest
            self._happenings += follower.left()
            self._left.append(follower)

    def _look(self) -> None:
        found, failures = self._lookout.look(self._followed())
        self._arrived += [(path, self._from_start, look(path)) for path in found]
        self._complain(failures)

    def _followed(self) -> set[tuple[int, int]]:
        """Device and inode of all that is followed, or will be."""
        looks = (*self._asleep.values(), *(there for *_, there in self._arrived))
        keys = {(there.device, there.inode) for there in looks if there is not None}
        return keys.union(*(one.follower.keys() for one in self._awake.values()))

    def _complain(self, failures: Sequence[SourceError]) -> None:
        """Once for each, and again only after it was gone."""
        self._happenings += [one for one in failures if str(one) not in self._said]
        self._said = {str(one) for one in failures}
