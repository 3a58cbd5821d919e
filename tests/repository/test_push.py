"""Fetching from and pushing to a real server: what arrives, what is refused, and what is left."""

from __future__ import annotations

import base64
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from errwatch.errors import BranchMoved, GitError, PushRefused
from errwatch.model.fix import Edit, Evidence
from errwatch.model.pull_request import BranchTip
from errwatch.repository.git import GitRepository, open_repository
from errwatch.repository.push import GitUpstream
from tests.repository.scratch import commit, git
from tests.repository.traps import set_traps, snapshot, trapped_home
from tests.servers.github import Access, GitHubServer, Order
from tests.servers.github.server import TOKEN
from tests.servers.http import Fault

BRANCH = "auto-fix/internal_error/EW-1a2b3c4d"
ISSUE = "v1:aa"
MESSAGE = f"Set a\n\nErrwatch-Fingerprint: {ISSUE}\nErrwatch-Evidence: E2\n"
EDIT = Edit("shop.py", "a = 1\n", "a = 2\n")


def cloned(server: GitHubServer, path: Path, *options: str) -> Path:
    """The user's clone; its remote is where they have it, which git here never asks."""
    git(path.parent, "clone", "-q", *options, f"file://{server.bare.path}", str(path))
    return path


@pytest.fixture
def root(server: GitHubServer, tmp_path: Path) -> Path:
    return cloned(server, tmp_path / "clone")


@dataclass
class Bench:
    server: GitHubServer
    root: Path
    slept: list[float] = field(default_factory=list)

    @property
    def repository(self) -> GitRepository:
        return open_repository(self.root)

    def upstream(self, token: str = TOKEN, url: str | None = None) -> GitUpstream:
        return self.repository.upstream(
            url or self.server.clone_url,
            lambda: token,
            "the token in GITHUB_TOKEN",
            self.slept.append,
        )

    def fix(self, message: str = MESSAGE, start: str | None = None, edit: Edit = EDIT) -> str:
        repository = self.repository
        if start is not None:
            repository = repository.starting_at(start)
        with repository.worktree(repository.tree().commit) as worktree:
            return worktree.commit([edit], BRANCH, message)

    def tip(self) -> str | None:
        return self.server.bare.tip(BRANCH)


@pytest.fixture
def bench(server: GitHubServer, root: Path) -> Bench:
    return Bench(server, root)


def test_a_branch_is_cut_from_the_default_branch_as_it_is_there(bench: Bench) -> None:
    """The clone is behind, and on another branch, with changes of its own."""
    git(bench.root, "switch", "-q", "-c", "topic")
    commit(bench.root, {"topic.py": "x"})
    newest = bench.server.bare.commit("main", {"other.py": "x"}, "Meanwhile")
    found = bench.upstream().fetch("main")
    assert found == BranchTip(newest)
    made = bench.fix(start=newest)
    bench.upstream().push(BRANCH, made, None)
    assert bench.tip() == made
    assert bench.server.bare.git("rev-parse", f"{made}^") == newest
    assert bench.server.bare.changed("main", made) == ["shop.py"]


def test_what_a_branch_ends_in_is_read(bench: Bench) -> None:
    upstream = bench.upstream()
    assert upstream.fetch(BRANCH) is None
    made = bench.fix()
    upstream.push(BRANCH, made, None)
    assert upstream.fetch(BRANCH) == BranchTip(made, ISSUE, Evidence.E2)
    by_hand = bench.server.bare.commit(BRANCH, {"b.py": "x"}, MESSAGE, "Ada")
    assert upstream.fetch(BRANCH) == BranchTip(by_hand)


def test_pushing_again_is_done_already(bench: Bench) -> None:
    made = bench.fix()
    for expected in (None, None, made):
        bench.upstream().push(BRANCH, made, expected)
    assert bench.tip() == made


def test_ours_is_moved_and_nobody_elses(bench: Bench) -> None:
    first = bench.fix()
    bench.upstream().push(BRANCH, first, None)
    second = bench.fix(MESSAGE.replace("E2", "E3"))
    with pytest.raises(BranchMoved, match="was moved by somebody else meanwhile; run again"):
        bench.upstream().push(BRANCH, second, None)
    bench.upstream().push(BRANCH, second, first)
    assert bench.tip() == second
    by_hand = bench.server.bare.commit(BRANCH, {"b.py": "x"}, "By hand")
    with pytest.raises(BranchMoved):
        bench.upstream().push(BRANCH, first, second)
    assert bench.tip() == by_hand


@pytest.mark.parametrize("after", [False, True])
def test_a_push_that_broke_is_tried_again_and_done_once(bench: Bench, after: bool) -> None:
    made = bench.fix()
    fault = Fault(502, "<html>")
    bench.server.limits.orders.append(Order(fault, "POST", "git-receive-pack", 2, after=after))
    bench.upstream().push(BRANCH, made, None)
    assert bench.tip() == made
    assert bench.slept[:1] == [0.5]


def test_a_server_that_stays_broken_is_given_up(bench: Bench) -> None:
    made = bench.fix()
    bench.server.limits.orders.append(Order(Fault(503, "no"), "", "git-receive-pack", 99))
    with pytest.raises(GitError, match="git push failed at 127"):
        bench.upstream().push(BRANCH, made, None)
    assert len(bench.slept) == 3
    assert bench.tip() is None


def test_a_server_that_is_not_there(bench: Bench) -> None:
    with pytest.raises(GitError, match=r"git fetch failed at 127\.0\.0\.1:1:"):
        bench.upstream(url="http://127.0.0.1:1/acme/shop.git").fetch("main")


def test_refusals_are_one_clear_line(bench: Bench) -> None:
    made = bench.fix()
    bench.server.tokens["reader"] = Access("eve", frozenset())
    bench.server.tokens["blind"] = Access("eve", sees=False)
    for token, words in (
        ("wrong", "does not accept the token in GITHUB_TOKEN for git; it needs Contents: write"),
        ("reader", "push (Permission to acme/shop.git denied to eve.); it needs Contents: write"),
        ("blind", "has no acme/shop, or the token in GITHUB_TOKEN may not see it"),
    ):
        with pytest.raises(PushRefused) as refused:
            bench.upstream(token).push(BRANCH, made, None)
        assert words in str(refused.value)
        assert "\n" not in str(refused.value)
    assert bench.slept == []


def test_a_protected_branch_is_refused_in_the_servers_words(bench: Bench) -> None:
    bench.server.bare.protect(BRANCH)
    with pytest.raises(PushRefused, match="does not take the branch: GH006: Protected branch"):
        bench.upstream().push(BRANCH, bench.fix(), None)


def test_a_repository_that_moved_is_named(bench: Bench) -> None:
    moved = Fault(301, "", {"Location": f"{bench.server.root}/acme/new.git/info/refs"})
    bench.server.limits.orders.append(Order(moved, "GET", "info/refs"))
    with pytest.raises(PushRefused, match=r"acme/shop has moved; let forge\.repository name it"):
        bench.upstream().fetch("main")


def test_a_shallow_clone_pushes(server: GitHubServer, tmp_path: Path) -> None:
    server.bare.commit("main", {"other.py": "x"}, "Second")
    bench = Bench(server, cloned(server, tmp_path / "shallow", "--depth=1"))
    newest = server.bare.commit("main", {"other.py": "y"}, "Third")
    found = bench.upstream().fetch("main")
    assert found is not None
    made = bench.fix(start=newest)
    bench.upstream().push(BRANCH, made, None)
    assert bench.tip() == made
    assert git(bench.root, "rev-parse", "--is-shallow-repository").strip() == "true"


def test_a_partial_clone_pushes(server: GitHubServer, tmp_path: Path) -> None:
    server.bare.git("config", "uploadpack.allowFilter", "true")
    bench = Bench(server, cloned(server, tmp_path / "partial", "--filter=blob:none"))
    made = bench.fix()
    bench.upstream().push(BRANCH, made, None)
    assert bench.tip() == made


def test_a_detached_head_and_a_linked_worktree_push(bench: Bench, tmp_path: Path) -> None:
    git(bench.root, "switch", "-q", "--detach")
    git(bench.root, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "elsewhere")
    linked = Bench(bench.server, tmp_path / "linked")
    made = linked.fix()
    linked.upstream().push(BRANCH, made, None)
    assert bench.tip() == made


def test_submodules_and_lfs_are_left_where_they_are(server: GitHubServer, tmp_path: Path) -> None:
    """Neither is there, and nothing asks for them."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n"
    server.bare.commit("main", {"a.bin": pointer, ".gitattributes": "*.bin filter=lfs\n"}, "LFS")
    server.bare.git("read-tree", "main")
    entry = f"160000,{server.bare.tip('main')},vendor/lib"
    server.bare.git("update-index", "--add", "--cacheinfo", entry)
    tree = server.bare.git("write-tree")
    server.bare.set("main", server.bare.git("commit-tree", tree, "-p", "main", "-m", "Sub"))
    bench = Bench(server, cloned(server, tmp_path / "c", "--no-recurse-submodules"))
    made = bench.fix()
    bench.upstream().push(BRANCH, made, None)
    assert bench.tip() == made
    listed = server.bare.git("ls-tree", "-r", "--name-only", made).splitlines()
    assert listed == [".gitattributes", "a.bin", "shop.py", "vendor/lib"]


def test_the_users_git_is_neither_asked_nor_touched(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks, filters, helpers, other addresses, a proxy and a `.netrc`: all of them are traps."""
    marker = tmp_path / "marker"
    home = trapped_home(tmp_path / "home", marker)
    (home / ".netrc").write_text("machine 127.0.0.1 login eve password wrong\n")
    monkeypatch.setenv("HOME", str(home))
    set_traps(bench.root, marker)
    made = bench.fix(edit=EDIT)
    git(bench.root, "config", "credential.helper", f"!touch {marker}")
    git(bench.root, "config", "url.http://127.0.0.1:1/.insteadOf", bench.server.root)
    git(bench.root, "config", "http.proxy", "http://127.0.0.1:1")
    git(bench.root, "config", "http.extraHeader", "X-Evil: yes")
    git(bench.root, "config", "push.gpgSign", "true")
    git(bench.root, "config", "remote.origin.pushurl", "http://127.0.0.1:1/")
    marker.unlink(missing_ok=True)
    files = snapshot(bench.root)
    bench.upstream().push(BRANCH, made, None)
    assert bench.upstream().fetch("main") is not None
    assert bench.tip() == made
    assert not marker.exists()
    assert {name: text for name, text in snapshot(bench.root).items() if "objects" not in name} == {
        name: text for name, text in files.items() if "objects" not in name
    }
    assert all("x-evil" not in one.headers for one in bench.server.asked)


def test_the_token_is_nowhere_but_at_the_server(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor in the words of a command: a git of ours writes down what it was started with."""
    spy = tmp_path / "bin" / "git"
    spy.parent.mkdir()
    said = tmp_path / "said"
    real = shutil.which("git")
    spy.write_text(f'#!/bin/sh\ntr "\\0" " " < /proc/$$/cmdline >> {said}\nexec {real} "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    made = bench.fix()
    bench.upstream().push(BRANCH, made, None)
    with pytest.raises(BranchMoved) as refused:
        bench.upstream().push(BRANCH, bench.fix(MESSAGE.replace("E2", "E3")), None)
    assert "push" in said.read_text()
    encoded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (TOKEN, encoded):
        assert secret not in str(refused.value)
        assert not [text for text in written if secret.encode() in text]
    assert encoded in {one.headers.get("authorization", "")[6:] for one in bench.server.asked}
