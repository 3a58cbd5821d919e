"""Railway, counted as `watch` counts: what its tests share."""

from __future__ import annotations

from pathlib import Path

from errwatch.sources.backend import Backend
from errwatch.sources.railway.api_builds import ApiBuilds
from errwatch.sources.railway.builds import Builds
from errwatch.sources.railway.logs import Railway
from tests.servers.http import Fault
from tests.servers.railway import (
    PROJECT_TOKEN,
    Log,
    RailwayServer,
)
from tests.sources.test_entries import BEGIN, SECOND, Bench


class RailwayBench(Bench):
    def __init__(
        self, folder: Path, railway: RailwayServer, service: str = "", **more: str
    ) -> None:
        self.railway = railway
        self.service = service
        self.environment = {"RAILWAY_API_URL": railway.address, "RAILWAY_HTTP_TIMEOUT": "5"}
        self.environment |= more or {"RAILWAY_TOKEN": PROJECT_TOKEN}
        super().__init__(folder, self.backend())  # type: ignore[arg-type]

    def backend(self) -> Backend:
        return self.logs()

    def logs(self) -> Railway:
        return Railway(self.service, self.environment, clock=lambda: self.clock() / SECOND)

    def restart(self) -> None:
        self.server = self.backend()  # type: ignore[assignment]
        super().restart()

    def read(self) -> int:
        self.ask()
        self.settle()
        return self.total()


class BuildsBench(RailwayBench):
    def backend(self) -> Backend:
        return Builds(ApiBuilds(self.logs()))


def errors(count: int, *, every: int = SECOND, replica: str = "r-1") -> list[Log]:
    return [
        Log(BEGIN + i * every, f"ERROR order {i} failed", replica=replica) for i in range(count)
    ]


FAULTS = [
    Fault(429, '{"message":"You are being ratelimited"}'),
    Fault(500, "oh no"),
    Fault(502, "<html><h1>Bad Gateway</h1></html>", {"Content-Type": "text/html"}),
    Fault(503, ""),
    Fault(200, "<html>log in</html>", {"Content-Type": "text/html"}),
    Fault(200, '{"data":null,"errors":[{"message":"Problem processing request"}]}'),
    Fault(400, '{"errors":[{"message":"Problem processing request"}]}'),
    Fault(200, '{"data":null,"errors":[{"message":"Not Authorized"}]}'),
    Fault(401, '{"message":"Unauthorized"}'),
    Fault(200, '{"data":{"environmentLogs":null}}'),
    Fault(200, '{"data":{"environmentLogs":[{"message":"no time"}]}}'),
    Fault(200, '{"data":null}'),
    Fault(200, "[]"),
    Fault(cut=40),
    Fault(cut=40, headers={"Content-Length": "5000"}),
]
