"""Where in the repository an issue comes from, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from errwatch.model.conversation import Transcript


@dataclass(frozen=True, slots=True)
class Suspect:
    """A function of the repository; `file` is relative to its root."""

    file: str
    function: str
    """`Class.method`, `outer.inner` or `<module>`."""
    line: int
    score: float
    """Between 0 and 1; comparable within one analysis only."""
    why: str


@dataclass(frozen=True, slots=True)
class Blame:
    """Who last changed a line."""

    file: str
    line: int
    commit: str
    author: str
    date: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of a file that holds a word."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Rename:
    """A commit gave a file another path."""

    old: str
    new: str
    commit: str


@dataclass(frozen=True, slots=True)
class Relation:
    """Another issue that has to do with this one."""

    issue: str
    """Its id."""
    why: tuple[str, ...]
    """What they have in common, the strongest tie first."""
    first: bool = False
    """Whether it came before this one, each time or when both began."""


@dataclass(frozen=True, slots=True)
class RootCause:
    summary: str
    confidence: float
    evidence: tuple[str, ...] = ()
    """`file:line` in the repository, or a quoted line of the trace."""


class Remedy(Enum):
    """Where an error is mended."""

    CODE = "code"
    CONFIGURATION = "configuration"
    OPERATIONS = "operations"
    """Capacity, a deployment, a machine."""
    OUTSIDE = "outside"
    """Another service, or whoever sent the data."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model concluded. Each place that it names was checked against the repository."""

    causes: tuple[RootCause, ...]
    """Likeliest first."""
    whys: tuple[str, ...]
    """Each answers why the one before; the first is about the error."""
    remedy: Remedy
    why_no_code: str
    """Empty where the remedy is code."""
    reproduction: str
    """How to make it happen again, in words."""
    factors: tuple[str, ...]
    recommendations: tuple[str, ...]
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of a file; `first` numbers the first of them, `marked` is the culprit's."""

    file: str
    first: int
    marked: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    issue: str
    """The issue's fingerprint."""
    repository: str
    commit: str
    suspects: tuple[Suspect, ...] = ()
    """Best first."""
    excerpt: Excerpt | None = None
    blame: tuple[Blame, ...] = ()
    root_causes: tuple[RootCause, ...] = ()
    contributing_factors: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    """Ids of issues with the same cause, frames, release or windows."""
    relations: tuple[Relation, ...] = ()
    """The same, with what relates them."""
    callers: tuple[str, ...] = ()
    """`file:line` of calls of the first suspect; by its name, so that others may be among them."""
    tests: tuple[str, ...] = ()
    """`file:line` of such calls in tests."""
    recommendations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What limits this analysis: a shallow history, code that moved since the trace."""
    confidence: float = 0.0
    opinion: Opinion | None = None
    """A model's, where one was asked."""
    quarantine: str | None = None
    """Why the trace is not to be acted on: it shows code that was never in this repository."""
