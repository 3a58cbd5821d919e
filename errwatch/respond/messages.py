"""Alerts -> messages: of a burst one, and now and then what was held back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from errwatch.model.alert import Alert, Fired, Notice
from errwatch.model.levels import Severity

MOST = 20
"""Alerts that one message lists; the others are counted."""


def message(alerts: Sequence[Alert], at: datetime) -> Notice:
    """One message for one alert or many, the worst first."""
    ordered = sorted(alerts, key=lambda alert: -alert.firing.severity.rank)
    worst = ordered[0].firing
    title = worst.title if len(ordered) == 1 else f"{len(ordered)} alerts, first: {worst.title}"
    lines = [_line(alert) for alert in ordered[:MOST]]
    if len(ordered) > MOST:
        lines.append(f"and {len(ordered) - MOST} more: errwatch issues list")
    return Notice(_key(ordered), worst.severity, title, "\n".join(lines), at)


def digest(held: Sequence[Fired], names: Mapping[str, str], at: datetime) -> Notice:
    """What was held back, and how often; `names` are what people call the subjects."""
    ordered = sorted(held, key=lambda fired: (-fired.held, fired.rule, fired.subject))
    total = sum(fired.held for fired in ordered)
    lines = [
        f"{fired.held} x {fired.rule}: {names.get(fired.subject, fired.subject)}"
        for fired in ordered[:MOST]
    ]
    if len(ordered) > MOST:
        lines.append(f"and {len(ordered) - MOST} more subjects")
    key = f"digest-{at:%Y%m%dT%H%M%S}"
    return Notice(key, Severity.INFO, f"{total} alerts were held back", "\n".join(lines), at)


def _line(alert: Alert) -> str:
    firing = alert.firing
    held = f" ({alert.held} more were held back before)" if alert.held else ""
    return f"{firing.severity.value} {firing.at:%Y-%m-%d %H:%M:%S} UTC {firing.title}{held}"


def _key(alerts: Sequence[Alert]) -> str:
    """The same for the same alerts, so that a crash between two steps tells nobody twice."""
    parts = sorted(
        f"{one.firing.rule}\0{one.firing.subject}\0{one.firing.occasion}" for one in alerts
    )
    return f"alert-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:24]}"
