"""A receiver of webhooks: it keeps what it got, and answers as it is told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

from tests.servers.http import Answer, Asked, HttpServer


@dataclass
class Receiver(HttpServer):
    answers: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    """Status and headers of the next answers; 200 when there are no more."""
    received: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    """Headers, by names in lower case, and bodies."""
    hang: threading.Event | None = None
    """No answer before it is set."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"{self.root}/hook?token=s3cret"

    def reply(self, asked: Asked) -> Answer:
        with self.changed:
            self.received.append((asked.headers, asked.body))
            status, headers = self.answers.popleft() if self.answers else (200, {})
            self.changed.notify_all()
        if self.hang is not None:
            self.hang.wait(60)
        return Answer(status, headers=headers)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.hang is not None:
            self.hang.set()
        super().__exit__(kind, error, trace)

    def wait_for(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.received) >= number, 60)
