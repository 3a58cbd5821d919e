"""The loop of a service: one cycle of the watcher after another, until somebody asks for more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from errwatch.daemon.health import Health, HealthFile
from errwatch.daemon.log import OwnLog
from errwatch.daemon.manager import ServiceManager
from errwatch.daemon.signals import Signals
from errwatch.daemon.wake import Wake
from errwatch.errors import OutputError
from errwatch.interfaces import Followers
from errwatch.render.live import cut
from errwatch.watcher import Watcher

PAUSE = 0.05
"""Seconds between two polls of files in which nothing was new."""
SHARE = 120
"""Looking in vain takes at most one of so many parts of the time, however many files there are."""

LONGEST = 12.0
"""Seconds of a pause, whatever the cycle before it cost: the first one may have read gigabytes."""


class Task(Protocol):
    """Something that goes on beside the watching."""

    def tend(self) -> None:
        """To be called again and again; never waits."""

    def close(self) -> None: ...


@dataclass(slots=True)
class Service:
    signals: Signals
    wake: Wake
    manager: ServiceManager
    log: OwnLog
    health: HealthFile | None
    work: Callable[[], float]
    """Seconds of a core that this thread has used."""
    columns: Callable[[], int]
    """The width of the terminal."""
    ill: str = ""
    """Why the health file could not be written, as it was last told."""

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.manager.stopping()
        self.log.status("")
        if self.health is not None:
            self.health.remove()

    def reload(self) -> bool:
        """Whether the settings are to be read again, and the watching goes on with them."""
        if self.signals.stop or not self.signals.take_reload():
            return False
        self.manager.reloading()
        return True

    def run(
        self,
        watcher: Watcher,
        tasks: Sequence[Task],
        followers: Followers,
        *,
        once: bool,
        greeting: str,
    ) -> None:
        """Until a signal asks for something, or there is nothing to read: with `once` for now, else
        for good.

        We are ready when the first cycle is over: what is written from then on is not missed.
        """
        ready, costs = False, [0.0, 0.0]
        while not self.signals.asked:
            begun, lines = self.work(), watcher.progress.lines
            more = watcher.cycle()
            costs = [costs[-1], self.work() - begun]
            if not ready:
                ready = True
                self.manager.ready()
                if not once:
                    self.log.info(greeting)
            self._report(watcher)
            for task in tasks:
                task.tend()
            if more:
                continue
            if once or followers.over:
                watcher.finish()
                return
            in_vain = watcher.progress.lines == lines
            # The dearer of two cycles did something that is not done in each.
            pause = SHARE * min(costs) if in_vain else PAUSE
            self.wake.wait(min(max(PAUSE, pause), LONGEST))
        watcher.part(followers.parting())

    def _report(self, watcher: Watcher) -> None:
        """A cycle ended: that is the sign of life."""
        status = watcher.progress.line()
        self.manager.alive(status)
        self.log.status(cut(status, self.columns() - 1))
        if self.health is None:
            return
        progress = watcher.progress
        try:
            self.health.report(
                Health(not watcher.troubled, status, progress.lines, progress.events)
            )
            self.ill = ""
        except OutputError as error:
            if str(error) != self.ill:
                self.log.warning(str(error))
            self.ill = str(error)
