"""What of Railway can be reached, and what to do where it is less than was meant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from errwatch.errors import ErrwatchError, SourceError
from errwatch.model.check import Check, Condition
from errwatch.sources.railway.api import ADVICE, Api, Denied
from errwatch.sources.railway.at_hand import PROGRAM, linked
from errwatch.sources.railway.target import SCOPE, Wanted, find, names_of
from errwatch.sources.railway.tokens import VARIABLES, Kind, token_of

NAME = "railway"
PROJECTS = "query { projects { edges { node { id } } } }"
"""What tokens of an account and of a workspace may ask, and those of a project may not."""

PROOF = {Kind.PROJECT: SCOPE, Kind.ACCOUNT: PROJECTS}
"""What only a token of that kind may ask."""

SERVICES = 10
"""That are named."""


def checkup(environment: Mapping[str, str]) -> Check:
    """Which project and environment are read, with what; shows no token."""
    token = token_of(environment)
    if token is None:
        return _program(environment)
    kind, secret = token
    try:
        return Check(NAME, Condition.GOOD, _found(environment))
    except Denied as error:
        other = Kind.ACCOUNT if kind is Kind.PROJECT else Kind.PROJECT
        advice = ADVICE[kind]
        if _is(other, secret, environment):
            advice = f"{VARIABLES[kind]} holds a {other.value}: set {VARIABLES[other]} in its place"
        return Check(NAME, Condition.BAD, str(error), advice)
    except ErrwatchError as error:
        return Check(NAME, Condition.BAD, str(error), "check the token, the names and the network")


def _found(environment: Mapping[str, str]) -> str:
    """Raises SourceError, UsageError."""
    api, wanted = Api(NAME, environment), Wanted.of("", environment)
    with api.client() as client:
        ask = partial(api.ask, client)
        target = find(wanted, api.kind, ask, NAME)
        project = names_of(target.project, ask, NAME)
    place = project.environments.get(target.environment, target.environment)
    services = ", ".join(sorted(project.services.values())[:SERVICES]) or "none"
    found = f"{api.kind.value}: {project.name}, environment {place}, services {services}"
    if api.budget.limit is not None and api.budget.left is not None:
        found += f"; {api.budget.left:,} of {api.budget.limit:,} questions are left"
    return found


def _is(kind: Kind, secret: str, environment: Mapping[str, str]) -> bool:
    """Whether a token is of that kind, whatever variable it stands in."""
    others = {name: value for name, value in environment.items() if name not in VARIABLES.values()}
    api = Api(NAME, {**others, VARIABLES[kind]: secret})
    try:
        with api.client() as client:
            api.ask(client, PROOF[kind])
    except SourceError:
        return False
    return True


def _program(environment: Mapping[str, str]) -> Check:
    if linked(environment):
        advice = (
            "a RAILWAY_TOKEN also tells replicas apart, and asks less often and for all services"
        )
        found = f"no token; `{PROGRAM}` is logged in, and is asked for the linked project"
        return Check(NAME, Condition.WARNING, found, advice)
    advice = "set RAILWAY_TOKEN to a project token (Project Settings, Tokens)"
    found = f"no token, and `{PROGRAM}` is not logged in or knows no project for this folder"
    return Check(NAME, Condition.BAD, found, advice)
