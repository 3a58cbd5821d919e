"""How often something is said: pauses that grow, quiet hours, silences. Nothing is held back
without being counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from fnmatch import fnmatchcase

from errwatch.model.alert import Alert, AlertRule, Fired, Firing, Silence
from errwatch.model.levels import Severity


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the local day in which only what is critical is told. They may span midnight."""

    begin: time
    end: time

    def holds(self, moment: datetime) -> bool:
        local = moment.astimezone().time()
        if self.begin <= self.end:
            return self.begin <= local < self.end
        return local >= self.begin or local < self.end


@dataclass(frozen=True, slots=True)
class Manners:
    """What holds for all rules."""

    quiet: Quiet | None = None
    max_age: timedelta = timedelta(hours=1)
    """What happened longer ago is no news: a backlog wakes nobody."""


@dataclass(frozen=True, slots=True)
class Metered:
    """What to tell, and what to remember."""

    alerts: tuple[Alert, ...]
    fired: tuple[Fired, ...]


def meter(
    firings: Iterable[Firing],
    rules: Sequence[AlertRule],
    known: Mapping[tuple[str, str], Fired],
    silences: Sequence[Silence],
    manners: Manners,
    now: datetime,
) -> Metered:
    """Each occasion counts once, however often it is looked at."""
    named = {rule.name: rule for rule in rules}
    changed: dict[tuple[str, str], Fired] = {}
    alerts: list[Alert] = []
    for firing in firings:
        key = (firing.rule, firing.subject)
        before = changed.get(key) or known.get(key) or Fired(firing.rule, firing.subject, "")
        rule = named[firing.rule]
        if firing.occasion == before.occasion and not _again(before, rule, now):
            continue
        if _held(firing, before, rule, silences, manners, now):
            changed[key] = replace(before, occasion=firing.occasion, held=before.held + 1)
            continue
        alerts.append(Alert(firing, before.held))
        changed[key] = _told(firing, before, rule, now)
    return Metered(tuple(alerts), tuple(changed.values()))


def pause(fired: Fired, rule: AlertRule) -> timedelta:
    """Until the next alert may be told: it doubles with each of a streak."""
    if fired.streak == 0:
        return timedelta(0)
    times = 1 << min(fired.streak - 1, 30)
    return min(rule.cooldown * times, max(rule.cooldown, rule.longest_cooldown))


def _again(before: Fired, rule: AlertRule, now: datetime) -> bool:
    """What still holds when its pause is over is told again, unless it happened once for all."""
    lasting = before.occasion.startswith(("silent", "errors", "above", "below"))
    return lasting and before.told_at is not None and now - before.told_at >= pause(before, rule)


def _held(
    firing: Firing,
    before: Fired,
    rule: AlertRule,
    silences: Sequence[Silence],
    manners: Manners,
    now: datetime,
) -> bool:
    paused = before.told_at is not None and now - before.told_at < pause(before, rule)
    quiet = manners.quiet is not None and manners.quiet.holds(now)
    return (
        paused
        or now - firing.at > manners.max_age
        or (quiet and firing.severity is not Severity.CRITICAL)
        or any(silenced(firing, silence, now) for silence in silences)
    )


def silenced(firing: Firing, silence: Silence, now: datetime) -> bool:
    return now < silence.until and (
        silence.subject in (firing.subject, firing.rule)
        or fnmatchcase(firing.subject, silence.subject)
    )


def _told(firing: Firing, before: Fired, rule: AlertRule, now: datetime) -> Fired:
    """A streak ends where it was quiet for twice the pause."""
    goes_on = before.told_at is not None and now - before.told_at <= 2 * pause(before, rule)
    streak = before.streak + 1 if goes_on else 1
    return Fired(firing.rule, firing.subject, firing.occasion, now, streak)
