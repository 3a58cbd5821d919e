"""A GitHub with a repository of one file, and a forge that knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errwatch.forge.connect import Connection, Token, connect
from errwatch.forge.github import GitHubForge
from errwatch.forge.site import Site
from errwatch.model.pull_request import Proposal, PullRequestText, marker
from tests.servers.github import GitHubServer
from tests.servers.github.server import TOKEN

CODE = "def price(plan):\n    return plan.lowr()\n"
ISSUE = "v1:1a2b3c4d5e"
BRANCH = "auto-fix/internal_error/EW-1a2b3c4d"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHubServer]:
    with GitHubServer(tmp_path / "github") as server:
        server.bare.commit("main", {"shop.py": CODE, "CODEOWNERS": "* @carol\n"}, "Start")
        yield server


@dataclass
class Clock:
    """Nobody waits: how long they would have is noted."""

    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> datetime:
        return NOON


@pytest.fixture
def clock() -> Clock:
    return Clock()


Connect = Callable[..., Connection]


@pytest.fixture
def connected(server: GitHubServer, clock: Clock) -> Connect:
    def to(token: str = TOKEN, repository: str = "acme/shop") -> Connection:
        site = Site(server.root, repository)
        secret = Token("GITHUB_TOKEN", token)
        return connect(site, secret, sleep=clock.sleep, now=clock.now)

    return to


@pytest.fixture
def forge(connected: Connect) -> GitHubForge:
    return connected().forge


def propose(server: GitHubServer, branch: str = BRANCH, issue: str = ISSUE) -> Proposal:
    """As when the branch was just pushed."""
    server.bare.set(branch, server.bare.tip("main"))
    commit = server.bare.commit(branch, {"shop.py": CODE.replace("lowr", "lower")}, "Fix")
    text = PullRequestText("Call str.lower", f"{marker(issue)}\nWhy.\n")
    return Proposal(issue, branch, commit, "main", text, draft=True)
