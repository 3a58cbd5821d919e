"""A hundred runs of `fix` on one issue, eight at a time, on a server that breaks after it has done
what was asked: one branch, one pull request, nothing said twice."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cli.conftest import cli
from tests.cli.test_pull_request import REPRO, Shop, server, shop
from tests.servers.github.server import TOKEN

__all__ = ["cli", "server", "shop"]

RUNS, TOGETHER = 100, 8
CHANCE = 0.2


@pytest.mark.parametrize("seed", [1])
def test_runs_at_once_make_one_of_everything(shop: Shop, seed: int) -> None:
    draw = random.Random(seed)
    shop.server.limits.chance = lambda _asked: draw.random() < CHANCE
    first = ["--test", "none"]

    def run(number: int) -> int:
        """Now and then without the reproduction: what is proven worse must change nothing."""
        options = list(REPRO) if number % 4 else first
        variables = {"ERRWATCH_FORGE_URL": shop.server.root, "GITHUB_TOKEN": TOKEN}
        return shop.cli.started("fix", shop.issue, *options, **variables).returncode

    with ThreadPoolExecutor(TOGETHER) as pool:
        codes = Counter(pool.map(run, range(RUNS)))
    shop.server.limits.chance = lambda _asked: False
    assert run(1) == 0
    assert set(codes) <= {0, 1, 3}, codes
    assert codes[3] <= RUNS // 5, codes
    assert list(shop.server.state.pulls) == [1]
    assert set(shop.server.bare.branches()) == {"main", shop.branch}
    thread = shop.server.state.threads[1]
    said = [one.body for one in thread.comments]
    assert len(said) == len(set(said)) <= 1
    assert thread.labels == ["auto-fix", "internal_error", "evidence: E2"]
    assert "## Evidence: E2" in thread.body
    assert len(shop.server.pulls.commits(shop.server.pulls.get(1))) == 1
