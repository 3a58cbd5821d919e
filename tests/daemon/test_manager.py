"""The notification protocol, against a real datagram socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.daemon.manager import ServiceManager


class Listener:
    """What systemd is to a service."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(address.replace("@", "\0", 1))

    def heard(self) -> list[str]:
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return messages

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listener]:
    abstract = f"@errwatch-test-{os.getpid()}"
    listener = Listener(str(tmp_path / "notify") if request.param == "path" else abstract)
    yield listener
    listener.close()


def test_says_that_it_is_ready_reloads_and_stops(listener: Listener) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": listener.address}, lambda: 2.5)
    manager.ready()
    manager.reloading()
    manager.ready()
    manager.stopping()
    assert listener.heard() == [
        "READY=1",
        "RELOADING=1\nMONOTONIC_USEC=2500000",
        "READY=1",
        "STOPPING=1",
    ]


def test_feeds_the_watchdog_twice_as_often_as_it_must(listener: Listener) -> None:
    now = [0.0]
    manager = ServiceManager(
        {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "10000000"}, lambda: now[0]
    )
    for now[0] in (0.0, 1.0, 4.9, 5.0, 5.1, 10.0):
        manager.alive("fine")
    assert listener.heard() == ["WATCHDOG=1", "STATUS=fine", "WATCHDOG=1", "WATCHDOG=1"]


def test_a_watchdog_that_waits_for_another_process_is_not_fed(listener: Listener) -> None:
    manager = ServiceManager(
        {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"},
        lambda: 0.0,
    )
    manager.alive("")
    assert listener.heard() == []


@pytest.mark.parametrize("address", ["", "vsock:2:1", "/there/is/none", "relative"])
def test_nobody_listens(address: str) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": address}, lambda: 0.0)
    manager.ready()
    manager.alive("fine")
    manager.stopping()


def test_a_manager_that_does_not_read_never_stops_us(listener: Listener) -> None:
    now = [0.0]
    manager = ServiceManager(
        {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "2"}, lambda: now[0]
    )
    for step in range(5_000):
        now[0] = float(step)
        manager.alive(str(step))
    assert listener.heard()[0] == "WATCHDOG=1"
