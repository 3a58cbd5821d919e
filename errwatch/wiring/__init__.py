"""The composition root: settings -> the parts that do the work. Nothing else imports an adapter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from errwatch import config
from errwatch.classify.rules import RulePack, load_rules
from errwatch.config import Project
from errwatch.detect.frames import FrameRules
from errwatch.errors import ErrwatchError, RulesError, UsageError
from errwatch.eyes import Eyes
from errwatch.group.rules import GroupRule
from errwatch.insight.service import service_of
from errwatch.intake import Memory
from errwatch.interfaces import (
    Analyst,
    FixEngine,
    Followers,
    Positions,
    Repository,
    Sandbox,
    Source,
)
from errwatch.later import later
from errwatch.model.alert import Delivery
from errwatch.model.check import Check
from errwatch.model.conversation import Transcript
from errwatch.model.fix import Fix
from errwatch.model.issue import Issue
from errwatch.model.levels import Level
from errwatch.model.triage import Baseline
from errwatch.pipeline import Reader, read
from errwatch.redact import redactor
from errwatch.render.checkout import Checkout
from errwatch.repository.checkout import checkout_files
from errwatch.repository.git import GitRepository, open_repository
from errwatch.sources.command import Command
from errwatch.sources.files import NOTHING_KNOWN
from errwatch.sources.railway.at_hand import WHOLE
from errwatch.sources.railway.tokens import token_of
from errwatch.sources.remote import is_remote
from errwatch.store.baseline import read_baseline, write_baseline
from errwatch.store.documents import write_document
from errwatch.store.lock import holder, watch_lock
from errwatch.store.sqlite import SqliteStore
from errwatch.triage.ignore import IgnoreRule
from errwatch.triage.window import Window
from errwatch.wiring.choice import Choice
from errwatch.wiring.inputs import (
    Polling,
    open_followers,
    open_sources,
    railway_check,
    service_check,
)

if TYPE_CHECKING:
    from errwatch import parallel
    from errwatch.fix import gates, loop, policy
    from errwatch.sandbox import python
    from errwatch.store import checkup, copies
    from errwatch.wiring import confinement, engines, publishing, watching
else:
    parallel = later("errwatch.parallel")
    gates, loop = later("errwatch.fix.gates"), later("errwatch.fix.loop")
    policy = later("errwatch.fix.policy")
    python, confinement = later("errwatch.sandbox.python"), later("errwatch.wiring.confinement")
    checkup, copies = later("errwatch.store.checkup"), later("errwatch.store.copies")
    engines, watching = later("errwatch.wiring.engines"), later("errwatch.wiring.watching")
    publishing = later("errwatch.wiring.publishing")

__all__ = ["NOTHING_KNOWN", "Polling", "Wiring"]

LARGE = 64 * 1024 * 1024
"""Bytes of input for which it pays to start more processes."""


@dataclass(frozen=True, slots=True)
class Wiring:
    project: Project

    @classmethod
    def here(cls) -> Wiring:
        """For the working directory and the environment. Raises ConfigError."""
        try:
            here = Path.cwd()
        except FileNotFoundError as error:
            msg = "the working directory is gone; change to one that exists"
            raise UsageError(msg) from error
        return cls(config.load(here, os.environ))

    def rules(self) -> RulePack:
        """The user's rules before ours. Raises RulesError."""
        pack = _rules(config.resource("rules.toml"), proven=True)
        for path in reversed(self.project.rules):
            pack = pack.extended_by(_rules(path))
        return pack

    def eyes(self, min_level: Level | None = None, window: Window = Window()) -> Eyes:
        settings = self.project.settings
        frames = FrameRules(in_app=settings.repo.in_app, library=settings.repo.library)
        return Eyes(
            self.rules(),
            frames,
            min_level or settings.min_level,
            window,
            groups=self.groups(),
            addresses=settings.redact.ip_addresses,
            levels=() if min_level else Choice(self.project).levels(),
            zones=Choice(self.project).zones(),
        )

    def groups(self) -> tuple[GroupRule, ...]:
        return tuple(GroupRule(**dict(rule)) for rule in self.project.settings.group)

    def service_of(self) -> Callable[[str], str]:
        """The service that a source belongs to, by its name."""
        return partial(service_of, owners=Choice(self.project).owners())

    def ignores(self) -> tuple[IgnoreRule, ...]:
        return tuple(IgnoreRule(**dict(rule)) for rule in self.project.settings.ignore)

    def baseline(self, path: Path) -> Baseline:
        """Raises BaselineError."""
        return read_baseline(path)

    def save_baseline(self, path: Path, baseline: Baseline) -> None:
        """Raises OutputError."""
        write_baseline(path, baseline)

    def write(self, path: Path, text: str) -> None:
        """Raises OutputError."""
        write_document(path, text)

    def checkout(self) -> Checkout:
        """The files that are checked out here, to find those of a trace among them."""
        return Checkout(checkout_files(self.project.repository))

    def store(self) -> SqliteStore:
        return SqliteStore(self.project.state, repository=str(self.project.repository))

    @property
    def watching(self) -> watching.Watching:
        """What goes on beside the watching."""
        return watching.Watching(self.project.settings, self.project.state.parent)

    def back_up(self, copy: Path) -> None:
        """Raises StateError, StateMismatch."""
        copies.backup(self.project.state, copy)

    def restore(self, copy: Path) -> Path | None:
        """Where the state of before is now. Raises StateError, StateMismatch."""
        return copies.restore(self.project.state, copy)

    def damages(self) -> list[str]:
        """What is not sound in the state. Raises StateError, StateMismatch."""
        return copies.damages(self.project.state)

    def state_checks(self) -> Iterator[Check]:
        """Whether the state is sound, and lies where it is safe."""
        return checkup.checkup(self.project.state)

    def dead_letters(self) -> list[Delivery]:
        """Messages that could not be delivered; none where the state cannot be read."""
        try:
            with SqliteStore(self.project.state, read_only=True) as store:
                return store.dead_letters()
        except ErrwatchError:
            return []

    def watched_by(self) -> str | None:
        """The process that watches into this state."""
        return holder(self.project.state)

    def sandbox_tier(self) -> str:
        """Raises SandboxError where none works, or none as strict as the settings want."""
        return self.sandbox(strict=False).tier

    def sandbox(self, root: Path | None = None, *, strict: bool) -> Sandbox:
        """For commands of the repository with that root. `strict`: one that confines, or none.

        Raises SandboxError where there is none.
        """
        return confinement.open_sandbox(self.project, root, strict=strict)

    @property
    def environment(self) -> Mapping[str, str]:
        """What services are asked with: the variables, and the settings under their names."""
        railway = self.project.settings.railway
        named = {f"{config.PREFIX}RAILWAY_{key.upper()}": value for key, value in railway}
        return {**os.environ, **{name: value for name, value in named.items() if value}}

    def state(self) -> SqliteStore:
        """To read only: one that is not there is empty, and is not made."""
        return SqliteStore(self.project.state, read_only=True)

    def watch_lock(self) -> AbstractContextManager[None]:
        """Raises StateError where another process watches into this state."""
        return watch_lock(self.project.state)

    def inputs(
        self, named: Sequence[str], *, commands: bool = False, services: Sequence[str] = ()
    ) -> list[str]:
        """The inputs that were named, else those of the settings, and, if wanted, their commands;
        without any, what of Railway is at hand; of `services` alone, where any are given. Raises
        UsageError.
        """
        choice = Choice(self.project)
        return choice.inputs(named, self.environment, commands=commands, services=services)

    def sources(
        self, inputs: Sequence[str], known: Positions, *, since: datetime | None = None
    ) -> tuple[list[Source], list[str]]:
        """What the inputs stand for, and a line for each that stands for nothing readable.

        `since` is where services are read from; files are read from their beginning.
        """
        return open_sources(inputs, known, self.environment, since=since)

    def services(self, inputs: Sequence[str]) -> list[str]:
        """Those of the inputs that are no files."""
        return [name for name in inputs if is_remote(name)]

    def service_checks(self, services: Sequence[str]) -> Iterator[Check]:
        """Whether they answer; of Railway also what is found there."""
        used = any(name.startswith(WHOLE) for name in services)
        if used or token_of(self.environment) is not None:
            yield railway_check(self.environment)
        for name in services:
            yield service_check(name, self.environment)

    @contextmanager
    def reader(
        self, sources: Sequence[Source], jobs: int | None, advance: Callable[[int], None]
    ) -> Iterator[Reader]:
        """How to read: with that many processes, or with all cores where it is worth it."""
        if jobs is None:
            jobs = _cores() if sum(source.size() for source in sources) >= LARGE else 1
        if jobs == 1:
            yield partial(read, advance=advance, memory=Memory())
            return
        with ProcessPoolExecutor(jobs) as executor:
            yield parallel.Parallel(executor, jobs, advance=advance).read

    def followers(
        self,
        inputs: Sequence[str],
        known: Positions,
        polling: Polling,
        *,
        min_level: Level | None,
        once: bool,
    ) -> Followers:
        """`min_level`: of all sources; `once`: nobody waits for what is written later."""
        commands = [
            Command(one.name, one.command, 0 if once else one.restarts)
            for one in self.project.settings.source
            if one.command
        ]
        ways = Choice(self.project).ways(min_level=min_level, interval=polling.interval, once=once)
        return open_followers(
            inputs, known, commands, polling, self.environment, ways=ways, once=once
        )

    def publishing(self, tell: Callable[[str], None]) -> publishing.Publishing:
        """Where pull requests are opened."""
        return publishing.Publishing(self.project, self.environment, tell)

    def repository(self, path: Path | None = None) -> GitRepository:
        """Raises RepositoryUnusable."""
        wanted = path or self.project.repository
        return open_repository(wanted, default_branch=self.project.settings.repo.default_branch)

    def repository_of(self, issue: Issue, path: Path | None) -> GitRepository:
        """The one that is named by a path, else the one at hand, if the issue is from there.

        Raises UsageError where it is not, and RepositoryUnusable.
        """
        here = str(self.project.repository)
        if path is None and issue.repository not in (None, here):
            msg = (
                f"{issue.id}: found in {issue.repository}, not in {here}; "
                "go there, or name the repository with --repo"
            )
            raise UsageError(msg)
        return self.repository(path)

    def analyst(self, wanted: engines.Wanted) -> Analyst | None:
        """Who is asked for an opinion of an issue; None without a key."""
        return engines.analyst(self.project.settings, wanted)

    def engines(self, names: Sequence[str], wanted: engines.Wanted) -> list[FixEngine]:
        """The engines of these names, in this order; of none, all that can work here.

        Raises UsageError for one that is unknown, or cannot work here.
        """
        known = names or engines.usual_engines()
        settings = self.project.settings
        return engines.engines(known, settings, self.policy(), wanted, self.state)

    def recorded_engines(self, fix: Fix, record: Callable[[Transcript], None]) -> list[FixEngine]:
        """Those that worked on a fix, to say the same again."""
        settings = self.project.settings
        return engines.recorded_engines(fix, settings, self.policy(), record)

    def policy(self) -> policy.Policy:
        """What a change may touch."""
        settings = self.project.settings.fix
        return policy.Policy(
            deny=(*policy.Policy().deny, *settings.deny),
            max_files=settings.max_files,
            max_lines=settings.max_lines,
        )

    def workshop(
        self,
        repository: Repository,
        *,
        engines: Sequence[FixEngine],
        test: str | None,
        reproduction: str | None,
        dry_run: bool,
        ask: Callable[[str], bool],
        tell: Callable[[str], None],
        book: Sequence[Transcript] = (),
        strict: bool = False,
    ) -> loop.Workshop:
        """What a fix works with. Raises SandboxError where no sandbox works; `strict`: where none
        confines."""
        settings = self.project.settings
        interpreter = python.project_python(repository.root, settings.repo.python)
        return loop.Workshop(
            engines=engines,
            sandbox=self.sandbox(repository.root, strict=strict),
            static_gates=gates.STATIC,
            policy=self.policy(),
            python=interpreter,
            test=test if test is not None else settings.repo.test,
            reproduction=reproduction,
            dry_run=dry_run,
            ask=ask,
            tell=tell,
            book=book,
            hide=redactor(addresses=settings.redact.ip_addresses).redact,
        )


def _rules(path: Path, *, proven: bool = False) -> RulePack:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        msg = f"{path}: cannot be read: {reason}"
        raise RulesError(msg) from error
    return load_rules(text, str(path), proven=proven)


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
