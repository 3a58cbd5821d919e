"""What is worth waking somebody for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from errwatch.model.issue import Issue
from errwatch.model.levels import Severity


class Kind(StrEnum):
    NEW = "new"
    """An issue that was not there before."""
    REGRESSED = "regressed"
    """One that was resolved, and is back."""
    FREQUENCY = "frequency"
    """Many events of an issue within a window."""
    SPIKE = "spike"
    """Many more events within a window than the issue's own past has in one."""
    FLATLINE = "flatline"
    """A source that says nothing, or nothing but errors, for a window."""
    METRIC = "metric"
    """A figure of the machine, or of a source, beyond a bound."""


class Per(StrEnum):
    """Whose events are counted together."""

    ISSUE = "issue"
    CATEGORY = "category"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When to say something, of what, and how often at most."""

    name: str
    kind: Kind
    category: str | None = None
    min_severity: Severity = Severity.INFO
    issue: str | None = None
    """An `EW-` id, or the start of one."""
    source: str | None = None
    """A glob for the name of the source."""
    text: str | None = None
    """RE2, searched in the issue's title."""
    count: int = 10
    """Events within the window, at least: frequency, spike."""
    window: timedelta = timedelta(minutes=5)
    factor: float = 3.0
    """How many times the past's average: spike."""
    history: timedelta = timedelta(hours=24)
    metric: str | None = None
    """`cpu`, `memory`, `disk`: percent used; `success`: percent of a source's lines that belong to
    no error."""
    above: float | None = None
    below: float | None = None
    per: Per = Per.ISSUE
    """Whose events are counted: frequency, spike."""
    hold: timedelta = timedelta(0)
    """How long it must hold before it is told: frequency, spike, metric."""
    severity: Severity = Severity.HIGH
    """Of an alert that is about no issue."""
    cooldown: timedelta = timedelta(hours=1)
    """Until the next alert on the same subject; twice as long after each that follows."""
    longest_cooldown: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Turn:
    """An issue that is new, or back, by the audit trail."""

    number: int
    """Of the row in the trail."""
    kind: Kind
    issue: Issue


@dataclass(frozen=True, slots=True)
class Heard:
    """What one source said within a time bucket of its arrival."""

    source: str
    start: int
    """Of the bucket, in Unix seconds."""
    lines: int
    events: int


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that holds for a subject."""

    rule: str
    subject: str
    """A fingerprint, the name of a source, or that of a metric."""
    occasion: str
    """The same as long as it is the same matter, such as one time bucket."""
    severity: Severity
    title: str
    at: datetime
    """When it happened, as the events say."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What is remembered of a rule and a subject."""

    rule: str
    subject: str
    occasion: str
    """The last one, told or held back."""
    told_at: datetime | None = None
    streak: int = 0
    """How many times it was told in a row, each within twice the pause of the one before."""
    held: int = 0
    """How many were held back since it was told last."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Since when a rule holds for a subject."""

    rule: str
    subject: str
    since: datetime
    seen: datetime
    """When that was looked at last, as it is written down."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A firing that is to be told, with how many were held back before it."""

    firing: Firing
    held: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody wants to hear of a subject for a time."""

    number: int
    subject: str
    """An issue's fingerprint, a rule's name, or a glob for the name of a source."""
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One message for people."""

    key: str
    """The same key is never sent twice by purpose; a receiver can tell a repetition by it."""
    severity: Severity
    title: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way through one channel."""

    notice: Notice
    channel: str
    attempts: int = 0
    due_at: datetime | None = None
    """None: it was delivered, or given up."""
    error: str | None = None
    """Why the last attempt failed."""

    @property
    def dead(self) -> bool:
        return self.due_at is None and self.error is not None
