"""The REST API: what is asked, by method and path, and what may be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.github.pulls import Pulls, Refused
from tests.servers.github.shapes import Json, Shapes, refusal
from tests.servers.github.state import Access, State, Thread
from tests.servers.http import Answer, Asked

_FORBIDDEN = "Resource not accessible by personal access token"


@dataclass(frozen=True)
class Call:
    """One request, taken apart."""

    access: Access
    parts: Sequence[str]
    """What the pattern of the path left open."""
    query: dict[str, str]
    body: Any
    address: str


Handler = Callable[["Rest", Call], Answer]
_ROUTES: list[tuple[str, re.Pattern[str], str | None, Handler]] = []


def route(method: str, path: str, writes: str | None = None) -> Callable[[Handler], Handler]:
    """`writes`: the right that it takes; `{n}` is a number, `{x}` anything but a slash, `{rest}`
    anything."""
    pattern = path.replace("{n}", r"(\d+)").replace("{x}", "([^/]+)").replace("{rest}", "(.+)")

    def add(handler: Handler) -> Handler:
        _ROUTES.append((method, re.compile(pattern), writes, handler))
        return handler

    return add


def answer(shape: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(shape))


class Rest:
    def __init__(self, state: State, pulls: Pulls, shapes: Shapes) -> None:
        self.state = state
        self.pulls = pulls
        self.shapes = shapes

    def reply(self, asked: Asked, access: Access) -> Answer:
        url = urlsplit(asked.path)
        prefix = f"/api/v3/repos/{self.state.full_name}"
        missing = answer(refusal(404, "Not Found"), 404)
        if url.path == "/api/v3/search/issues":
            path = "/search"
        elif url.path == "/api/v3/user":
            return answer(self.shapes.user(access.login))
        elif not url.path.startswith(prefix) or not access.sees:
            return missing
        else:
            path = url.path.removeprefix(prefix)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        body = json.loads(asked.body) if asked.body else None
        for method, pattern, writes, handler in _ROUTES:
            found = pattern.fullmatch(path)
            if found is None or method != asked.method:
                continue
            if writes is not None and writes not in access.writes:
                return answer(refusal(403, _FORBIDDEN), 403)
            try:
                return handler(self, Call(access, found.groups(), query, body, asked.path))
            except Refused as error:
                return answer(error.body, error.status)
        return missing

    def page(self, call: Call, shapes: Sequence[Json], wrap: str | None = None) -> Answer:
        """Some of a list, and the address of what comes next."""
        size = min(int(call.query.get("per_page", 30)), 100)
        number = int(call.query.get("page", 1))
        part = list(shapes[(number - 1) * size : number * size])
        body: Any = {"total_count": len(shapes), wrap: part} if wrap else part
        headers = {}
        if number * size < len(shapes):
            root = self.shapes.api.removesuffix("/api/v3")
            bare = re.sub(r"([?&])page=\d+&?", r"\1", call.address).rstrip("?&")
            sign = "&" if "?" in bare else "?"
            headers["Link"] = f'<{root}{bare}{sign}page={number + 1}>; rel="next"'
        return Answer(200, json.dumps(body), headers)

    def thread(self, call: Call) -> Thread:
        found = self.state.threads.get(int(call.parts[0]))
        if found is None:
            raise Refused(404, "Not Found")
        return found

    def thread_shape(self, thread: Thread) -> Json:
        return self.shapes.thread(thread, self.state.pulls.get(thread.number))


@route("GET", "")
def _repository(rest: Rest, call: Call) -> Answer:
    return answer(rest.shapes.repository(writes="contents" in call.access.writes))


@route("GET", "/pulls")
def _list(rest: Rest, call: Call) -> Answer:
    """A `head` without an owner is no filter at all, as with GitHub."""
    state, (owner, _, branch) = (
        call.query.get("state", "open"),
        call.query.get("head", "").partition(":"),
    )
    found = [
        pull
        for pull in map(rest.pulls.get, sorted(rest.state.pulls, reverse=True))
        if state in ("all", pull.thread.state)
        and (not branch or (owner == rest.state.owner and pull.head == branch))
        and call.query.get("base", pull.base) == pull.base
    ]
    return rest.page(call, [rest.pulls.shape(pull, whole=False) for pull in found])


@route("POST", "/pulls", writes="pulls")
def _create(rest: Rest, call: Call) -> Answer:
    pull = rest.pulls.open(call.access.login, call.body)
    return answer(rest.pulls.shape(pull, whole=True), 201)


@route("GET", "/pulls/{n}")
def _pull(rest: Rest, call: Call) -> Answer:
    return answer(rest.pulls.shape(rest.pulls.get(int(call.parts[0])), whole=True))


@route("PATCH", "/pulls/{n}", writes="pulls")
def _edit(rest: Rest, call: Call) -> Answer:
    pull = rest.pulls.edit(int(call.parts[0]), call.body)
    return answer(rest.pulls.shape(pull, whole=True))


@route("GET", "/pulls/{n}/merge")
def _is_merged(rest: Rest, call: Call) -> Answer:
    merged = rest.pulls.get(int(call.parts[0])).merged_at
    return Answer(204) if merged else answer(refusal(404, "Not Found"), 404)


@route("PUT", "/pulls/{n}/merge", writes="contents")
def _merge(rest: Rest, call: Call) -> Answer:
    method = (call.body or {}).get("merge_method", "merge")
    commit = rest.pulls.merge(int(call.parts[0]), method, call.access.login)
    return answer({"merged": True, "sha": commit, "message": "Pull Request successfully merged"})


@route("GET", "/pulls/{n}/commits")
def _commits(rest: Rest, call: Call) -> Answer:
    commits = rest.pulls.commits(rest.pulls.get(int(call.parts[0])))
    return rest.page(call, [_commit_shape(rest, commit) for commit in commits])


@route("GET", "/pulls/{n}/files")
def _files(rest: Rest, call: Call) -> Answer:
    files = rest.pulls.files(rest.pulls.get(int(call.parts[0])))
    return rest.page(call, [{"filename": name, "status": "modified"} for name in files])


@route("GET", "/pulls/{n}/reviews")
def _reviews(rest: Rest, call: Call) -> Answer:
    pull = rest.pulls.get(int(call.parts[0]))
    return rest.page(call, [rest.shapes.review(pull, one) for one in pull.reviews])


@route("POST", "/pulls/{n}/requested_reviewers", writes="pulls")
def _request(rest: Rest, call: Call) -> Answer:
    teams = [f"@{team}" for team in call.body.get("team_reviewers", [])]
    pull = rest.pulls.request(int(call.parts[0]), [*call.body.get("reviewers", []), *teams])
    return answer(rest.pulls.shape(pull, whole=False), 201)


@route("GET", "/issues")
def _threads(rest: Rest, call: Call) -> Answer:
    state, labels = call.query.get("state", "open"), call.query.get("labels", "")
    wanted = set(filter(None, labels.split(",")))
    for number in rest.state.pulls:
        rest.pulls.get(number)
    found = [
        thread
        for _, thread in sorted(rest.state.threads.items(), reverse=True)
        if state in ("all", thread.state) and wanted <= set(thread.labels)
    ]
    return rest.page(call, [rest.thread_shape(thread) for thread in found])


@route("GET", "/issues/{n}")
def _thread(rest: Rest, call: Call) -> Answer:
    return answer(rest.thread_shape(rest.thread(call)))


@route("POST", "/issues", writes="issues")
def _new_issue(rest: Rest, call: Call) -> Answer:
    thread = rest.state.open_thread(call.access.login, call.body["title"], call.body["body"])
    return answer(rest.thread_shape(thread), 201)


@route("POST", "/issues/{n}/labels", writes="issues")
def _add_labels(rest: Rest, call: Call) -> Answer:
    thread = rest.thread(call)
    for name in call.body if isinstance(call.body, list) else call.body["labels"]:
        if len(name) > 50:
            error = {"resource": "Label", "code": "invalid", "field": "name"}
            raise Refused(422, "Validation Failed", error)
        if name not in thread.labels:
            thread.labels.append(name)
    return answer([{"name": name} for name in thread.labels])


@route("DELETE", "/issues/{n}/labels/{rest}", writes="issues")
def _remove_label(rest: Rest, call: Call) -> Answer:
    thread, name = rest.thread(call), unquote(call.parts[1])
    if name not in thread.labels:
        raise Refused(404, "Label does not exist")
    thread.labels.remove(name)
    return answer([{"name": one} for one in thread.labels])


@route("POST", "/issues/{n}/assignees", writes="issues")
def _assign(rest: Rest, call: Call) -> Answer:
    """Whom it cannot assign it leaves out, without a word."""
    thread = rest.thread(call)
    for login in call.body["assignees"]:
        if login in rest.state.collaborators and login not in thread.assignees:
            thread.assignees.append(login)
    return answer(rest.thread_shape(thread), 201)


@route("GET", "/issues/{n}/comments")
def _comments(rest: Rest, call: Call) -> Answer:
    thread = rest.thread(call)
    return rest.page(call, [rest.shapes.comment(thread, one) for one in thread.comments])


@route("POST", "/issues/{n}/comments", writes="issues")
def _say(rest: Rest, call: Call) -> Answer:
    thread = rest.thread(call)
    if not call.body["body"].strip():
        error = {"resource": "IssueComment", "code": "unprocessable", "field": "data"}
        raise Refused(422, "Validation Failed", error)
    said = rest.state.say(thread, call.access.login, call.body["body"])
    return answer(rest.shapes.comment(thread, said), 201)


@route("GET", "/commits/{x}/check-runs")
def _check_runs(rest: Rest, call: Call) -> Answer:
    commit = _resolved(rest, call)
    found = rest.state.checks.get(commit, [])
    return rest.page(call, [rest.shapes.check(one, commit) for one in found], "check_runs")


@route("GET", "/commits/{x}/status")
def _status(rest: Rest, call: Call) -> Answer:
    return answer(rest.shapes.status(_resolved(rest, call)))


@route("GET", "/commits/{x}")
def _commit(rest: Rest, call: Call) -> Answer:
    return answer(_commit_shape(rest, _resolved(rest, call)))


@route("GET", "/git/ref/heads/{rest}")
def _ref(rest: Rest, call: Call) -> Answer:
    tip = rest.pulls.bare.tip(call.parts[0])
    if tip is None:
        raise Refused(404, "Not Found")
    return answer(_ref_shape(rest, call.parts[0], tip))


@route("DELETE", "/git/refs/heads/{rest}", writes="contents")
def _delete_ref(rest: Rest, call: Call) -> Answer:
    if rest.pulls.bare.tip(call.parts[0]) is None:
        raise Refused(422, "Reference does not exist")
    rest.pulls.bare.set(call.parts[0], None)
    return Answer(204)


@route("GET", "/search")
def _search(rest: Rest, call: Call) -> Answer:
    """`repo:`, `is:` and `state:` are kept to; all other words must be there."""
    words = re.findall(r'"[^"]*"|\S+', call.query["q"])
    named = [word for word in words if word.startswith(("repo:", "is:", "in:", "state:"))]
    plain = [word.strip('"') for word in words if word not in named]
    if f"repo:{rest.state.full_name}" not in named:
        raise Refused(422, "Validation Failed")
    found = [
        thread
        for number, thread in sorted(rest.state.threads.items())
        if all(word.casefold() in f"{thread.title}\n{thread.body}".casefold() for word in plain)
        and ("is:issue" not in named or number not in rest.state.pulls)
        and ("is:open" not in named or thread.state == "open")
    ]
    return rest.page(call, [rest.thread_shape(thread) for thread in found], "items")


def _resolved(rest: Rest, call: Call) -> str:
    commit = rest.pulls.bare.resolve(call.parts[0])
    if commit is None:
        raise Refused(422, f"No commit found for SHA: {call.parts[0]}")
    return commit


def _commit_shape(rest: Rest, commit: str) -> Json:
    facts = rest.pulls.facts(commit)
    return rest.shapes.commit(commit, facts, rest.state.addresses.get(facts["author"]))


def _ref_shape(rest: Rest, branch: str, tip: str) -> Json:
    url = f"{rest.shapes.repo_api}/git/refs/heads/{branch}"
    target = {"type": "commit", "sha": tip, "url": url}
    return {"ref": f"refs/heads/{branch}", "url": url, "object": target}
