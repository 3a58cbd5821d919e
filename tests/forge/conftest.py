"""A GitHub with a repository of one file, and a token for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.github import GitHubServer

CODE = "def price(plan):\n    return plan.lowr()\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHubServer]:
    with GitHubServer(tmp_path / "github") as server:
        server.bare.commit("main", {"shop.py": CODE, "CODEOWNERS": "* @carol\n"}, "Start")
        yield server
