"""The tail of the local Loki: a WebSocket, by Loki's rules, that is ended to order."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

Entry = tuple[int, dict[str, str], str]
MOST = 100
"""Entries of one frame."""


@dataclass
class Tails:
    """All tails that are open."""

    most: int = 10
    refuse: int = 0
    """The status that the upgrade is answered with, if any."""
    end: tuple[int, str] | None = None
    """Code and reason with which each new tail is closed at once."""
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    _open: list[ServerConnection] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def open(self) -> None:
        self._server = serve(
            self._hold,
            "127.0.0.1",
            0,
            process_request=self._judge,
            close_timeout=0.1,
        )

    def serve(self, request: socket.socket, address: object) -> None:
        """One connection that somebody else has accepted, to its end."""
        self._server.handler(request, address)

    def _hold(self, connection: ServerConnection) -> None:
        try:
            self._begin(connection)
            for _ in connection:
                pass  # a client has nothing to say
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                self._open = [one for one in self._open if one is not connection]
                self._changed.notify_all()

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        question = parse_qs(urlsplit(request.path).query)
        self.asked.append({name: values[0] for name, values in question.items()})
        self.headers.append(dict(request.headers.raw_items()))
        if self.refuse:
            return connection.respond(self.refuse, "refused")
        if int(self.asked[-1].get("delay_for", 0)) > 5:
            return connection.respond(400, "delay_for can't be greater than 5")
        return None

    def _begin(self, connection: ServerConnection) -> None:
        if self.end is not None:
            connection.close(*self.end)
            return
        with self._changed:
            if len(self._open) >= self.most:
                count = f"({len(self._open) + 1} > {self.most})"
                why = f"max concurrent tail requests limit exceeded, count > limit {count}"
                connection.close(1011, why)
                return
            self._open.append(connection)
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        """Until so many are open."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._open) == count, timeout=30)

    def wait_for_asked(self, count: int) -> None:
        """Until somebody came so many times."""
        with self._changed:
            done = self._changed.wait_for(
                lambda: len(self.asked) >= count and bool(self._open), timeout=30
            )
            assert done

    def say(self, entries: Iterable[Entry], *, drop: bool = False) -> None:
        """Tell all of the entries, or that they were dropped."""
        told = list(entries)
        for start in range(0, len(told), MOST):
            page = told[start : start + MOST]
            streams = [{"stream": one[1], "values": [[str(one[0]), one[2]]]} for one in page]
            dropped = [{"timestamp": str(one[0]), "labels": one[1]} for one in page]
            frame = {"streams": None, "dropped_entries": dropped} if drop else {"streams": streams}
            for connection in list(self._open):
                connection.send(json.dumps(frame))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """End all of them, as Loki does now and then."""
        for connection in list(self._open):
            connection.close(code, reason)

    def shut(self) -> None:
        self.close()
        for one in (
            self._server.socket,
            self._server.shutdown_watcher,
            self._server.shutdown_notifier,
        ):
            one.close()
