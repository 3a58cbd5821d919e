"""What goes on beside the watching: settings -> alerts, channels to people, fixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from errwatch.config import AlertSettings, NotifySettings, Settings
from errwatch.daemon.alerter import Tempo
from errwatch.daemon.housekeeper import Keeping
from errwatch.daemon.metrics import machine
from errwatch.errors import UsageError
from errwatch.interfaces import Notifier
from errwatch.model.alert import AlertRule, Kind
from errwatch.model.levels import Severity
from errwatch.model.position import FilePosition
from errwatch.notifiers.apprise import Apprise
from errwatch.notifiers.webhook import Webhook
from errwatch.notifiers.worded import Worded
from errwatch.respond.autofix import Allowance, AutoFixPolicy
from errwatch.respond.meter import Manners, Quiet
from errwatch.respond.storm import StormPolicy
from errwatch.sources.vanished import vanished

DEFAULT_ALERTS = (
    AlertRule("new issues", Kind.NEW, min_severity=Severity.MEDIUM),
    AlertRule("issues that are back", Kind.REGRESSED, min_severity=Severity.MEDIUM),
)


@dataclass(frozen=True, slots=True)
class Watching:
    settings: Settings
    folder: Path
    """Of the state; its disk is the one that is measured."""

    def autofix_policy(self) -> AutoFixPolicy:
        settings = self.settings.autofix
        return AutoFixPolicy(
            min_severity=settings.min_severity,
            min_count=settings.min_count,
            per_day=Allowance(
                settings.per_day, settings.usd_per_day, settings.pull_requests_per_day
            ),
            usd=settings.usd,
            timeout=settings.timeout,
            patience=timedelta(seconds=settings.patience),
            storm=StormPolicy(
                window=timedelta(seconds=settings.storm_window),
                issues=settings.storm_issues,
                one_cause=settings.storm_one_cause,
            ),
        )

    def keeping(self) -> Keeping:
        """What the state keeps for how long: all that an alert looks back at, in any case."""
        days = {name: timedelta(days=n) for name, n in self.settings.retention}
        reach = max(rule.window + rule.history for rule in self.alert_rules())
        for name in ("fine", "heard"):
            days[name] = max(days[name], reach)
        return Keeping(**days)

    def vanished(self, positions: Sequence[FilePosition]) -> list[FilePosition]:
        """Those whose files are gone from the disk."""
        return vanished(positions)

    def alert_rules(self) -> tuple[AlertRule, ...]:
        """Those of the settings; without any, what is new or back."""
        return tuple(map(_alert_rule, self.settings.alert)) or DEFAULT_ALERTS

    def alert_manners(self) -> Manners:
        settings = self.settings.alerts
        quiet = None
        if settings.quiet_hours is not None:
            begin, end = map(time_of_day.fromisoformat, settings.quiet_hours.split("-"))
            quiet = Quiet(begin, end)
        return Manners(quiet, timedelta(seconds=settings.max_age))

    def alert_tempo(self) -> Tempo:
        settings = self.settings.alerts
        return Tempo(
            together=timedelta(seconds=settings.together), digest=timedelta(seconds=settings.digest)
        )

    def notifiers(self, environment: Mapping[str, str]) -> dict[str, Notifier]:
        """Channel -> what delivers through it. Raises UsageError."""
        return {one.name: _notifier(one, environment) for one in self.settings.notify}

    def channels(self, severity: Severity) -> tuple[str, ...]:
        """Those that a message of this severity goes to."""
        settings = self.settings.notify
        return tuple(one.name for one in settings if severity.rank >= one.min_severity.rank)

    def metrics(self) -> dict[str, float]:
        """Figures of the machine, where a rule asks for them."""
        asked = any(rule.metric not in (None, "success") for rule in self.settings.alert)
        return machine(self.folder) if asked else {}


def _alert_rule(settings: AlertSettings) -> AlertRule:
    values = dict(settings)
    lengths = ("window", "history", "hold", "cooldown", "longest_cooldown")
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
