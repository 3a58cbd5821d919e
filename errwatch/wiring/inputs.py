"""What the user named -> sources to read once, and followers to keep up with."""

from __future__ import annotations

import os
import resource
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader

from errwatch.errors import ErrwatchError, UsageError
from errwatch.interfaces import Followers, Positions, Source
from errwatch.model.check import Check, Condition
from errwatch.sources.command import Command
from errwatch.sources.entry_follower import EntryFollower
from errwatch.sources.entry_source import EntrySource
from errwatch.sources.expand import expand
from errwatch.sources.fleet import DOZE, Fleet
from errwatch.sources.remote import RECENT, Ways, backends, is_remote
from errwatch.sources.stream import Pipe, Producer, StreamFollower

PIPE = "-"
"""Standard input, as an input."""

COMMAND = "command:"
"""What the input begins with that names a `[[source]]`."""

FILES, RESERVE = 65_536, 128
"""File descriptors that a watch asks for, and how many of them are not for logs."""


@dataclass(frozen=True, slots=True)
class Polling:
    """Where to begin, and how often to ask."""

    from_start: bool
    """In files that exist at the first start."""
    since: datetime | None = None
    """In a service that was never read."""
    interval: float | None = None
    """Seconds between two questions to a service; None: as the settings say."""


def open_sources(
    inputs: Sequence[str],
    known: Positions,
    environment: Mapping[str, str],
    *,
    since: datetime | None = None,
) -> tuple[list[Source], list[str]]:
    """What the inputs stand for, and a line for each that stands for nothing readable.

    `since` is where services are read from; files are read from their beginning.
    """
    for name in inputs:
        if name.startswith(COMMAND):
            msg = f"{name}: a command is followed, not scanned; use errwatch watch"
            raise UsageError(msg)
    found = expand([name for name in inputs if not is_remote(name)], known, _stdin())
    now = time.time_ns()
    begin = int(since.timestamp()) * 10**9 if since else now - RECENT
    remote = [
        EntrySource(backend, known, given=name, begin=begin, now=now)
        for name in dict.fromkeys(inputs)
        if is_remote(name)
        for backend in backends(name, environment)
    ]
    return [*found.sources, *remote], [str(failure) for failure in found.failures]


def open_followers(
    inputs: Sequence[str],
    known: Positions,
    commands: Sequence[Command],
    polling: Polling,
    environment: Mapping[str, str],
    *,
    ways: Callable[[str], Ways],
    once: bool,
) -> Followers:
    """`once`: nobody waits for what is written later. Raises UsageError."""
    begin = time.time_ns() - (RECENT if polling.from_start else 0)
    if polling.since is not None:
        begin = int(polling.since.timestamp()) * 10**9
    remote = [
        EntryFollower(
            backend,
            known,
            begin=begin,
            clock=time.time_ns,
            interval=ways(name).interval,
            once=once,
        )
        for name in dict.fromkeys(inputs)
        if is_remote(name)
        for backend in backends(name, environment, ways(name))
    ]
    files = [name for name in inputs if not is_remote(name) and not _is_stream(name)]
    producers = {
        name: _producer(name, commands) for name in dict.fromkeys(inputs) if _is_stream(name)
    }
    streams = [
        StreamFollower(name.removeprefix(COMMAND), producer, once=once).start()
        for name, producer in producers.items()
    ]
    for follower in remote:
        follower.start()
    return Fleet(
        files,
        known,
        from_start=polling.from_start,
        clock=time.monotonic,
        own=_own_output(),
        most_open=_most_open(),
        remote=remote,
        streams=streams,
        doze=0.0 if once else DOZE,
    )


def railway_check(environment: Mapping[str, str]) -> Check:
    """What of Railway can be reached."""
    from errwatch.sources.railway.checkup import checkup  # httpx is slow to import

    return checkup(environment)


def service_check(name: str, environment: Mapping[str, str]) -> Check:
    """Whether a service answers, and has something to say."""
    advice = "check the name, the address, the keys and the network"
    try:
        service = backends(name, environment)[0]
        try:
            now = time.time_ns()
            page = next(service.fetch(now - RECENT, now), [])
        finally:
            service.close()
    except ErrwatchError as error:
        return Check("inputs", Condition.BAD, str(error), advice)
    if not page:
        found = f"{name}: answers, and has nothing of the last hour"
        advice = "check the query, and whose logs the keys give"
        if name.startswith("loki:"):
            advice += ": LOKI_ORG_ID names the tenant"
        return Check("inputs", Condition.WARNING, found, advice)
    return Check("inputs", Condition.GOOD, f"{name}: answers")


def _most_open() -> int:
    """Log files that may be open at once: all that the system lets us have, but for a reserve."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(8, min(soft, FILES) - RESERVE)


def _own_output() -> list[tuple[int, int]]:
    """Device and inode of the files that standard output and error go to."""
    found = []
    for descriptor in (1, 2):
        with suppress(OSError):  # closed
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode):
                found.append((status.st_dev, status.st_ino))
    return found


def _is_stream(name: str) -> bool:
    return name == PIPE or name.startswith(COMMAND)


def _producer(name: str, commands: Sequence[Command]) -> Producer:
    """Raises UsageError."""
    if name == PIPE:
        return _pipe()
    for command in commands:
        if name == COMMAND + command.name:
            return command
    msg = f"{name}: no [[source]] in the settings has that name"
    raise UsageError(msg)


def _pipe() -> Pipe:
    """Raises UsageError."""
    if sys.stdin is None:
        msg = "-: standard input is closed; pipe something into it"
        raise UsageError(msg)
    return Pipe(sys.stdin.fileno(), PIPE)


def _stdin() -> BufferedReader | None:
    """None where it is closed: a daemon's may be."""
    return sys.stdin.buffer if sys.stdin else None  # type: ignore[return-value]
