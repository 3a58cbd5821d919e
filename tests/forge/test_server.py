"""The local GitHub keeps to the rules of the real one, as real PyGithub and real git see it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from github import Auth, BadCredentialsException, Github, GithubException, UnknownObjectException
from github.GithubException import RateLimitExceededException
from github.Repository import Repository

from tests.servers.github import Access, GitHubServer, Order
from tests.servers.github.limits import secondary
from tests.servers.github.server import TOKEN
from tests.servers.http import Fault


def client(server: GitHubServer, token: str = TOKEN) -> Github:
    return Github(
        auth=Auth.Token(token),
        base_url=server.api,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )


@pytest.fixture
def repo(server: GitHubServer) -> Repository:
    server.bare.set("fix", server.bare.tip("main"))
    server.bare.commit("fix", {"shop.py": "fixed\n"}, "Fix")
    return client(server).get_repo("acme/shop")


def git(
    folder: Path, *words: str, token: str | None = TOKEN, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    secret = f"!f() {{ echo username=x; echo password={token}; }}; f"
    helper = ["-c", f"credential.helper={secret}"] if token else []
    return subprocess.run(
        ["git", *helper, *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
        text=True,
    )


def test_a_pull_request_lives_from_its_draft_to_its_merge(
    server: GitHubServer, repo: Repository
) -> None:
    pull = repo.create_pull("main", "fix", title="Fix", body="why", draft=True)
    assert (pull.number, pull.draft, pull.merged, pull.state) == (1, True, False, "open")
    assert [one.number for one in repo.get_pulls(state="all", head="acme:fix")] == [1]
    assert list(repo.get_pulls(head="acme:other")) == []
    assert len(list(repo.get_pulls(head="fix"))) == 1, "a head without an owner filters nothing"
    pull.mark_ready_for_review()
    pull.convert_to_draft()
    with pytest.raises(GithubException, match="not mergeable"):
        pull.merge()
    pull.mark_ready_for_review()
    assert [one.filename for one in pull.get_files()] == ["shop.py"]
    server.merge(1, "squash")
    ended = repo.get_pull(1)
    assert (ended.merged, ended.state) == (True, "closed")
    assert ended.merge_commit_sha == server.bare.tip("main")
    assert [one.sha for one in ended.get_commits()] == [server.bare.tip("fix")]


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_each_way_to_merge_brings_the_change(
    server: GitHubServer, repo: Repository, method: str
) -> None:
    repo.create_pull("main", "fix", title="Fix", body="")
    server.bare.commit("main", {"other.py": "x\n"}, "Meanwhile")
    repo.get_pull(1).merge(merge_method=method)
    assert server.bare.git("show", "main:shop.py") == "fixed"
    assert server.bare.git("show", "main:other.py") == "x"
    parents = server.bare.git("log", "-1", "--format=%P", "main").split(" ")
    assert len(parents) == (2 if method == "merge" else 1)


def test_whether_it_conflicts_is_known_only_after_a_while(
    server: GitHubServer, repo: Repository
) -> None:
    repo.create_pull("main", "fix", title="Fix", body="")
    assert [repo.get_pull(1).mergeable for _ in range(2)] == [True, True]
    server.bare.commit("main", {"shop.py": "otherwise\n"}, "Meanwhile")
    assert [repo.get_pull(1).mergeable for _ in range(2)] == [None, False]
    with pytest.raises(GithubException) as refused:
        repo.get_pull(1).merge()
    assert refused.value.status == 405


@pytest.mark.parametrize(
    ("head", "base", "errors"),
    [
        ("none", "main", {"field": "head", "code": "invalid"}),
        ("fix", "none", {"field": "base", "code": "invalid"}),
        ("main", "main", {"code": "custom", "message": "No commits between main and main"}),
    ],
)
def test_what_cannot_be_opened(
    repo: Repository, head: str, base: str, errors: dict[str, str]
) -> None:
    with pytest.raises(GithubException) as refused:
        repo.create_pull(base, head, title="t", body="b")
    assert refused.value.status == 422
    assert refused.value.data["errors"] == [{"resource": "PullRequest", **errors}]


def test_there_is_one_open_pull_request_a_branch(server: GitHubServer, repo: Repository) -> None:
    first = repo.create_pull("main", "fix", title="t", body="b")
    with pytest.raises(GithubException) as refused:
        repo.create_pull("main", "fix", title="t", body="b")
    message = refused.value.data["errors"][0]["message"]
    assert message == "A pull request already exists for acme:fix."
    first.edit(state="closed")
    assert repo.create_pull("main", "fix", title="t", body="b").number == 2
    server.pulls.drafts = False
    server.close(2)
    with pytest.raises(GithubException, match="not supported"):
        repo.create_pull("main", "fix", title="t", body="b", draft=True)


def test_a_branch_that_is_deleted_closes_and_one_that_is_pushed_merges(
    server: GitHubServer, repo: Repository
) -> None:
    repo.create_pull("main", "fix", title="t", body="b")
    repo.get_git_ref("heads/fix").delete()
    closed = repo.get_pull(1)
    assert (closed.state, closed.merged) == ("closed", False)
    tip = server.bare.commit("again", {"a": "1"}, "Again")
    server.bare.set("again", None)
    server.bare.set("again", server.bare.tip("main"))
    server.bare.commit("again", {"a": "2"}, "Again")
    repo.create_pull("main", "again", title="t", body="b")
    server.bare.set("main", server.bare.tip("again"))
    assert repo.get_pull(2).merged
    assert tip != server.bare.tip("main")


def test_lists_come_in_pages(server: GitHubServer, repo: Repository) -> None:
    issue = repo.create_issue("t", "b")
    for number in range(70):
        server.say(issue.number, "ada", f"{number}")
    assert [one.body for one in issue.get_comments()] == [str(n) for n in range(70)]
    asked = [one for one in server.asked if "/comments" in one.path]
    assert len(asked) == 3


def test_reviewers_must_be_collaborators_and_not_the_author(
    server: GitHubServer, repo: Repository
) -> None:
    pull = repo.create_pull("main", "fix", title="t", body="b")
    pull.create_review_request(reviewers=["ada"], team_reviewers=["payments"])
    assert server.state.pulls[1].asked == ["ada", "@payments"]
    for who, said in (("mallory", "not a collaborator"), ("errwatch-bot", "author")):
        with pytest.raises(GithubException, match=said):
            pull.create_review_request(reviewers=[who])


def test_labels_assignees_checks_and_search(server: GitHubServer, repo: Repository) -> None:
    pull = repo.create_pull("main", "fix", title="Crash of v1:abc", body="b")
    pull.add_to_labels("auto-fix", "internal/error")
    pull.remove_from_labels("internal/error")
    assert [one.number for one in repo.get_issues(state="all", labels=["auto-fix"])] == [1]
    with pytest.raises(GithubException, match="does not exist"):
        pull.remove_from_labels("never")
    pull.add_to_assignees("ada", "mallory")
    assert server.state.threads[1].assignees == ["ada"]
    server.check(pull.head.sha, "ci", None)
    server.check(pull.head.sha, "ci", "success")
    commit = repo.get_commit(pull.head.sha)
    assert [one.conclusion for one in commit.get_check_runs()] == ["success"]
    assert commit.get_combined_status().state == "pending", "as with GitHub, where there is none"
    server.status(pull.head.sha, "legacy", "failure")
    assert commit.get_combined_status().state == "failure"
    repo.create_issue("Also v1:abc", "text")
    found = client(server).search_issues("nothing repo:acme/shop is:issue")
    assert [one.number for one in found] == []
    found = client(server).search_issues('"v1:abc" repo:acme/shop is:issue')
    assert [one.number for one in found] == [2]


def test_errors_are_told_as_github_tells_them(server: GitHubServer) -> None:
    with pytest.raises(BadCredentialsException):
        client(server, "wrong").get_repo("acme/shop")
    with pytest.raises(UnknownObjectException):
        client(server).get_repo("acme/none")
    server.tokens["blind"] = Access("eve", sees=False)
    with pytest.raises(UnknownObjectException):
        client(server, "blind").get_repo("acme/shop")
    server.tokens["reader"] = Access("eve", frozenset())
    with pytest.raises(GithubException, match="Resource not accessible") as refused:
        client(server, "reader").get_repo("acme/shop").create_issue("t", "b")
    assert refused.value.status == 403


def test_limits(server: GitHubServer, repo: Repository) -> None:
    server.limits.orders.append(Order(secondary(7), "POST"))
    with pytest.raises(RateLimitExceededException) as refused:
        repo.create_issue("t", "b")
    assert (refused.value.headers or {})["retry-after"] == "7"
    server.limits.limit = server.limits.used
    with pytest.raises(RateLimitExceededException) as refused:
        repo.get_pulls()[0]
    assert (refused.value.headers or {})["x-ratelimit-remaining"] == "0"


def test_what_has_not_changed_costs_nothing(server: GitHubServer, repo: Repository) -> None:
    requester = client(server).requester
    path = "/repos/acme/shop/pulls"
    _, headers, _ = requester.requestJson("GET", path)
    used = server.limits.used
    status, _, body = requester.requestJson("GET", path, headers={"If-None-Match": headers["etag"]})
    assert (status, body, server.limits.used) == (304, "", used)
    repo.create_pull("main", "fix", title="t", body="b")
    status, _, _ = requester.requestJson("GET", path, headers={"If-None-Match": headers["etag"]})
    assert status == 200


def test_an_order_can_break_after_it_was_done(server: GitHubServer, repo: Repository) -> None:
    server.limits.orders.append(Order(Fault(502, "<html>"), "POST", "/issues", after=True))
    with pytest.raises(GithubException) as refused:
        repo.create_issue("t", "b")
    assert refused.value.status == 502
    assert [one.title for one in server.state.threads.values()] == ["t"]


def test_git_clones_and_pushes_with_a_token(server: GitHubServer, tmp_path: Path) -> None:
    assert git(tmp_path, "clone", "-q", server.clone_url, "c").returncode == 0
    clone = tmp_path / "c"
    assert git(clone, "push", "-q", "origin", "HEAD:refs/heads/new").returncode == 0
    assert server.bare.tip("new") == server.bare.tip("main")
    server.bare.protect("main")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
    git(clone, *identity, "commit", "-q", "--allow-empty", "-m", "More")
    protected = git(clone, "push", "origin", "HEAD:main")
    assert "GH006: Protected branch update failed for refs/heads/main" in protected.stderr


def test_git_is_refused_in_githubs_words(server: GitHubServer, tmp_path: Path) -> None:
    server.tokens["reader"] = Access("eve", frozenset())
    server.tokens["blind"] = Access("eve", sees=False)
    assert git(tmp_path, "clone", "-q", server.clone_url, "c", token="reader").returncode == 0
    pushed = git(tmp_path / "c", "push", server.clone_url, "HEAD:refs/heads/x", token="reader")
    assert "Permission to acme/shop.git denied to eve." in pushed.stderr
    assert "error: 403" in pushed.stderr
    wrong = git(tmp_path, "clone", server.clone_url, "d", token="wrong")
    assert "Authentication failed" in wrong.stderr
    blind = git(tmp_path, "clone", server.clone_url, "d", token="blind")
    assert "not found" in blind.stderr
    nobody = git(tmp_path, "clone", server.clone_url, "d", token=None)
    assert "could not read Username" in nobody.stderr
