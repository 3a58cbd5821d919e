"""What holds a command, strictest first. A tier only says how the command line begins."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from errwatch.sandbox.seccomp import program
from errwatch.sandbox.view import Place, Sight

_LAUNCHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py")))
_ALONE = "--map-root-user --pid --fork --mount-proc --kill-child"
_BUBBLE = (
    "--unshare-all --unshare-user --die-with-parent --new-session --cap-drop ALL "
    "--hostname sandbox --ro-bind / / --proc /proc --dev /dev"
)
_MACHINE = ("/proc/sys", "/proc/irq", "/proc/bus", "/proc/sysrq-trigger")
"""What changes the machine, if root writes there: bubblewrap leaves some of it to root."""
_SIZE = str(1 << 30)
"""Of a folder that is kept in memory."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one command is held to."""

    cwd: Path
    limits: tuple[str, ...]
    """As the launcher reads them."""
    processes: int
    places: tuple[Place, ...]


class Tier(Protocol):
    """A way to hold a command. The limits, and the filter of system calls, apply in every tier."""

    @property
    def name(self) -> str: ...

    def prefix(self, held: Held) -> list[str]:
        """What to put in front of the command."""


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """As `Namespaces`, in a file system that bubblewrap makes."""

    name: str = "bubblewrap"

    def prefix(self, held: Held) -> list[str]:
        return [
            *_bounded(held.processes),
            _program("bwrap"),
            *_BUBBLE.split(),
            *(word for path in _MACHINE if Path(path).exists() for word in _shown(path)),
            *("--size", _SIZE, "--tmpfs", "/dev/shm"),  # noqa: S108
            *(word for place in held.places for word in _laid(place)),
            *(word for place in held.places for word in _sealed(place)),
            *("--chdir", str(held.cwd), "--"),
            *_launcher(held.limits),
        ]


@dataclass(frozen=True, slots=True)
class Namespaces:
    """Its own processes and its own network, in which nothing but localhost can be reached; of the
    files, private ones are hidden, and only the working directory and the home can be written."""

    name: str = "namespaces"

    def prefix(self, held: Held) -> list[str]:
        laid = [f"--{place.sight.value}={place.path}" for place in held.places]
        options = ["--init", f"--processes={held.processes}", *laid, *held.limits]
        alone = [_program("unshare"), "--net", "--ipc", "--uts", *_ALONE.split()]
        return [*_LAUNCHER, "--", *alone, "--", *_launcher(options)]


@dataclass(frozen=True, slots=True)
class LimitsAlone:
    """Time, memory, files and processes are limited; the network is open."""

    name: str = "limits"

    def prefix(self, held: Held) -> list[str]:
        return _launcher(held.limits)


STRICTEST_FIRST: tuple[Tier, ...] = (Bubblewrap(), Namespaces(), LimitsAlone())
CONFINING = STRICTEST_FIRST[:-1]
"""Those that keep a command from files and network."""


def _launcher(options: Iterable[str]) -> list[str]:
    return [*_LAUNCHER, f"--filter={program().hex()}", *options, "--"]


def _bounded(processes: int) -> list[str]:
    """For root, whom no limit of processes binds, in a namespace that has a bound of its own."""
    if os.geteuid():
        return [*_LAUNCHER, "--"]
    alone = [_program("unshare"), *_ALONE.split(), "--"]
    return [*_LAUNCHER, "--", *alone, *_LAUNCHER, f"--processes={processes}", "--"]


def _program(name: str) -> str:
    """By our own search path: that of the command begins in the repository."""
    return shutil.which(name) or name


def _shown(path: str) -> tuple[str, ...]:
    return ("--ro-bind", path, path)


def _laid(place: Place) -> Iterator[str]:
    path = str(place.path)
    match place.sight:
        case Sight.SHOWN:
            yield from _shown(path)
        case Sight.WRITABLE:
            yield from ("--bind", path, path)
        case _ if place.path.is_dir():
            yield from ("--size", _SIZE, "--tmpfs", path)
        case _:
            yield from ("--ro-bind", "/dev/null", path)


def _sealed(place: Place) -> Iterator[str]:
    if place.sight is Sight.HIDDEN and place.path.is_dir():
        yield from ("--remount-ro", str(place.path))
