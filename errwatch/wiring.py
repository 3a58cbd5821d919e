"""The composition root: settings -> the parts that do the work. Nothing else imports an adapter."""

from __future__ import annotations

import os
import resource
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from io import BufferedReader
from pathlib import Path

from errwatch import config
from errwatch.classify.rules import RulePack, load_rules
from errwatch.config import AlertSettings, NotifySettings, Project
from errwatch.daemon.alerter import Tempo
from errwatch.daemon.housekeeper import Keeping
from errwatch.daemon.metrics import machine
from errwatch.detect.frames import FrameRules
from errwatch.errors import ErrwatchError, RulesError, UsageError
from errwatch.fix.gates import STATIC
from errwatch.fix.loop import Workshop
from errwatch.fix.policy import Policy
from errwatch.interfaces import FixEngine, Followers, Notifier, Positions, Repository, Source
from errwatch.model.alert import AlertRule, Delivery, Kind
from errwatch.model.check import Check
from errwatch.model.levels import Level, Severity
from errwatch.model.position import FilePosition
from errwatch.model.triage import Baseline
from errwatch.notifiers.apprise import Apprise
from errwatch.notifiers.webhook import Webhook
from errwatch.notifiers.worded import Worded
from errwatch.parallel import Parallel
from errwatch.pipeline import Eyes, Reader, read
from errwatch.render.checkout import Checkout
from errwatch.repository.checkout import checkout_files
from errwatch.repository.git import open_repository
from errwatch.respond.autofix import AutoFixPolicy
from errwatch.respond.meter import Manners, Quiet
from errwatch.respond.storm import StormPolicy
from errwatch.sandbox.local import Limits, best_sandbox
from errwatch.sandbox.python import project_python
from errwatch.sources.expand import expand
from errwatch.sources.fleet import DOZE, Fleet
from errwatch.sources.vanished import vanished
from errwatch.store.baseline import read_baseline, write_baseline
from errwatch.store.checkup import checkup
from errwatch.store.lock import holder, watch_lock
from errwatch.store.sqlite import SqliteStore
from errwatch.triage.ignore import IgnoreRule
from errwatch.triage.window import Window

LARGE = 64 * 1024 * 1024
"""Bytes of input for which it pays to start more processes."""


FILES, RESERVE = 65_536, 128
"""File descriptors that a watch asks for, and how many of them are not for logs."""


class _NothingKnown:
    """What is known of files where there is no state."""

    def position(self, device: int, inode: int) -> FilePosition | None:
        return None

    def positions(self, path: str) -> list[FilePosition]:
        return []


NOTHING_KNOWN = _NothingKnown()

DEFAULT_ALERTS = (
    AlertRule("new issues", Kind.NEW, min_severity=Severity.MEDIUM),
    AlertRule("issues that are back", Kind.REGRESSED, min_severity=Severity.MEDIUM),
)


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
        pack = _rules(config.resource("rules.toml"))
        for path in reversed(self.project.rules):
            pack = pack.extended_by(_rules(path))
        return pack

    def eyes(self, min_level: Level | None = None, window: Window = Window()) -> Eyes:
        settings = self.project.settings
        frames = FrameRules(in_app=settings.repo.in_app, library=settings.repo.library)
        return Eyes(self.rules(), frames, min_level or settings.min_level, window)

    def ignores(self) -> tuple[IgnoreRule, ...]:
        return tuple(IgnoreRule(**dict(rule)) for rule in self.project.settings.ignore)

    def baseline(self, path: Path) -> Baseline:
        """Raises BaselineError."""
        return read_baseline(path)

    def save_baseline(self, path: Path, baseline: Baseline) -> None:
        """Raises OutputError."""
        write_baseline(path, baseline)

    def checkout(self) -> Checkout:
        """The files that are checked out here, to find those of a trace among them."""
        return Checkout(checkout_files(self.project.repository))

    def store(self) -> SqliteStore:
        return SqliteStore(self.project.state, repository=str(self.project.repository))

    def keeping(self) -> Keeping:
        """What the state keeps for how long: all that an alert looks back at, in any case."""
        days = {name: timedelta(days=n) for name, n in self.project.settings.retention}
        reach = max(
            (rule.window + rule.history for rule in self.alert_rules()), default=timedelta()
        )
        for name in ("fine", "heard"):
            days[name] = max(days[name], reach)
        return Keeping(**days)

    def vanished(self, positions: Sequence[FilePosition]) -> list[FilePosition]:
        """Those whose files are gone from the disk."""
        return vanished(positions)

    def autofix_policy(self) -> AutoFixPolicy:
        settings = self.project.settings.autofix
        return AutoFixPolicy(
            min_severity=settings.min_severity,
            min_count=settings.min_count,
            per_day=settings.per_day,
            timeout=settings.timeout,
            storm=StormPolicy(
                window=timedelta(seconds=settings.storm_window),
                issues=settings.storm_issues,
                one_cause=settings.storm_one_cause,
            ),
        )

    def alert_rules(self) -> tuple[AlertRule, ...]:
        """Those of the settings; without any, what is new or back."""
        return tuple(map(_alert_rule, self.project.settings.alert)) or DEFAULT_ALERTS

    def alert_manners(self) -> Manners:
        settings = self.project.settings.alerts
        quiet = None
        if settings.quiet_hours is not None:
            begin, end = map(time_of_day.fromisoformat, settings.quiet_hours.split("-"))
            quiet = Quiet(begin, end)
        return Manners(quiet, timedelta(seconds=settings.max_age))

    def alert_tempo(self) -> Tempo:
        settings = self.project.settings.alerts
        return Tempo(
            together=timedelta(seconds=settings.together), digest=timedelta(seconds=settings.digest)
        )

    def notifiers(self, environment: Mapping[str, str]) -> dict[str, Notifier]:
        """Channel -> what delivers through it. Raises UsageError."""
        return {one.name: _notifier(one, environment) for one in self.project.settings.notify}

    def channels(self, severity: Severity) -> tuple[str, ...]:
        """Those that a message of this severity goes to."""
        settings = self.project.settings.notify
        return tuple(one.name for one in settings if severity.rank >= one.min_severity.rank)

    def metrics(self) -> dict[str, float]:
        """Figures of the machine, where a rule asks for them."""
        asked = any(rule.metric not in (None, "success") for rule in self.project.settings.alert)
        return machine(self.project.state.parent) if asked else {}

    def state_checks(self) -> Iterator[Check]:
        """Whether the state is sound, and lies where it is safe."""
        return checkup(self.project.state)

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
        """Raises SandboxError where none works."""
        return best_sandbox().tier

    def watch_lock(self) -> AbstractContextManager[None]:
        """Raises StateError where another process watches into this state."""
        return watch_lock(self.project.state)

    def inputs(self, named: Sequence[str]) -> list[str]:
        """The inputs that were named, else those of the settings. Raises UsageError."""
        inputs = list(named) or [self._local(name) for name in self.project.settings.inputs]
        if "" in inputs:
            msg = "an input is empty: a variable that is not set, perhaps?"
            raise UsageError(msg)
        if not inputs:
            msg = "nothing to read: name a file, a directory, a glob or -, or set inputs"
            raise UsageError(msg)
        return inputs

    def sources(self, inputs: Sequence[str], known: Positions) -> tuple[list[Source], list[str]]:
        """What the inputs stand for, and a line for each that stands for nothing readable."""
        found = expand(inputs, known, _stdin())
        return list(found.sources), [str(failure) for failure in found.failures]

    @contextmanager
    def reader(
        self, sources: Sequence[Source], jobs: int | None, advance: Callable[[int], None]
    ) -> Iterator[Reader]:
        """How to read: with that many processes, or with all cores where it is worth it."""
        if jobs is None:
            jobs = _cores() if sum(source.size() for source in sources) >= LARGE else 1
        if jobs == 1:
            yield partial(read, advance=advance)
            return
        with ProcessPoolExecutor(jobs) as executor:
            yield Parallel(executor, jobs, advance=advance).read

    def followers(
        self, inputs: Sequence[str], known: Positions, *, from_start: bool, once: bool
    ) -> Followers:
        """`once`: nobody waits for what is written later."""
        return Fleet(
            inputs,
            known,
            from_start=from_start,
            clock=time.monotonic,
            own=_own_output(),
            most_open=_most_open(),
            doze=0.0 if once else DOZE,
        )

    def _local(self, name: str) -> str:
        return name if name == "-" else str(self.project.root / name)

    def repository(self, path: Path | None = None) -> Repository:
        """Raises RepositoryUnusable."""
        wanted = path or self.project.repository
        return open_repository(wanted, default_branch=self.project.settings.repo.default_branch)

    def engines(self, names: Sequence[str]) -> list[FixEngine]:
        """The engines of these names, in this order. Raises UsageError for an unknown one."""
        from errwatch.fix.recipes import RecipeEngine  # libcst is slow to import

        known: dict[str, FixEngine] = {"recipes": RecipeEngine()}
        unknown = [name for name in names if name not in known]
        if unknown:
            msg = f"{unknown[0]}: no such engine; there is {', '.join(known)}"
            raise UsageError(msg)
        return [known[name] for name in names]

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
    ) -> Workshop:
        """What a fix works with. Raises SandboxError where no sandbox works."""
        settings = self.project.settings
        policy = Policy(
            deny=(*Policy().deny, *settings.fix.deny),
            max_files=settings.fix.max_files,
            max_lines=settings.fix.max_lines,
        )
        python = project_python(repository.root, settings.repo.python)
        return Workshop(
            engines=engines,
            sandbox=best_sandbox(Limits(seconds=settings.fix.timeout), python=python),
            static_gates=STATIC,
            policy=policy,
            python=python,
            test=test if test is not None else settings.repo.test,
            reproduction=reproduction,
            dry_run=dry_run,
            ask=ask,
            tell=tell,
        )


def _rules(path: Path) -> RulePack:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        msg = f"{path}: cannot be read: {reason}"
        raise RulesError(msg) from error
    return load_rules(text, str(path))


def _alert_rule(settings: AlertSettings) -> AlertRule:
    values = dict(settings)
    lengths = ("window", "history", "cooldown", "longest_cooldown")
    values |= {name: timedelta(seconds=values[name]) for name in lengths}
    return AlertRule(kind=values.pop("on"), **values)


def _notifier(settings: NotifySettings, environment: Mapping[str, str]) -> Notifier:
    """Raises UsageError, with nothing of the address in it."""
    for variable in filter(None, (settings.variable, settings.secret)):
        if not environment.get(variable):
            msg = f"notify.{settings.name}: the environment variable {variable} is not set"
            raise UsageError(msg)
    address = environment[settings.variable]
    try:
        if address.startswith(("http://", "https://")):
            secret = environment[settings.secret] if settings.secret else None
            return Worded(Webhook(address, secret, _now), settings.title, settings.body)
        return Worded(Apprise(address), settings.title, settings.body)
    except UsageError as error:
        msg = f"notify.{settings.name}: {error}"
        raise UsageError(msg) from error


def _now() -> datetime:
    return datetime.now(UTC)


def _most_open() -> int:
    """Log files that may be open at once: all that the system lets us have, but for a reserve."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(8, min(soft, FILES) - RESERVE)


def _own_output() -> list[tuple[int, int]]:
    """Device and inode of the files that standard output and error go to."""
    found = []
    for descriptor in (1, 2):
        with suppress(OSError):  # closed
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode):
                found.append((status.st_dev, status.st_ino))
    return found


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _stdin() -> BufferedReader | None:
    """None where it is closed: a daemon's may be."""
    return sys.stdin.buffer if sys.stdin else None  # type: ignore[return-value]
