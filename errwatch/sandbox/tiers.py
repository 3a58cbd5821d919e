"""What holds a command, strictest first. A tier only says how the command line begins."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_LAUNCHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py")))


class Tier(Protocol):
    """A way to hold a command. The limits apply in every tier."""

    @property
    def name(self) -> str: ...

    def prefix(self, limits: list[str]) -> list[str]:
        """What to put in front of the command; `limits` are the launcher's options."""


@dataclass(frozen=True, slots=True)
class Namespaces:
    """Its own processes and its own network, in which nothing but localhost can be reached; of the
    files, only the working directory and the home can be written."""

    name: str = "namespaces"

    def prefix(self, limits: list[str]) -> list[str]:
        unshare = "unshare --map-root-user --net --pid --ipc --fork --mount-proc --kill-child"
        return [*_LAUNCHER, "--", *unshare.split(), "--", *_LAUNCHER, "--init", *limits, "--"]


@dataclass(frozen=True, slots=True)
class LimitsAlone:
    """Time, memory, files and processes are limited; the network is open."""

    name: str = "limits"

    def prefix(self, limits: list[str]) -> list[str]:
        return [*_LAUNCHER, *limits, "--"]


STRICTEST_FIRST: tuple[Tier, ...] = (Namespaces(), LimitsAlone())


def works(tier: Tier) -> bool:
    """Whether this machine allows it; containers and hardened kernels often do not."""
    try:
        done = subprocess.run([*tier.prefix([]), "true"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
