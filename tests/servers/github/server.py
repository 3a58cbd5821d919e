"""The server itself: who asks, what is refused before anything is looked at, and what people do."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from tests.servers.github.bare import Bare
from tests.servers.github.limits import Limits, spoiled
from tests.servers.github.pulls import Pulls, Refused
from tests.servers.github.rest import Rest, answer
from tests.servers.github.shapes import Shapes, refusal
from tests.servers.github.smart_http import serve, token_of
from tests.servers.github.state import APP, Access, Check, State
from tests.servers.http import Answer, Asked, HttpServer

TOKEN = "ghp_" + "Te5t" * 9


class GitHubServer(HttpServer):
    """`tokens` says who may do what; `limits` what goes wrong; `state` is for looking at."""

    def __init__(self, folder: Path, owner: str = "acme", name: str = "shop") -> None:
        self.state = State(owner, name)
        self.tokens = {TOKEN: Access("errwatch-bot")}
        self.limits = Limits()
        self.asked: list[Asked] = []
        self.refused: list[tuple[Asked, int]] = []
        self.app_key: str | None = None
        """The public key of the app that is installed here."""
        self.before: dict[tuple[str, str], Callable[[], object]] = {}
        """What somebody else does just before the next request with that method and path's end."""
        self._folder = folder
        self.bare = Bare.make(folder / owner / f"{name}.git")
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        super().__enter__()
        self.shapes = Shapes(self.state, self.root)
        self.pulls = Pulls(self.state, self.bare, self.shapes)
        self._rest = Rest(self.state, self.pulls, self.shapes)
        return self

    @property
    def api(self) -> str:
        return f"{self.root}/api/v3"

    @property
    def clone_url(self) -> str:
        return f"{self.root}/{self.state.full_name}.git"

    def reply(self, asked: Asked) -> Answer | None:
        with self._lock:
            self.asked.append(asked)
        for method, ending in list(self.before):
            if method == asked.method and asked.path.endswith(ending):
                self.before.pop((method, ending))()
        order = self.limits.order_for(asked)
        if order is not None and not order.after:
            return spoiled(Answer(), order.fault)
        given = self._reply(asked)
        if order is not None:
            return spoiled(given, order.fault)
        if given.status >= 400:
            self.refused.append((asked, given.status))
        return given

    def _reply(self, asked: Asked) -> Answer:
        if not asked.path.startswith("/api/"):
            access = self.tokens.get(token_of(asked) or "")
            return serve(asked, self._folder, self.state.full_name, access)
        with self._lock:
            given = self._api(asked)
        return self._with_tag(asked, given)

    def _with_tag(self, asked: Asked, given: Answer) -> Answer:
        """What has not changed is not sent again, and costs nothing."""
        headers = {**given.headers, **self.limits.headers(), "X-GitHub-Request-Id": "1"}
        if asked.method != "GET" or given.status != 200:
            return replace(given, headers=headers)
        tag = f'W/"{hashlib.sha256(given.data).hexdigest()}"'
        if asked.headers.get("if-none-match") == tag:
            self.limits.used -= 1
            return Answer(304, "", {**self.limits.headers(), "ETag": tag})
        return replace(given, headers={**headers, "ETag": tag})

    def _api(self, asked: Asked) -> Answer:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and "/installation" in asked.path:
            return self._app(asked, token)
        access = self.tokens.get(token)
        if access is None:
            return answer(refusal(401, "Bad credentials"), 401)
        if not self.limits.count():
            message = "API rate limit exceeded for user ID 1. If you reach out to GitHub Support "
            return answer(refusal(403, message + "for help, please include the request ID"), 403)
        if asked.path == "/api/graphql":
            return self._graphql(asked, access)
        return self._rest.reply(asked, access)

    def _graphql(self, asked: Asked, access: Access) -> Answer:
        wanted = json.loads(asked.body)
        number = int(wanted["variables"]["input"]["pullRequestId"].removeprefix("PR_"))
        names = {"markPullRequestReadyForReview": False, "convertPullRequestToDraft": True}
        [name] = [one for one in names if one in wanted["query"]]
        if "pulls" not in access.writes:
            error = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
            return answer({"data": {name: None}, "errors": [error]})
        try:
            pull = self.pulls.set_draft(number, names[name])
        except Refused:
            error = {"type": "NOT_FOUND", "message": "Could not resolve to a node"}
            return answer({"data": {name: None}, "errors": [error]})
        shape = {"clientMutationId": None, "pullRequest": {"isDraft": pull.draft}}
        return answer({"data": {name: shape}})

    def _app(self, asked: Asked, token: str) -> Answer:
        """An app shows a token that it signed itself, and is given one for an hour."""
        import jwt

        try:
            jwt.decode(token, self.app_key or "", algorithms=["RS256"])
        except jwt.InvalidTokenError:
            message = "A JSON web token could not be decoded"
            return answer(refusal(401, message), 401)
        url = f"{self.api}/app/installations/7"
        if asked.method == "GET":
            if self.state.full_name not in asked.path:
                return answer(refusal(404, "Not Found"), 404)
            return answer({"id": 7, "app_id": 1, "access_tokens_url": f"{url}/access_tokens"})
        given = f"ghs_{len(self.tokens):032d}"
        self.tokens[given] = Access(f"{APP}[bot]")
        expires = datetime.now(UTC) + timedelta(hours=1)
        return answer({"token": given, "expires_at": f"{expires:%Y-%m-%dT%H:%M:%SZ}"}, 201)

    def check(self, commit: str, name: str, conclusion: str | None) -> None:
        """CI says something of a commit, in the place of what it said before; None: it runs."""
        known = [one for one in self.state.checks.get(commit, []) if one.name != name]
        status = "completed" if conclusion else "in_progress"
        known.append(Check(self.state.next_id(), name, status, conclusion))
        self.state.checks[commit] = known

    def status(self, commit: str, context: str, state: str) -> None:
        self.state.statuses.setdefault(commit, {})[context] = state

    def say(self, number: int, login: str, body: str) -> None:
        """Somebody comments."""
        self.state.say(self.state.threads[number], login, body)

    def merge(self, number: int, method: str = "squash", login: str = "ada") -> str:
        with self._lock:
            return self.pulls.merge(number, method, login)

    def close(self, number: int) -> None:
        with self._lock:
            self.pulls.edit(number, {"state": "closed"})
