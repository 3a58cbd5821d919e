"""A local Railway: the rules of its GraphQL API, on a real socket, with faults to order."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.servers.http import Answer, Asked, Fault, HttpServer

PROJECT, ENVIRONMENT, STAGING = "p-shop", "e-production", "e-staging"
SERVICES = {"s-api": "api", "s-worker": "worker"}
PROJECT_TOKEN, ACCOUNT_TOKEN = "project-token-of-production", "account-token"

FIELDS = {
    "projectToken": {"projectId", "environmentId"},
    "me": {"name", "email"},
    "projects": {"edges", "node", "id"},
    "project": {"name", "environments", "services", "edges", "node", "id"},
    "deployments": {"edges", "node", "id", "status", "createdAt", "serviceId"},
    "buildLogs": {"timestamp", "message", "severity", "attributes", "key", "value", "tags"}
    | {"serviceId", "deploymentId", "deploymentInstanceId"},
}
FIELDS["environmentLogs"] = FIELDS["buildLogs"]


@dataclass(frozen=True)
class Log:
    ns: int
    message: str
    severity: str = "error"
    service: str = "s-api"
    deployment: str = "d-1"
    replica: str = "r-1"
    environment: str = ENVIRONMENT
    attributes: tuple[tuple[str, str], ...] = ()
    """Besides the level; each value is JSON."""

    def row(self) -> dict[str, Any]:
        attributes = [{"key": "level", "value": json.dumps(self.severity)}]
        attributes += [{"key": key, "value": value} for key, value in self.attributes]
        tags = {
            "serviceId": self.service,
            "deploymentId": self.deployment,
            "deploymentInstanceId": self.replica,
        }
        return {
            "timestamp": moment(self.ns),
            "message": self.message,
            "severity": self.severity,
            "tags": tags,
            "attributes": attributes,
        }


@dataclass(frozen=True)
class Deployed:
    id: str
    status: str
    created: int
    """Nanoseconds since 1970."""
    service: str = "s-api"
    build: tuple[str, ...] = ()


class Refused(Exception):
    """An error of GraphQL; the status is 200 all the same."""


@dataclass
class RailwayServer(HttpServer):
    """Logs may be in any order; whoever asks has a token of the environment, or of the account."""

    logs: list[Log] = field(default_factory=list)
    deployments: list[Deployed] = field(default_factory=list)
    most: int = 5_000
    """Logs of one answer, beyond which it says no."""
    cut: int | None = None
    """Logs of one answer, beyond which it says nothing and leaves out the older ones."""
    one_more: bool = True
    """It gives one more than it was asked for, as Railway does."""
    digits: int = 9
    """Of the fractions of a second that it understands."""
    shuffled: random.Random | None = None
    project_tokens: dict[str, str] = field(default_factory=lambda: {PROJECT_TOKEN: ENVIRONMENT})
    account_tokens: set[str] = field(default_factory=lambda: {ACCOUNT_TOKEN})
    budget: int | None = None
    """Questions of one hour."""
    clock: Callable[[], float] = time.time
    faults: list[Fault | float | None] = field(default_factory=list)
    """In place of the next answers; a number is the seconds that it takes, None is no fault."""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What was asked for, and with which variables."""
    _spent: dict[int, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"{self.root}/graphql/v2"

    def reply(self, asked: Asked) -> Answer | None:
        status, headers, body = self.answer(asked.path, asked.body, asked.headers)
        answer = Answer(status, body, headers)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, float):
            time.sleep(fault)
            return answer
        return fault.spoil(answer) if fault else answer

    def answer(
        self, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], str]:
        limits = self._limits()
        kind = {"Content-Type": "application/json"}
        if path != "/graphql/v2":
            return 404, kind, '{"message":"Not Found"}'
        if "Retry-After" in limits:
            return 429, kind | limits, '{"message":"You are being ratelimited"}'
        asked = json.loads(body)
        try:
            root = _checked(asked["query"], asked["variables"])
            self.asked.append((root, asked["variables"]))
            data = {root: self._resolve(root, asked["variables"], headers)}
        except Refused as error:
            failed = {"data": None, "errors": [{"message": str(error), "path": ["x"]}]}
            return 200, kind | limits, json.dumps(failed)
        return 200, kind | limits, json.dumps({"data": data})

    def _limits(self) -> dict[str, str]:
        if self.budget is None:
            return {}
        hour = int(self.clock() // 3600)
        self._spent[hour] = self._spent.get(hour, 0) + 1
        left = self.budget - self._spent[hour]
        end = (hour + 1) * 3600
        limits = {
            "X-RateLimit-Limit": str(self.budget),
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": str(end),
        }
        return limits if left >= 0 else limits | {"Retry-After": str(int(end - self.clock()))}

    def _resolve(self, root: str, asked: dict[str, Any], headers: Mapping[str, str]) -> Any:
        environments = self._allowed(root, headers)
        match root:
            case "projectToken":
                return {"projectId": PROJECT, "environmentId": environments[0]}
            case "me":
                return {"name": "Ada", "email": "ada@example.invalid"}
            case "projects":
                return _edges([{"id": PROJECT}])
            case "project":
                _require(asked["id"] == PROJECT)
                named = {ENVIRONMENT: "production", STAGING: "staging"}
                return {
                    "name": "shop",
                    "environments": _edges({"id": i, "name": n} for i, n in named.items()),
                    "services": _edges({"id": i, "name": n} for i, n in SERVICES.items()),
                }
            case "deployments":
                wanted = asked["input"]
                _require(wanted["environmentId"] in environments)
                _require(wanted["projectId"] == PROJECT)
                return self._deployments(wanted, asked["first"])
            case "buildLogs":
                return self._build(asked)
        _require(asked["environmentId"] in environments)
        return self._logs(asked)

    def _allowed(self, root: str, headers: Mapping[str, str]) -> list[str]:
        token = headers.get("project-access-token")
        if token is not None:
            _require(token in self.project_tokens, "Project Token not found")
            _require(root not in ("me", "projects"))
            return [self.project_tokens[token]]
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        _require(bearer in self.account_tokens and root != "projectToken")
        return [ENVIRONMENT, STAGING]

    def _deployments(self, wanted: dict[str, Any], first: int) -> dict[str, Any]:
        found = [
            one
            for one in sorted(self.deployments, key=lambda one: -one.created)
            if wanted.get("serviceId") in (None, one.service)
        ]
        return _edges(
            {
                "id": one.id,
                "status": one.status,
                "createdAt": moment(one.created)[:23] + "Z",
                "serviceId": one.service,
            }
            for one in found[:first]
        )

    def _build(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        (one,) = [one for one in self.deployments if one.id == asked["deploymentId"]]
        lines = [
            Log(one.created + 10**9 * n, line, "info", one.service, one.id, "")
            for n, line in enumerate(one.build)
        ]
        return [line.row() for line in lines[-asked["limit"] :]]

    def _logs(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """The newest up to the anchor, back to `beforeDate`."""
        limit = asked["beforeLimit"]
        _require(limit <= self.most, f"beforeLimit must not be more than {self.most}")
        _require(asked["afterLimit"] == 0, "Problem processing request")
        _require(asked["anchorDate"] == asked["afterDate"], "Problem processing request")
        limit = min(limit, self.cut or limit)
        oldest, newest = (self._ns(asked[name]) for name in ("beforeDate", "anchorDate"))
        passes = _filter(asked["filter"])
        found = [
            one
            for one in sorted(self.logs, key=lambda one: one.ns)
            if oldest <= one.ns < newest and one.environment == asked["environmentId"]
        ]
        found = [one for one in found if passes(one)][-limit - self.one_more :]
        if self.shuffled is not None:
            self.shuffled.shuffle(found)
        return [one.row() for one in found]

    def _ns(self, date: str) -> int:
        found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z", date)
        _require(found is not None, "Invalid date")
        assert found is not None
        seconds = int(datetime.fromisoformat(found[1] + "Z").timestamp())
        step: int = 10 ** (9 - self.digits)
        return seconds * 10**9 + int(found[2]) // step * step


def _checked(query: str, variables: dict[str, Any]) -> str:
    """The one thing that is asked for; with no field and no variable that there is not."""
    declared = dict(re.findall(r"\$(\w+): ([\w!]+)", query))
    _require(set(variables) <= set(declared), "Variable is not declared")
    for name, kind in declared.items():
        given = not kind.endswith("!") or variables.get(name) is not None
        _require(given, f'Variable "${name}" of required type "{kind}" was not provided.')
    body = query.partition("{")[2]
    words = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", body))
    root, rest = str(words[0]), set(words[1:])
    _require(rest <= FIELDS.get(root, set()), f"Cannot query field {rest} on {root}")
    return root


def _require(holds: bool, why: str = "Not Authorized") -> None:
    if not holds:
        raise Refused(why)


def _filter(text: str) -> Callable[[Log], bool]:
    """`@service:ID` and `replica:ID`, with `-` and AND."""
    terms = []
    for word in text.split(" AND ") if text else []:
        found = re.fullmatch(r"(-?)(?:@(service)|(replica)):([\w-]+)", word)
        _require(found is not None, "Invalid filter")
        assert found is not None
        terms.append((found[1] == "-", found[2] or found[3], found[4]))
    return lambda one: all((getattr(one, name) == id_) is not no for no, name, id_ in terms)


def _edges(nodes: Any) -> dict[str, Any]:
    return {"edges": [{"node": node} for node in nodes]}


def moment(ns: int) -> str:
    day = datetime.fromtimestamp(ns // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{day}.{ns % 10**9:09}Z"
