from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from errwatch.triage.redactions import Redaction, redactions
from errwatch.triage.window import Window
from tests.render.made import NOON, issue

EVENT = issue().event
HOUR = timedelta(hours=1)


def test_from_since_up_to_until() -> None:
    assert Window().holds(EVENT)
    assert Window(since=NOON).holds(EVENT)
    assert not Window(since=NOON + HOUR).holds(EVENT)
    assert Window(until=NOON + HOUR).holds(EVENT)
    assert not Window(until=NOON).holds(EVENT)


def test_events_without_a_time_are_kept_and_told() -> None:
    window = Window(since=NOON + HOUR)
    assert window.holds(replace(EVENT, time=None))
    some = replace(issue(), count=5)
    assert list(window.notes([some])) == [
        "2 events without a time were kept, whatever --since and --until say"
    ]
    assert list(window.notes([issue()])) == []
    assert list(Window().notes([some])) == []


def test_redactions_name_the_kind_and_the_line() -> None:
    text = "a [REDACTED:jwt] b\nc\n[REDACTED:api-key] [REDACTED:email] [REDACTED:"
    found = list(redactions(replace(EVENT, text=text)))
    assert found == [
        Redaction("app.log", 7, "jwt"),
        Redaction("app.log", 9, "api-key"),
        Redaction("app.log", 9, "email"),
    ]
    assert str(found[0]) == "app.log:7: jwt redacted"
