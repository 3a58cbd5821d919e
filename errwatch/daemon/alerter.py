"""Alerts while watching: looks at the state now and then, and says what is worth saying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from errwatch.errors import StateError
from errwatch.interfaces import Store
from errwatch.model.alert import AlertRule, Kind
from errwatch.model.change import Told, Watched
from errwatch.model.levels import Severity
from errwatch.respond.counts import LATE
from errwatch.respond.hold import held
from errwatch.respond.kinds import Observation, firings
from errwatch.respond.messages import digest, message
from errwatch.respond.meter import Manners, meter

LOOK_EVERY = 2.0
"""Seconds between two looks."""
TURNS = 1_000
"""Issues that turned up, of one look; the rest comes with the next."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How messages are spaced."""

    together: timedelta = timedelta(seconds=10)
    """What comes within it goes into one message."""
    digest: timedelta = timedelta(hours=24)
    """Between two messages about what was held back."""


class Alerter:
    """`channels` are those that a message of a severity goes to; `metrics` gives figures of the
    machine in percent; `tell` hears of alerts and trouble.
    `clock` gives seconds that never go back, `now` the time of day."""

    def __init__(
        self,
        store: Store,
        rules: Sequence[AlertRule],
        manners: Manners,
        tempo: Tempo,
        *,
        channels: Callable[[Severity], tuple[str, ...]],
        metrics: Callable[[], dict[str, float]],
        tell: Callable[[str], None],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._rules = rules
        self._manners = manners
        self._tempo = tempo
        self._channels = channels
        self._metrics = metrics
        self._tell = tell
        self._clock = clock
        self._now = now
        self._look_at = clock()
        self._digest_at = store.digested() or now()
        self._digest_at += tempo.digest
        self._longest = max((_reach(rule) for rule in rules), default=timedelta(0))
        self._counting = any(rule.kind in (Kind.FREQUENCY, Kind.SPIKE) for rule in rules)
        metrics()  # how busy the processor is, is told since the last time
        # What is there before the first look is no news.
        store.commit(Watched(now(), store.trail()[0]), actor="alerts")

    def tend(self) -> None:
        """To be called again and again. What the state refuses is tried again."""
        if self._clock() < self._look_at:
            return
        self._look_at = self._clock() + LOOK_EVERY
        try:
            self._look()
            self._send()
        except StateError as error:
            self._tell(f"alerts: {error}")

    def close(self) -> None:
        """What waits is told by the next watcher, at once."""

    def _look(self) -> None:
        now, store = self._now(), self._store
        seen, last = store.trail()
        turns = store.turns(TURNS) if last > seen else []
        if len(turns) == TURNS:
            last = turns[-1].number
        active = now - self._longest
        observation = Observation(
            now,
            turns,
            store.active(active - LATE) if self._counting else (),
            store.heard(active),
            self._metrics(),
        )
        lasting = held(firings(self._rules, observation), self._rules, store.holding(), now)
        known = {(one.rule, one.subject): one for one in store.fired()}
        found = meter(lasting.firings, self._rules, known, store.silences(), self._manners, now)
        if last > seen or found.fired or lasting.holding or lasting.over:
            change = Watched(now, last, found.fired, found.alerts, lasting.holding, lasting.over)
            store.commit(change, actor="alerts")

    def _send(self) -> None:
        now = self._now()
        since, waiting = self._store.waiting()
        if since is not None and now - since >= self._tempo.together:
            notice = message(waiting, now)
            channels = self._channels(notice.severity)
            self._store.commit(Told(notice, channels), actor="alerts")
            self._tell(f"alert: {notice.severity.value}: {notice.title}")
        if now >= self._digest_at:
            self._digest_at = now + self._tempo.digest
            self._sum_up(now)

    def _sum_up(self, now: datetime) -> None:
        held = [one for one in self._store.fired() if one.held]
        if not held:
            return
        statuses = self._store.statuses(one.subject for one in held)
        names = {name: self._store.issue(name).title for name in statuses}
        notice = digest(held, names, now)
        channels = self._channels(notice.severity)
        self._store.commit(Told(notice, channels, tuple(held)), actor="alerts")
        self._tell(f"alert: {notice.title}")


def _reach(rule: AlertRule) -> timedelta:
    """How far back a rule looks."""
    return rule.window + rule.history if rule.kind is Kind.SPIKE else rule.window
