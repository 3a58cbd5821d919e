"""Conditions that are told only once they have held for so long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from errwatch.model.alert import AlertRule, Firing, Holding, Kind
from errwatch.respond.words import spoken

LAPSE = timedelta(minutes=2)
"""What nobody has looked at for longer is not known to have held meanwhile."""

NOTED = timedelta(minutes=1)
"""It is written down again after so long."""


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for long enough, and what to remember of all that holds."""

    firings: tuple[Firing, ...]
    holding: tuple[Holding, ...]
    """That began, or that it is time to write down again."""
    over: tuple[Holding, ...]
    """That does not hold any more."""


def held(
    firings: Iterable[Firing],
    rules: Sequence[AlertRule],
    known: Sequence[Holding],
    now: datetime,
) -> Held:
    """`firings` are those of one look at all `rules`."""
    named = {rule.name: rule for rule in rules}
    before = {(one.rule, one.subject): one for one in known}
    told: list[Firing] = []
    changed: list[Holding] = []
    met: set[tuple[str, str]] = set()
    for firing in firings:
        rule, key = named[firing.rule], (firing.rule, firing.subject)
        if not rule.hold:
            told.append(firing)
        elif _is_present(firing, rule, now):
            met.add(key)
            one = _goes_on(firing, before, now)
            if now - one.since >= rule.hold:
                told.append(replace(firing, title=f"{firing.title}, for {spoken(rule.hold)}"))
            if key not in before or one.since == now or now - before[key].seen >= NOTED:
                changed.append(one)
    over = tuple(one for key, one in before.items() if key not in met)
    return Held(tuple(told), tuple(changed), over)


def _is_present(firing: Firing, rule: AlertRule, now: datetime) -> bool:
    """Many events once are not many events all the time."""
    counts = rule.kind in (Kind.FREQUENCY, Kind.SPIKE)
    return not counts or now - firing.at <= rule.window


def _goes_on(firing: Firing, before: Mapping[tuple[str, str], Holding], now: datetime) -> Holding:
    one = before.get((firing.rule, firing.subject))
    known = one is not None and timedelta(0) <= now - one.seen <= LAPSE
    return Holding(firing.rule, firing.subject, one.since if one and known else now, now)
