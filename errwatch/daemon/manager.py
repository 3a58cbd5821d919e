"""The service manager that started us: systemd's notification protocol (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress

SOCKET, WATCHDOG, OWNER = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"


class ServiceManager:
    """Tells it how we are, where one listens; else every call does nothing.

    A manager that is gone or slow never stops the watching: what cannot be sent at once is dropped.
    `clock` gives seconds that never go back.
    """

    def __init__(self, environment: Mapping[str, str], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._address = _address(environment.get(SOCKET, ""))
        self._every = _watchdog(environment)
        """Seconds between two signs of life; None where nobody waits for them."""
        self._fed: float | None = None
        self._status = ""

    def ready(self) -> None:
        self._send("READY=1")

    def alive(self, status: str) -> None:
        """To be called after real progress only: a service that hangs is restarted."""
        now = self._clock()
        if self._every is not None and (self._fed is None or now - self._fed >= self._every):
            self._fed = now
            self._send("WATCHDOG=1")
        if status != self._status:
            self._status = status
            self._send(f"STATUS={status}")

    def reloading(self) -> None:
        """To be followed by `ready`."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={int(self._clock() * 1_000_000)}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        with (
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel,
        ):
            channel.setblocking(False)
            channel.sendto(message.encode(), self._address)


def _address(name: str) -> str | None:
    """Paths and abstract names; other kinds of address are for machines, not for services."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else None


def _watchdog(environment: Mapping[str, str]) -> float | None:
    """Half of the time after which we are taken for dead."""
    given, owner = environment.get(WATCHDOG, ""), environment.get(OWNER, "")
    ours = not owner or owner == str(os.getpid())
    return int(given) / 2_000_000 if ours and given.isdigit() and int(given) else None
