"""One occurrence of an error: its exception chain, its frames, and where in the log it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from errwatch.model.levels import Level


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack. `in_app` tells the user's own code from a library's."""

    file: str
    line: int | None
    function: str | None
    module: str | None = None
    in_app: bool = True
    code: str | None = None
    """The source line as the trace shows it, stripped."""


class Link(Enum):
    """How an exception of a chain hangs on the one before it."""

    RAISED = "raised"
    """The one that came out last."""
    CAUSE = "cause"
    """The explicit cause of the one before ("direct cause", "Caused by")."""
    CONTEXT = "context"
    """It was being handled when the one before was raised ("during handling")."""
    MEMBER = "member"
    """A sub-exception of the group before."""


@dataclass(frozen=True, slots=True)
class ExceptionInfo:
    """One exception of a chain; `frames` run from the outermost call to the innermost."""

    type: str
    """Empty where the trace was cut off before it."""
    message: str
    frames: tuple[Frame, ...] = ()
    link: Link = Link.RAISED


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence of an error, assembled from one or more lines of one source.

    `start` and `end` are byte offsets in the source: the event's first line starts at `start`, and
    reading may go on at `end`. `line` is the 1-based number of the first line.
    """

    source: str
    line: int
    start: int
    end: int
    level: Level
    message: str
    """The message of the exception that came out last, else of the log line."""
    text: str
    """All lines as they were read, bounded in size."""
    time: datetime | None = None
    """Aware, in UTC."""
    language: str | None = None
    exceptions: tuple[ExceptionInfo, ...] = ()
    """The one that came out last first, then inwards."""
    culprit: Frame | None = None
    logger: str | None = None
    logged: bool = True
    """False where no log line announced the trace: nobody caught it."""
    key: str | None = None
    """What the program itself groups its errors by, where the log says so."""
    form: int | None = field(default=None, compare=False, repr=False)
    """The same for events of one detector that differ in nothing but where they stand and in
    numbers; None where that is not known."""

    @property
    def exception_type(self) -> str | None:
        return self.exceptions[0].type or None if self.exceptions else None

    @property
    def title(self) -> str:
        """`Type: first line of the message`, at most 200 characters."""
        return title_of(self.exception_type, self.message)

    @property
    def crashed(self) -> bool:
        """Nobody caught it: it left the outermost frame of a Python program, or Go ended on it."""
        outermost = self.exceptions[0].frames[:1] if self.exceptions else ()
        if self.language == "go" and self.exception_type in ("panic", "fatal error"):
            return not self.logged
        return not self.logged and any(frame.function == "<module>" for frame in outermost)


def title_of(kind: str | None, message: str) -> str:
    """What an event is called, by the type of its exception and its message."""
    head = message.strip().split("\n", 1)[0].strip()
    title = head if kind is None else f"{kind}: {head}" if head else kind
    return title if len(title) <= 200 else title[:199] + "…"
