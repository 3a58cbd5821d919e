"""Credentials -> a forge that uses them, and the token for git. They are in no text of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from errwatch.errors import UsageError
from errwatch.forge.caller import Caller
from errwatch.forge.github import GitHubForge
from errwatch.forge.site import Site
from errwatch.forge.trouble import Doing, Interpreter

if TYPE_CHECKING:
    from github import Github
    from github.Auth import AppAuth, Auth

TIMEOUT = 20
"""Seconds for one answer."""


@dataclass(frozen=True, slots=True)
class Token:
    variable: str
    value: str = field(repr=False)

    @property
    def name(self) -> str:
        return f"the token in {self.variable}"


@dataclass(frozen=True, slots=True)
class App:
    """An app that is installed for the repository."""

    id: str
    variable: str
    key: str = field(repr=False)
    """PEM."""

    @property
    def name(self) -> str:
        return f"the app {self.id} with the key in {self.variable}"


@dataclass(frozen=True, slots=True)
class Connection:
    forge: GitHubForge
    token: Callable[[], str]
    """For git; that of an app lasts an hour, so ask each time."""


def connect(
    site: Site,
    credentials: Token | App,
    *,
    sleep: Callable[[float], None],
    now: Callable[[], datetime],
) -> Connection:
    """Raises UsageError, and ForgeError where an app is not installed there."""
    caller = Caller(Interpreter(site, credentials.name), sleep, now)
    auth = _auth(site, credentials, caller)
    client = _client(site, auth)
    forge = GitHubForge(site, client, credentials.name, sleep=sleep, now=now)
    doing = Doing("get a token", "to be installed there")
    return Connection(forge, lambda: caller.ask(doing, lambda: auth.token))


def _client(site: Site, auth: Auth) -> Github:
    """One that repeats nothing and never waits: `Caller` does both."""
    from github import Github

    return Github(
        auth=auth,
        base_url=site.api,
        timeout=TIMEOUT,
        per_page=100,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )


def _auth(site: Site, credentials: Token | App, caller: Caller) -> Auth:
    from github import Auth

    if isinstance(credentials, Token):
        return Auth.Token(credentials.value)
    return _installed(site, Auth.AppAuth(credentials.id, credentials.key), credentials, caller)


def _installed(site: Site, app: AppAuth, credentials: App, caller: Caller) -> Auth:
    from github import GithubIntegration
    from jwt import PyJWTError

    owner, _, name = site.repository.partition("/")
    doing = Doing("find where the app is installed", "to be installed there")
    integration = GithubIntegration(
        auth=app,
        base_url=site.api,
        timeout=TIMEOUT,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    try:
        found = caller.ask(doing, lambda: integration.get_repo_installation(owner, name))
    except (PyJWTError, ValueError) as error:
        msg = f"{credentials.variable}: not the private key of an app, in PEM"
        raise UsageError(msg) from error
    return app.get_installation_auth(found.id)
