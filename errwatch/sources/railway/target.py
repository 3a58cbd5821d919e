"""Which project, environment and service of Railway is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from errwatch.errors import SourceError
from errwatch.sources.railway.tokens import Kind

SCOPE = "query { projectToken { projectId environmentId } }"
PROJECT = """query project($id: String!) {
  project(id: $id) {
    name
    environments { edges { node { id name } } }
    services { edges { node { id name } } }
  }
}"""

Question = Callable[..., dict[str, object]]
"""Asks the API, as `Api.ask` with its client. Raises SourceError."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """By name or id; empty where nothing was said of it."""

    service: str = ""
    project: str = ""
    environment: str = ""
    own: str = ""
    """The service that errwatch itself runs as, whose lines are not read."""

    @classmethod
    def of(cls, service: str, environment: Mapping[str, str]) -> Wanted:
        """What stands in the settings of errwatch comes before what Railway itself sets."""
        inside = "RAILWAY_REPLICA_ID" in environment
        own = environment.get("RAILWAY_SERVICE_ID", "")
        return cls(
            service=service or ("" if inside else own),
            project=_either(environment, "PROJECT"),
            environment=_either(environment, "ENVIRONMENT"),
            own=own if inside else "",
        )


@dataclass(frozen=True, slots=True)
class Target:
    """By id."""

    project: str
    environment: str
    service: str = ""
    own: str = ""

    @property
    def filter(self) -> str:
        """In Railway's query syntax."""
        if self.service:
            return f"@service:{self.service}"
        return f"-@service:{self.own}" if self.own else ""

    def has(self, service: str | None) -> bool:
        """Whether what comes from that service is wanted."""
        return service is None or (service == (self.service or service) and service != self.own)


@dataclass(frozen=True, slots=True)
class Project:
    """Names, by id."""

    name: str
    environments: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)


def find(wanted: Wanted, kind: Kind, ask: Question, name: str) -> Target:
    """Raises SourceError that says what there is, where nothing is called that."""
    own = "" if wanted.service else wanted.own
    project, environment = wanted.project, ""
    if kind is Kind.PROJECT:
        project, environment = of_token(ask, name)
        if not wanted.service and not wanted.environment:
            return Target(project, environment, own=own)
    if not project:
        msg = f"{name}: say which project with RAILWAY_PROJECT_ID"
        raise SourceError(msg)
    names = names_of(project, ask, name)
    if wanted.environment or not environment:
        named = _one("environment", wanted.environment, names.environments, name)
        if environment not in ("", named):
            theirs = names.environments.get(environment, environment)
            msg = f"{name}: RAILWAY_TOKEN is for the environment {theirs}, not {wanted.environment}"
            raise SourceError(msg)
        environment = named
    service = _one("service", wanted.service, names.services, name) if wanted.service else ""
    return Target(project, environment, service, own)


def of_token(ask: Question, name: str) -> tuple[str, str]:
    """Project and environment of a project token. Raises SourceError."""
    found = ask(SCOPE).get("projectToken")
    ids = (found.get("projectId"), found.get("environmentId")) if isinstance(found, dict) else ()
    if len(ids) != 2 or not all(isinstance(one, str) and one for one in ids):
        raise _strange(name)
    return str(ids[0]), str(ids[1])


def names_of(project: str, ask: Question, name: str) -> Project:
    """Raises SourceError."""
    found = ask(PROJECT, id=project).get("project")
    if not isinstance(found, dict):
        raise _strange(name)
    try:
        return Project(str(found["name"]), _nodes(found["environments"]), _nodes(found["services"]))
    except (KeyError, TypeError) as error:
        raise _strange(name) from error


def _nodes(connection: Mapping[str, list[dict[str, dict[str, str]]]]) -> dict[str, str]:
    nodes = [edge["node"] for edge in connection["edges"]]
    return {node["id"]: node["name"] for node in nodes}


def _one(what: str, wanted: str, names: Mapping[str, str], name: str) -> str:
    """The id; the only one there is, where none was named."""
    if wanted in names or (not wanted and len(names) == 1):
        return wanted or next(iter(names))
    found = [id_ for id_, one in names.items() if one.lower() == wanted.lower()]
    if len(found) == 1:
        return found[0]
    there = ", ".join(sorted(names.values())[:20]) or "none"
    msg = f"{name}: no {what} is called {wanted}; there is {there}"
    if not wanted:
        msg = f"{name}: say which {what} with RAILWAY_{what.upper()}_ID; there is {there}"
    raise SourceError(msg)


def _either(environment: Mapping[str, str], what: str) -> str:
    ours, theirs = f"ERRWATCH_RAILWAY_{what}", f"RAILWAY_{what}_ID"
    return (environment.get(ours) or environment.get(theirs, "")).strip()


def _strange(name: str) -> SourceError:
    return SourceError(f"{name}: the answer is not one of Railway's API")
