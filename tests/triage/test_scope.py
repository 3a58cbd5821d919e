from __future__ import annotations

import pytest

from errwatch.model.levels import Level
from errwatch.triage.scope import Scoped, value_of

LEVELS = (
    Scoped("/srv/logs/shop-*.log", Level.WARNING, "/srv"),
    Scoped("/srv/logs", Level.CRITICAL, "/srv"),
    Scoped('loki:*{app="[[]x]"}', Level.INFO, "/srv"),
)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("/srv/logs/shop-1.log", Level.WARNING),
        ("logs/shop-1.log", Level.WARNING),
        ("/srv/logs/mail.log", Level.CRITICAL),
        ("logs/old/mail.log", Level.CRITICAL),
        ("/srv/logs.txt", Level.ERROR),
        ('loki:loki:3100/team {app="[x]"}', Level.INFO),
        ('loki:loki:3100/team {app="x"}', Level.ERROR),
        ("-", Level.ERROR),
    ],
)
def test_the_first_that_holds_decides(name: str, level: Level) -> None:
    assert value_of(name, LEVELS, Level.ERROR) is level
