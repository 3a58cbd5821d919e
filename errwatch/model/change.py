"""What may be written to the state: one value a kind of change, committed together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from errwatch.model.alert import Alert, Delivery, Fired, Heard, Holding, Notice
from errwatch.model.analysis import Analysis
from errwatch.model.attempt import Attempt
from errwatch.model.classification import Classification
from errwatch.model.fix import Fix
from errwatch.model.issue import Status
from errwatch.model.partial import Partial
from errwatch.model.position import FilePosition, Position
from errwatch.model.pull_request import Tracked


@dataclass(frozen=True, slots=True)
class Counted:
    """Events to add, and the position up to which their source was read (None for a pipe).

    `heard`: what a followed source said, to be added up by its time of arrival.
    """

    partial: Partial
    position: Position | None = None
    heard: Heard | None = None
    before: frozenset[str] | None = None
    """Issues that were there before this run; the others stay new. None: this commit is a run."""


@dataclass(frozen=True, slots=True)
class Classified:
    fingerprint: str
    classification: Classification


@dataclass(frozen=True, slots=True)
class Analysed:
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fix to store: inserted where its id is empty, else replaced."""

    fix: Fix


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pull request as it stands: opened, updated, or seen to have changed."""

    pull_request: Tracked


@dataclass(frozen=True, slots=True)
class StatusSet:
    fingerprint: str
    status: Status


@dataclass(frozen=True, slots=True)
class Merged:
    """Two fingerprints of one error. Their issues become one: that which was stored first."""

    fingerprint: str
    other: str
    by_hand: bool = False
    """Whether a person says so, which undoes a split, too; else it is void where one says no."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt to have an issue fixed that starts, or that has ended."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Watched:
    """What the alerts have seen to: the trail up to a row, and how each of them stands."""

    at: datetime
    seen: int
    """Of the trail; what comes after it is looked at next."""
    fired: tuple[Fired, ...] = ()
    waiting: tuple[Alert, ...] = ()
    """To be told, together with others."""
    holding: tuple[Holding, ...] = ()
    over: tuple[Holding, ...] = ()
    """What holds, and what does not any more."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message for people, in the place of the alerts that wait."""

    notice: Notice
    channels: tuple[str, ...] = ()
    """That it is to be delivered through."""
    digested: tuple[Fired, ...] = ()
    """Those of which it says how many were held back."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How the delivery of a message stands after an attempt."""

    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's word on a message that was given up."""

    delivery: Delivery
    again_at: datetime | None
    """When it is to be delivered after all; None: never."""


@dataclass(frozen=True, slots=True)
class Silenced:
    subject: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SilenceEnded:
    number: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is older than its keeping is dropped, or becomes coarser. Times in Unix seconds are
    those at which a bucket starts."""

    now: datetime
    """Silences that have ended go."""
    heard_before: int
    """Buckets of what sources said."""
    fine_before: int
    """Buckets of events become hours, by whole days;"""
    hourly_before: int
    """those become days,"""
    daily_before: int
    """and those are dropped. The issue's count stays."""
    told_before: datetime
    """Messages that are delivered or given up."""
    seen_before: datetime
    """Issues that were last seen before keep two samples, the first and the last."""
    resolved_before: datetime
    """Resolved issues that were last seen before leave the state,"""
    issues_before: datetime
    """and so do open ones."""
    unseen_since: datetime
    """Positions in files that were neither read nor found since then"""
    gone: tuple[FilePosition, ...] = ()
    """and are gone are dropped;"""
    there: tuple[FilePosition, ...] = ()
    """those that are there still stay for as long again."""


@dataclass(frozen=True, slots=True)
class Split:
    """A merged fingerprint, with all that was merged into it, is an error of its own, for good."""

    fingerprint: str


Change = (
    Counted
    | Merged
    | Split
    | Classified
    | Analysed
    | Fixed
    | Proposed
    | StatusSet
    | Attempted
    | Watched
    | Told
    | Delivered
    | Decided
    | Silenced
    | SilenceEnded
    | Forgotten
)
