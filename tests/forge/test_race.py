"""Several processes publish one fix, on a server that breaks after it has done what was asked."""

from __future__ import annotations

import shutil
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import pytest

from errwatch.model.analysis import Analysis
from errwatch.model.change import Analysed, Counted, Fixed
from errwatch.model.fix import Edit, Evidence, Fix, FixStatus, GateResult, GateStatus
from errwatch.model.pull_request import branch_of
from errwatch.repository.git import open_repository
from errwatch.store.sqlite import SqliteStore
from tests.forge.conftest import CODE, NOON
from tests.forge.race import publish_often
from tests.repository.scratch import git
from tests.servers.github import GitHubServer
from tests.servers.github.server import TOKEN
from tests.store.values import KEY, partial

PROCESSES, TIMES = 3, 1


def prepared(server: GitHubServer, root: Path, state: Path) -> str:
    """A clone with a proven fix on its branch, and a state that knows of it; the branch's name."""
    git(root.parent, "clone", "-q", f"file://{server.bare.path}", str(root))
    repository = open_repository(root)
    commit = repository.tree().commit
    with SqliteStore(state) as store:
        store.commit(Counted(partial(0)), actor="scan")
        store.commit(Analysed(Analysis(KEY, str(root), commit)), actor="analyze")
        [issue] = store.issues()
        branch = branch_of(issue)
        message = f"Fix\n\nErrwatch-Fingerprint: {KEY}\nErrwatch-Evidence: E2\n"
        with repository.worktree(commit) as worktree:
            edit = Edit("shop.py", CODE, CODE.replace("lowr", "lower"))
            made = worktree.commit([edit], branch, message)
        fix = Fix(
            id="",
            issue=KEY,
            status=FixStatus.PROVEN,
            created_at=NOON,
            evidence=Evidence.E2,
            engine="recipes",
            title="Call str.lower",
            branch=branch,
            commit=made,
            files=("shop.py",),
            gates=(GateResult("syntax", GateStatus.PASSED, "parses"),),
        )
        store.commit(Fixed(fix), actor="fix")
    return branch


@pytest.mark.parametrize("shared", [True, False], ids=["one state", "a state each"])
def test_there_is_one_branch_and_one_pull_request(
    server: GitHubServer, tmp_path: Path, shared: bool
) -> None:
    """With a state each, as on two machines, there is no lock that both know."""
    root, state = tmp_path / "clone", tmp_path / "state.db"
    branch = prepared(server, root, state)
    writes = count(1)
    server.limits.chance = lambda _asked: next(writes) % 3 == 0
    environments = []
    for number in range(PROCESSES):
        own = state if shared else tmp_path / f"state{number}.db"
        if own != state:
            shutil.copy(state, own)
        environments.append(
            {
                "ERRWATCH_STATE": str(own),
                "ERRWATCH_FORGE_URL": server.root,
                "ERRWATCH_FORGE_REPOSITORY": "acme/shop",
                "GITHUB_TOKEN": TOKEN,
            }
        )
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        runs = [pool.submit(publish_often, root, one, TIMES) for one in environments]
        came = [run.result(300) for run in runs]
    assert came == [["Tracked"] * TIMES] * PROCESSES
    assert list(server.state.pulls) == [1]
    assert set(server.bare.branches()) == {"main", branch}
    assert server.state.threads[1].comments == []
    assert server.state.threads[1].labels == ["auto-fix", "unclassified", "evidence: E2"]
    with SqliteStore(state if shared else tmp_path / "state2.db") as store:
        assert [one.number for one in store.pull_requests()] == [1]
