"""Which files the inputs of a watch name that are not followed yet."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.sources.expand import Key, key_of, named
from errwatch.sources.folders import Stamp, is_unchanged, stamp
from errwatch.sources.names import is_compressed, is_rotated
from errwatch.sources.opening import shown


class Lookout:
    """`own`: files that our own output goes to."""

    def __init__(
        self,
        inputs: Sequence[str],
        own: Collection[Key] = (),
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        """`now` is the time of day in nanoseconds, as file systems tell it."""
        self._inputs = inputs
        self._now = now
        self._own = own
        self._known: set[Path] = set()
        """All that was brought."""
        self._settled: dict[str, dict[Path, Stamp | None]] = {}
        """Inputs of which all is known -> the folders that would show it if more came."""

    def look(self, followed: Collection[Key]) -> tuple[list[Path], list[SourceError]]:
        """What came to match, and why some cannot be read. Files that are known are not touched,
        for there may be thousands; what was followed under another name is none that is new, nor
        is a rotated or compressed part of another, which it was followed as before.
        """
        failures: list[SourceError] = []
        new: dict[Path, None] = {}
        for given in self._inputs:
            if not self._is_settled(given):
                new |= self._new(given, failures)
        keys, names, found = set(followed), self._known.union(new), []
        for path in new:
            # What was named by itself is followed, or it is said why it cannot be.
            part = is_compressed(path.name) or is_rotated(path, names)
            if part and not self._is_named(path):
                continue
            try:
                key = self._key(path)
            except SourceError as error:
                failures.append(error)
                self._settled.clear()
                continue
            if key in keys:
                self._settled.clear()
                continue
            found.append(path)
            self._known.add(path)
            keys.update({key} if key else ())
        return found, failures

    def _new(self, given: str, failures: list[SourceError]) -> dict[Path, None]:
        """What the input names that is not known."""
        if _is_plain(given):
            return {Path(given): None} if Path(given) not in self._known else {}
        stamps = _stamps(_folders(given))
        found = list(named(given))
        refused = [one for one in found if isinstance(one, SourceError)]
        failures += refused
        self._settled.pop(given, None)
        if stamps and not refused:
            self._settled[given] = stamps
        paths = (one for one in found if isinstance(one, Path))
        return {path: None for path in paths if path not in self._known}

    def _is_settled(self, given: str) -> bool:
        """Whether nothing can have come since it was listed."""
        stamps, now = self._settled.get(given), self._now()
        if stamps is None:
            return False
        with suppress(SourceError):  # told when it is listed
            return all(is_unchanged(folder, before, now) for folder, before in stamps.items())
        return False

    def _key(self, path: Path) -> Key | None:
        """None for one that was named, and need not exist yet. Raises SourceError."""
        try:
            key = key_of(path)
        except SourceError:
            if self._is_named(path):
                return None
            raise
        if key in self._own:  # reading it would never end
            message = f"{shown(path)}: our own output goes there; not read"
            raise SourceError(message)
        return key

    def _is_named(self, path: Path) -> bool:
        return any(path == Path(name) for name in self._inputs)


def _is_plain(name: str) -> bool:
    return not Path(name).is_dir() and not any(sign in name for sign in "*?[")


def _folders(given: str) -> list[Path]:
    """Those in which something must change when more comes to match; none where that is not told
    so easily."""
    path = Path(given)
    if path.is_dir():
        return [Path(folder) for folder, *_ in os.walk(path)]
    return [] if glob.has_magic(str(path.parent)) else [path.parent]


def _stamps(folders: Iterable[Path]) -> dict[Path, Stamp | None]:
    """None of them where one cannot be told."""
    with suppress(SourceError):
        return {folder: stamp(folder) for folder in folders}
    return {}
