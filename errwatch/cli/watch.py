"""`errwatch watch`."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from errwatch.cli.output import show, terminal_width
from errwatch.cli.when import moment
from errwatch.daemon.alerter import Alerter
from errwatch.daemon.announcer import Announcer
from errwatch.daemon.child import fixing, following
from errwatch.daemon.courier import Courier
from errwatch.daemon.fixer import Fixer
from errwatch.daemon.health import HealthFile
from errwatch.daemon.housekeeper import Housekeeper, Kept
from errwatch.daemon.log import LogFormat, OwnLog
from errwatch.daemon.manager import ServiceManager
from errwatch.daemon.service import Service, Task
from errwatch.daemon.signals import Signals
from errwatch.daemon.syncer import Syncer
from errwatch.daemon.wake import Wake
from errwatch.errors import ErrwatchError, UsageError
from errwatch.interfaces import Followers, Positions, Store
from errwatch.model.issue import Issue
from errwatch.model.levels import Level
from errwatch.model.pull_request import followed
from errwatch.pipeline import classify
from errwatch.render.live import row, whole_line
from errwatch.triage.ignore import ignored
from errwatch.watcher import Watcher
from errwatch.wiring import Polling, Wiring

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class Origin(StrEnum):
    START = "start"
    END = "end"


@app.command()
def watch(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Files, directories, globs, or - for a pipe."),
    ] = None,
    origin: Annotated[
        Origin,
        typer.Option("--from", help="Where to begin in files that exist at the first start."),
    ] = Origin.END,
    min_level: Annotated[
        Level | None, typer.Option(help="The lowest level that counts as an error.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Read what there is, save it, and stop.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            metavar="WHEN",
            help="Where to begin in a service that was never read: 24h, 7d, 2026-11-20T10:00.",
        ),
    ] = None,
    interval: Annotated[
        float | None,
        typer.Option(
            min=0.1, max=86_400, metavar="SECONDS", help="Between two questions to a service."
        ),
    ] = None,
    services: Annotated[
        list[str] | None,
        typer.Option("--service", metavar="NAME", help="Only that service; may be given again."),
    ] = None,
    auto_fix: Annotated[
        bool,
        typer.Option("--auto-fix", help="Have fixable issues fixed, each in its own process."),
    ] = False,
    notify: Annotated[
        bool, typer.Option(help="Tell alerts through the channels of the settings.")
    ] = True,
    log_level: Annotated[
        Level, typer.Option(help="The lowest level of what errwatch says of itself.")
    ] = Level.INFO,
    log_format: Annotated[
        LogFormat, typer.Option(help="How it says that, on standard error.")
    ] = LogFormat.TEXT,
    health_file: Annotated[
        Path | None, typer.Option(help="A file that is kept young while all is well.")
    ] = None,
) -> None:
    """Follow logs and report new issues as they come.

    Goes on where it stopped: no line is lost and none is counted twice, through rotation, restart
    and kill. Stop it with Ctrl-C or SIGTERM; SIGHUP reads the settings again.

    What a pipe (-) brings is counted as it comes, and the watch ends with it. It cannot be read
    again: what was read and not yet saved is lost if errwatch is killed with SIGKILL.
    """
    wake = Wake()
    service = Service(
        signals=Signals(wake, attached=_attached()),
        wake=wake,
        manager=ServiceManager(os.environ, time.monotonic),
        log=OwnLog(sys.stderr or _nowhere(), log_format, log_level, _now),
        health=HealthFile(health_file, clock=time.monotonic, now=_now) if health_file else None,
        work=time.thread_time,
        columns=lambda: shutil.get_terminal_size().columns,
    )
    if auto_fix and once:
        msg = "--auto-fix goes with a watch that goes on, not with --once"
        raise UsageError(msg)
    session = Session(
        Wiring.here(),
        inputs or [],
        min_level,
        Polling(from_start=origin is Origin.START, since=since, interval=interval),
        services=services or [],
        auto_fix=auto_fix,
        notify=notify,
    )
    with session.wiring.watch_lock(), service:
        troubled = session.run(service, once=once)
        while service.reload():
            session = session.renewed(service)
            troubled = session.run(service, once=once)
    raise typer.Exit(3 if once and troubled else service.signals.exit_code)


class Session:
    """The watching under one reading of the settings. Raises UsageError where they are no use."""

    def __init__(
        self,
        wiring: Wiring,
        given: list[str],
        min_level: Level | None,
        polling: Polling,
        *,
        services: list[str],
        auto_fix: bool,
        notify: bool,
    ) -> None:
        self._auto_fix = auto_fix
        self._notify = notify
        self.wiring = wiring
        self._given = given
        self._services = services
        self._min_level = min_level
        self._polling = polling
        self._inputs = wiring.inputs(given, commands=True, services=services)
        self._eyes = wiring.eyes(min_level)
        self._ignores = wiring.ignores()
        self._notifiers = wiring.watching.notifiers(os.environ) if notify else {}

    def run(self, service: Service, *, once: bool) -> bool:
        """Until a signal asks for something; whether an input or the state gave trouble."""
        with ExitStack() as stack:
            store = stack.enter_context(self.wiring.store())
            followers = stack.enter_context(closing(self._followers(store, once=once)))
            announcer = Announcer(
                lambda issue: self._show(issue, service), service.log.info, time.monotonic
            )
            tasks: list[Task] = [announcer, self._housekeeper(store, service)]
            tasks += self._others(store, service, announcer)
            for task in tasks:
                stack.enter_context(closing(task))
            watcher = Watcher(
                followers,
                self._eyes,
                store,
                clock=time.monotonic,
                now=_now,
                announce=lambda issue: None if self._ignored(issue) else announcer(issue),
                tell=service.log.warning,
                interrupted=lambda: service.signals.asked,
            )
            greeting = f"watching {', '.join(self._inputs)}; state in {self.wiring.project.state}"
            service.run(watcher, tasks, followers, once=once, greeting=greeting)
            return watcher.was_troubled

    def _followers(self, store: Positions, *, once: bool) -> Followers:
        return self.wiring.followers(
            self._inputs, store, self._polling, min_level=self._min_level, once=once
        )

    def _housekeeper(self, store: Kept, service: Service) -> Housekeeper:
        return Housekeeper(
            store,
            self.wiring.watching.keeping(),
            vanished=self.wiring.watching.vanished,
            tell=service.log.warning,
            clock=time.monotonic,
            now=_now,
        )

    def _others(self, store: Store, service: Service, announcer: Announcer) -> Iterator[Task]:
        if self._auto_fix:
            yield self._fixer(store, service, announcer)
            yield Syncer(
                wanted=lambda: any(followed(one) for one in store.pull_requests()),
                start=following,
                every=self.wiring.project.settings.follow.every,
                tell=service.log.warning,
                clock=time.monotonic,
            )
        if self.wiring.project.settings.alert or self._notifiers:
            yield self._alerter(store, service)
            yield Courier(
                store,
                self._notifiers,
                tell=service.log.warning,
                clock=time.monotonic,
                now=_now,
            )

    def _alerter(self, store: Store, service: Service) -> Alerter:
        return Alerter(
            store,
            self.wiring.watching.alert_rules(),
            self.wiring.watching.alert_manners(),
            self.wiring.watching.alert_tempo(),
            channels=self.wiring.watching.channels if self._notifiers else lambda _severity: (),
            metrics=self.wiring.watching.metrics,
            tell=service.log.warning,
            clock=time.monotonic,
            now=_now,
        )

    def _fixer(self, store: Store, service: Service, announcer: Announcer) -> Fixer:
        def report(issue: Issue) -> None:
            for known in classify([issue], self._eyes.pack, store):
                announcer(known)

        return Fixer(
            store,
            self.wiring.watching.autofix_policy(),
            start=fixing,
            ignored=self._ignored,
            report=report,
            tell=service.log.info,
            clock=time.monotonic,
            now=_now,
        )

    def _ignored(self, issue: Issue) -> bool:
        return ignored(issue, self._ignores, _now().date())

    def renewed(self, service: Service) -> Session:
        """With the settings as they are now; as before where they cannot be used.

        What came to match the same inputs meanwhile is new, and read from its beginning.
        """
        try:
            session = Session(
                Wiring.here(),
                self._given,
                self._min_level,
                replace(self._polling, from_start=True),
                services=self._services,
                auto_fix=self._auto_fix,
                notify=self._notify,
            )
            if session.wiring.project.state != self.wiring.project.state:
                msg = "another state: restart to use it"
                raise UsageError(msg)
        except ErrwatchError as error:
            service.log.warning(f"{error}; the settings of before are kept")
            return self
        from_start = self._polling.from_start or session._inputs == self._inputs
        session._polling = replace(self._polling, from_start=from_start)
        service.log.info("the settings were read again")
        return session

    def _show(self, issue: Issue, service: Service) -> None:
        """One issue as it turns up, on one line: when, what, where."""
        service.log.status("")
        seen, width = issue.last_seen or _now(), terminal_width()
        line = row(issue, seen, _now().date(), width) if width else whole_line(issue, seen)
        show([line])
        sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)


def _nowhere() -> TextIO:
    """Where standard error is closed, as a daemon's may be."""
    return Path(os.devnull).open("w", encoding="utf-8")


def _attached() -> bool:
    """Whether a person's terminal started us."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
