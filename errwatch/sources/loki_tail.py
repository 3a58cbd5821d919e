"""Loki's tail: a WebSocket that says at once that there is something new.

What it is, is asked for. A tail leaves out entries where it falls behind, promises no order and is
closed by Loki now and then, so nothing that it delivers is taken from it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import CloseCode
from websockets.sync.client import ClientConnection, connect

from errwatch.sources.loki_address import Address

LEAST = 0.25
"""Seconds between two questions, however much is new."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until it is opened again, doubled where it cannot be had."""

OPEN_TIMEOUT, CLOSE_TIMEOUT = 10.0, 0.5
LARGEST = 64 * 1024 * 1024
"""Bytes of a frame: a hundred entries of the longest there are."""


@dataclass
class Tail:
    """Opened in a thread of its own when it is waited for the first time.

    `clock` gives nanoseconds since 1970.
    """

    address: Address
    query: str
    clock: Callable[[], int] = time.time_ns
    _news: threading.Event = field(default_factory=threading.Event, init=False)
    _closed: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _socket: ClientConnection | None = field(default=None, init=False)
    _remarks: list[str] = field(default_factory=list, init=False)
    _told: str = field(default="", init=False)

    def wait(self, seconds: float) -> bool:
        """Until there is something new, at most that long; whether there is."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._closed.wait(min(LEAST, seconds))
        found = self._news.wait(max(0.0, seconds - LEAST))
        self._news.clear()
        return found and not self._closed.is_set()

    def remarks(self) -> list[str]:
        """Why it could not be had, once for each reason."""
        remarks, self._remarks = self._remarks, []
        return remarks

    def close(self) -> None:
        self._closed.set()
        self._news.set()
        if self._socket is not None:
            self._socket.close()

    def follow(self) -> str | None:
        """Until it is closed; why it was refused, where it was."""
        url = self.address.socket("tail", {"query": self.query, "start": str(self.clock())})
        try:
            with connect(
                url,
                additional_headers=self.address.headers,
                ssl=self.address.tls if url.startswith("wss") else None,
                open_timeout=OPEN_TIMEOUT,
                close_timeout=CLOSE_TIMEOUT,
                max_size=LARGEST,
            ) as socket:
                self._listen(socket)
        except ConnectionClosed as error:
            return _reason(error)
        except InvalidStatus as error:
            return f"HTTP {error.response.status_code}"
        except (OSError, WebSocketException):
            return "it cannot be connected"
        return None

    def _run(self) -> None:
        refused = 0
        while not self._closed.is_set():
            refusal = self.follow()
            refused = refused + 1 if refusal else 0
            if refusal and refusal != self._told:
                self._told = refusal
                self._remarks.append(f"no tail, so what is new comes later: {refusal}")
            self._closed.wait(pause(refused))

    def _listen(self, socket: ClientConnection) -> None:
        """Each frame is news, and so is the opening, after which nothing is missed."""
        self._socket = socket
        while not self._closed.is_set():
            self._news.set()
            socket.recv()


def pause(refused: int) -> float:
    """Seconds until it is opened again, after it was refused so many times in a row."""
    return min(FIRST_PAUSE * (1 << min(max(0, refused - 1), 10)), LONGEST_PAUSE)


def _reason(closed: ConnectionClosed) -> str | None:
    """None where it ended as each tail does some time."""
    said = closed.rcvd
    if said is None or said.code in (CloseCode.NORMAL_CLOSURE, CloseCode.GOING_AWAY):
        return None
    return " ".join(said.reason.split())[:200] or f"closed with {said.code:d}"
