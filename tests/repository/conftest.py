from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.github import GitHubServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHubServer]:
    with GitHubServer(tmp_path / "github") as server:
        server.bare.commit("main", {"shop.py": "a = 1\n"}, "Start")
        yield server
