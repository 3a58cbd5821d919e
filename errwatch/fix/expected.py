"""The issue's exception, as what a run has raised can be held against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.code.paths import shared_end
from errwatch.fix.raised import Raised, last_segment
from errwatch.model.event import Event, Frame
from errwatch.redact import redact

_VARIES = re.compile(
    r"""\[REDACTED:[a-z-]+\]|(?<!\w)'[^']*'|"[^"]*"|`[^`]*`|/[^\s'"`()]+|\b0[xX][0-9a-fA-F]+|\d+"""
)
_HINT = ". Did you mean"
"""Some versions of Python add it, and others do not."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An exception, and where in the repository it came from."""

    type: str
    message: str
    culprit: Frame | None = None
    places: tuple[str, ...] = ()
    """The files of the repository that the culprit's may be; empty where it is none of them."""

    def is_met_by(self, raised: Raised) -> bool:
        """Whether type and message agree. A log that shows no message asks for none."""
        shown = shape(self.message)
        return raised.is_a(self.type) and shown in ("", shape(raised.message))

    def is_passed_by(self, raised: Raised) -> bool:
        """Whether the trace goes through the culprit's file and function."""
        return any(
            _is_tail(place, file) and self._is_in(function)
            for place in self.places
            for file, function in raised.frames
        )

    def _is_in(self, function: str) -> bool:
        name = self.culprit.function if self.culprit else None
        return name is None or last_segment(name) == last_segment(function)


def expected_of(event: Event, files: Iterable[str]) -> Expected | None:
    """None where the event names no exception; `files` are those of the repository."""
    kind = event.exception_type
    if kind is None:
        return None
    message = event.exceptions[0].message
    places = _places(event.culprit, files) if event.culprit else ()
    return Expected(kind, message, event.culprit, places)


def shape(message: str) -> str:
    """A message's first line without what differs from one occurrence to the next."""
    first = redact(message).strip().partition("\n")[0].partition(_HINT)[0]
    return " ".join(_VARIES.sub("<>", first).rstrip(".").split())


def _places(culprit: Frame, files: Iterable[str]) -> tuple[str, ...]:
    """The files that share most of the path's end: the log was written on another machine."""
    if not culprit.in_app:
        return ()
    path = culprit.file.replace("\\", "/")
    shared = {file: shared_end(path.split("/"), file.split("/")) for file in files}
    likely = {
        file: count
        for file, count in shared.items()
        if count > 1 or (count and (_is_tail(file, path)))
    }
    most = max(likely.values(), default=0)
    return tuple(sorted(file for file, count in likely.items() if count == most))


def _is_tail(left: str, right: str) -> bool:
    """Whether one path is the end of the other."""
    left, right = f"/{left.removeprefix('./')}", f"/{right.removeprefix('./').lstrip('/')}"
    return left.endswith(right) or right.endswith(left)
