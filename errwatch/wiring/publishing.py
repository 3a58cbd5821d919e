"""Settings and the environment -> where pull requests are opened: a forge, or a folder."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from errwatch.config import Project
from errwatch.errors import ErrwatchError, RepositoryUnusable, UsageError
from errwatch.following import Follower, Quiet
from errwatch.forge.connect import App, Token, connect
from errwatch.forge.dry_run import DryRunForge, DryRunUpstream
from errwatch.forge.local import LocalForge
from errwatch.forge.site import GITHUB, Site, site_of
from errwatch.interfaces import Forge, Store, Upstream
from errwatch.model.check import Check, Condition
from errwatch.model.pull_request import Reviewers
from errwatch.propose.limits import Limits
from errwatch.propose.publish import Desk, Manners
from errwatch.publishing import Press
from errwatch.repository.git import GitRepository
from errwatch.store.lock import publish_lock

FOLDER = "pull-requests"
"""What the folder beside the state is called where no forge is known."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A repository as a fix is to start from, and where that is published."""

    repository: GitRepository
    press: Press
    remote: bool
    """Whether there is a forge to talk to."""


@dataclass(frozen=True, slots=True)
class Publishing:
    project: Project
    environment: Mapping[str, str]
    tell: Callable[[str], None]

    def shop(self, repository: GitRepository, *, dry_run: bool, again: bool) -> Shop:
        """The start is the default branch as it is upstream now. Raises UsageError, ForgeError,
        GitError."""
        credentials, site = self._credentials(), self._site(repository)
        if credentials is not None and site is None:
            self.tell(
                f"{credentials.name} is not used: origin is no repository of "
                f"{self.project.settings.forge.url or GITHUB}; set forge.repository to owner/name"
            )
        if credentials is None or site is None:
            return self._local(repository, dry_run=dry_run, again=again)
        connection = connect(site, credentials, sleep=time.sleep, now=_now)
        if not dry_run:
            connection.forge.expect_rights()
        upstream = repository.upstream(
            site.clone_url, connection.token, credentials.name, time.sleep
        )
        base = self.project.settings.repo.default_branch or connection.forge.default_branch()
        start = upstream.fetch(base)
        if start is None:
            msg = f"{site.name} has no branch {base}; set [repo] default_branch"
            raise RepositoryUnusable(msg)
        desk = self._desk(connection.forge, upstream, base, dry_run=dry_run, again=again)
        press = self._press(desk, site.owner, dry_run=dry_run)
        return Shop(repository.starting_at(start.commit), press, remote=True)

    def follower(self, shop: Shop, store: Store) -> Follower:
        said = self.project.settings.follow
        quiet = Quiet(
            factor=-math.log(1 - said.confidence),
            shortest=timedelta(hours=said.shortest_hours),
            longest=timedelta(days=said.longest_days),
            deployment=timedelta(minutes=said.deployment_minutes),
        )
        return Follower(store, shop.repository, shop.press.desk, quiet, _now, self.tell)

    def check(self, repository: GitRepository) -> Check:
        """Whether pull requests can be opened."""
        where = "forge"
        try:
            credentials, site = self._credentials(), self._site(repository)
            if credentials is None:
                variable = self.project.settings.forge.token_variable
                found = f"no token: fixes are branches, and patches in {self._folder()}"
                advice = f"set {variable} to a token that may write contents and pull requests"
                return Check(where, Condition.GOOD, found, advice)
            if site is None:
                found = "a token, and no repository of a forge"
                return Check(where, Condition.WARNING, found, "set forge.repository to owner/name")
            branch = connect(site, credentials, sleep=time.sleep, now=_now).forge.default_branch()
        except ErrwatchError as error:
            return Check(where, Condition.BAD, str(error), "see docs/pull-requests.md")
        return Check(where, Condition.GOOD, f"{site.name}: answers; default branch {branch}")

    def _local(self, repository: GitRepository, *, dry_run: bool, again: bool) -> Shop:
        base = repository.default_branch()
        forge = LocalForge(self._folder(), base, _now)
        upstream = repository.local_upstream()
        desk = self._desk(forge, upstream, base, dry_run=dry_run, again=again)
        return Shop(repository, self._press(desk, None, dry_run=dry_run), remote=False)

    def _desk(
        self, forge: Forge, upstream: Upstream, base: str, *, dry_run: bool, again: bool
    ) -> Desk:
        settings = self.project.settings.pull_request
        manners = Manners(draft=settings.draft, labels=settings.labels, again=again)
        if dry_run:
            forge, upstream = DryRunForge(forge, self.tell), DryRunUpstream(upstream, self.tell)
        return Desk(forge, upstream, base, manners, self.tell)

    def _press(self, desk: Desk, organisation: str | None, *, dry_run: bool) -> Press:
        names = self.project.settings.pull_request.reviewers
        chosen = None
        if names is not None:
            teams = tuple(name.partition("/")[2] for name in names if "/" in name)
            chosen = Reviewers(tuple(name for name in names if "/" not in name), teams)
        lock: Callable[[], AbstractContextManager[None]]
        lock = nullcontext if dry_run else partial(publish_lock, self.project.state)
        said = self.project.settings.pull_request
        limits = Limits(said.most_open, said.per_hour, said.per_day)
        return Press(desk, organisation, chosen, lock, limits, keeps=not dry_run)

    def _credentials(self) -> Token | App | None:
        """Raises UsageError where an app has no key."""
        settings = self.project.settings.forge
        if settings.app_id is not None:
            key = self.environment.get(settings.app_key_variable)
            if not key:
                msg = f"forge.app_id: set {settings.app_key_variable} to the app's private key"
                raise UsageError(msg)
            return App(settings.app_id, settings.app_key_variable, key)
        value = self.environment.get(settings.token_variable, "").strip()
        return Token(settings.token_variable, value) if value else None

    def _site(self, repository: GitRepository) -> Site | None:
        settings = self.project.settings.forge
        if settings.repository is not None:
            return Site(settings.url or GITHUB, settings.repository)
        return site_of(repository.origin() or "", settings.url)

    def _folder(self) -> Path:
        state = self.project.state
        return state.with_name(f"{state.stem}-{FOLDER}")


def _now() -> datetime:
    return datetime.now(UTC)
