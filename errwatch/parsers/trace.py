"""What a language family has to offer, and the table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from errwatch.model.event import ExceptionInfo
from errwatch.parsers import dart, dotnet, js, jvm, php, python, swift


class TraceState(Protocol):
    """Where in a trace the last line stood; each family has its own states."""

    @property
    def complete(self) -> bool:
        """The trace could end here; False in the middle of the frames."""


class TraceFormat(Protocol):
    language: str

    def start(self, line: str) -> TraceState | None:
        """The state after `line`, if a trace begins with it."""

    def follow(self, state: TraceState, line: str, *, loose: bool) -> TraceState | None:
        """The state after `line`, or None where `line` is no part of the trace.

        `loose`: unmarked text after the exception's line is more of its message.
        """

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        """The exceptions, the one that came out last first. In-app is left to `detect`."""


class Headed(TraceFormat, Protocol):
    """A family whose traces begin with the exception, often inside the message of a log line."""

    def frame(self, line: str) -> TraceState | None:
        """The state after `line`, if it is the first frame under text that names an exception."""


HEADED: tuple[Headed, ...] = (jvm.JVM, js.JS, dotnet.DOTNET, php.PHP, dart.DART, swift.SWIFT)
LOGGED: tuple[TraceFormat, ...] = (python.PYTHON,)
"""Families whose traces begin alike when they are logged and when nobody caught the exception."""

TRACES: tuple[TraceFormat, ...] = (*LOGGED, *HEADED)
