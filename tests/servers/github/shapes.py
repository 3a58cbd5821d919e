"""What the server knows, as the JSON that GitHub sends. Every address leads back to this server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.servers.github.state import Check, Pull, Remark, Review, State, Thread

Json = dict[str, Any]


def stamp(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


class Shapes:
    """`root`: of the web and of git, `api`: of the API."""

    def __init__(self, state: State, root: str) -> None:
        self._state = state
        self._root = root
        self.api = f"{root}/api/v3"
        self.repo_api = f"{self.api}/repos/{state.full_name}"
        self.repo_web = f"{root}/{state.full_name}"

    def user(self, login: str) -> Json:
        kind = "Bot" if login.endswith("[bot]") else "User"
        return {
            "login": login,
            "id": sum(login.encode()),
            "type": kind,
            "url": f"{self.api}/users/{login}",
        }

    def repository(self, *, writes: bool) -> Json:
        state = self._state
        owner = {**self.user(state.owner), "type": "Organization"}
        return {
            "id": 1,
            "name": state.name,
            "full_name": state.full_name,
            "owner": owner,
            "private": True,
            "archived": state.archived,
            "default_branch": "main",
            "url": self.repo_api,
            "html_url": self.repo_web,
            "clone_url": f"{self.repo_web}.git",
            "permissions": {"pull": True, "push": writes, "admin": False},
        }

    def thread(self, thread: Thread, pull: Pull | None) -> Json:
        web = "issues" if pull is None else "pull"
        shape = {
            "id": 1000 + thread.number,
            "number": thread.number,
            "title": thread.title,
            "body": thread.body,
            "state": thread.state,
            "user": self.user(thread.author),
            "labels": [{"name": name} for name in thread.labels],
            "assignees": [self.user(login) for login in thread.assignees],
            "created_at": stamp(thread.at),
            "closed_at": stamp(thread.closed_at),
            "url": f"{self.repo_api}/issues/{thread.number}",
            "html_url": f"{self.repo_web}/{web}/{thread.number}",
            "repository_url": self.repo_api,
        }
        if pull is not None:
            url = f"{self.repo_api}/pulls/{thread.number}"
            shape["pull_request"] = {"url": url, "merged_at": stamp(pull.merged_at)}
        return shape

    def pull(self, pull: Pull, base: str, *, mergeable: bool | None, whole: bool) -> Json:
        """`whole`: a list has less of it."""
        thread = pull.thread
        shape = self.thread(thread, None)
        number, name = thread.number, self._state.full_name
        repo = {"name": self._state.name, "full_name": name, "url": self.repo_api}
        shape |= {
            "node_id": f"PR_{number}",
            "draft": pull.draft,
            "merged_at": stamp(pull.merged_at),
            "merge_commit_sha": pull.merge_commit,
            "url": f"{self.repo_api}/pulls/{number}",
            "html_url": f"{self.repo_web}/pull/{number}",
            "issue_url": f"{self.repo_api}/issues/{number}",
            "head": self._end(pull.head, pull.sha, repo | {"full_name": pull.fork or name}),
            "base": self._end(pull.base, base, repo),
            "requested_reviewers": [self.user(a) for a in pull.asked if not a.startswith("@")],
            "requested_teams": [{"slug": a[1:]} for a in pull.asked if a.startswith("@")],
        }
        if whole:
            shape |= {"merged": pull.merged_at is not None, "mergeable": mergeable}
        return shape

    def _end(self, branch: str, commit: str, repo: Json) -> Json:
        owner = self._state.owner
        return {
            "ref": branch,
            "sha": commit,
            "label": f"{owner}:{branch}",
            "user": self.user(owner),
            "repo": repo,
        }

    def comment(self, thread: Thread, one: Remark) -> Json:
        return {
            "id": one.id,
            "body": one.body,
            "user": self.user(one.author),
            "created_at": stamp(one.at),
            "url": f"{self.repo_api}/issues/comments/{one.id}",
            "issue_url": f"{self.repo_api}/issues/{thread.number}",
        }

    def review(self, pull: Pull, one: Review) -> Json:
        return {
            "id": one.id,
            "state": one.state,
            "body": one.body,
            "user": self.user(one.author),
            "submitted_at": stamp(one.at),
            "commit_id": one.commit,
            "pull_request_url": f"{self.repo_api}/pulls/{pull.thread.number}",
        }

    def commit(self, commit: str, facts: Mapping[str, str], login: str | None) -> Json:
        who = {"name": facts["author_name"], "email": facts["author"], "date": facts["date"]}
        committer = {**who, "email": facts["committer"]}
        return {
            "sha": commit,
            "url": f"{self.repo_api}/commits/{commit}",
            "commit": {"message": facts["message"], "author": who, "committer": committer},
            "author": self.user(login) if login else None,
        }

    def check(self, one: Check, commit: str) -> Json:
        return {
            "id": one.id,
            "name": one.name,
            "head_sha": commit,
            "status": one.status,
            "conclusion": one.conclusion,
            "html_url": f"{self.repo_web}/runs/{one.id}",
            "url": f"{self.repo_api}/check-runs/{one.id}",
            "output": {"title": f"{one.name}: {one.conclusion or one.status}", "summary": None},
        }

    def status(self, commit: str) -> Json:
        known = self._state.statuses.get(commit, {})
        each = [
            {
                "context": name,
                "state": state,
                "description": state,
                "target_url": None,
                "url": self.api,
            }
            for name, state in known.items()
        ]
        states = set(known.values())
        bad = states & {"failure", "error"}
        whole = "failure" if bad else "success" if states == {"success"} else "pending"
        return {"state": whole, "sha": commit, "total_count": len(each), "statuses": each}


def refusal(status: int, message: str, *errors: Json) -> Json:
    shape: Json = {"message": message, "status": str(status)}
    if errors:
        shape["errors"] = list(errors)
    return {**shape, "documentation_url": "https://docs.github.com/rest"}
