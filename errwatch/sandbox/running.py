"""Runs one command to its end, or to that of its time or its share of the disk."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from errwatch.errors import SandboxError
from errwatch.sandbox.output import Clipped

LOOK_EVERY = 0.1
"""Seconds."""
RESERVE = 512 << 20
"""Bytes that are left of the disk."""


class End(Enum):
    ITSELF = "ended"
    LATE = "timed out"
    FULL = "took too much of the disk"


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    output: str
    how: End


class Disk:
    """What a command may write: so many bytes below its folders, and never the last of the disk. A
    walk through the folders costs, and is made only where the disk has less room by as much."""

    def __init__(self, folders: Sequence[Path], most: int) -> None:
        self._folders = folders
        self._most = most
        self._since = time.time()
        self._room, self._files = self._free()
        self._reserve = min(RESERVE, self._room // 2)

    def is_taken(self) -> bool:
        room, files = self._free()
        if room < self._reserve or files < self._files // 2:  # deleted, but open, counts too
            return True
        if self._room - room <= self._most:
            return False
        self._room -= self._most // 4  # somebody else may fill it: the next walk comes later
        return sum(_written(folder, self._since) for folder in self._folders) > self._most

    def _free(self) -> tuple[int, int]:
        """Bytes and files that the disk has room for."""
        found = os.statvfs(self._folders[0])
        return found.f_bavail * found.f_frsize, found.f_favail


def _written(folder: Path, since: float) -> int:
    """Bytes on the disk of what was changed since then."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                status = os.lstat(f"{parent}/{name}")
                size += status.st_blocks * 512 if status.st_ctime >= since else 0
    return size


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    seconds: float,
    most_output: int,
    disk: Disk,
) -> Ended:
    """Raises SandboxError. Whatever the command has left running is killed."""
    output = Clipped(most_output)
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        reason = f"{command[0]} could not be started: {error.strerror}"
        raise SandboxError(reason) from error
    with process:
        try:
            how = _follow(process, output, time.monotonic() + seconds, disk)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    return Ended(code if code >= 0 else 128 - code, output.text(), how)


def _follow(process: subprocess.Popen[bytes], output: Clipped, deadline: float, disk: Disk) -> End:
    """Read until the command has ended, or may not go on."""
    assert process.stdout is not None
    looked = time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (now := time.monotonic()) < deadline:
            if now - looked >= LOOK_EVERY:
                looked = now
                if disk.is_taken():
                    return End.FULL
            if selector.select(min(deadline - now, LOOK_EVERY)):
                data = os.read(process.stdout.fileno(), 65536)
                if not data:
                    return _last(process, deadline, disk)
                output.feed(data)
            elif process.poll() is not None:  # something it left running holds the pipe open
                return End.ITSELF
    return End.LATE


def _last(process: subprocess.Popen[bytes], deadline: float, disk: Disk) -> End:
    """As `_follow`, of a command that says nothing any more."""
    while (now := time.monotonic()) < deadline:
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(deadline - now, LOOK_EVERY))
            return End.ITSELF
        if disk.is_taken():
            return End.FULL
    return End.LATE
