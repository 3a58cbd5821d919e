"""Python tracebacks in other dress: indented as a whole, or of a file that cannot be parsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo
from errwatch.parsers.python import PYTHON, TRACEBACK, State
from errwatch.parsers.stages import Guess

MAX_CODE = 6
"""Lines of source and markers between the place and the error."""

_PLACE = re.compile(r'  File "[^"]+", line \d+$')
_ERROR = re.compile(r"(?:Syntax|Indentation|Tab)Error: ")


class Syntax:
    """Nothing but the place is printed above the error (see `trace.TraceFormat`)."""

    language = "python"
    hint = r'^  File ".*", line \d+$'

    def start(self, line: str) -> Guess | None:
        return Guess(1) if _PLACE.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | Guess | None:
        if not isinstance(state, Guess):
            return None
        if _ERROR.match(line):
            return State.MESSAGE
        return Guess(state.step + 1) if line[:1].isspace() and state.step < MAX_CODE else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return PYTHON.parse([TRACEBACK, *lines])


@dataclass(frozen=True, slots=True)
class _Within:
    """Where in the traceback a line stands, and what stands before each of its lines."""

    margin: str
    state: State

    @property
    def complete(self) -> bool:
        return self.state.complete


class Indented:
    """Some loggers indent all that is not their own (see `trace.TraceFormat`)."""

    language = "python"
    hint = r"^\s+Traceback \(most recent call last\):"

    def start(self, line: str) -> _Within | None:
        text = line.strip()
        indented = line[:1].isspace() and text == TRACEBACK
        return _Within(line.partition(text)[0], State.FRAMES) if indented else None

    def follow(self, state: object, line: str, *, loose: bool) -> _Within | None:
        if not isinstance(state, _Within):
            return None
        inner = PYTHON.follow(state.state, line.removeprefix(state.margin), loose=loose)
        return replace(state, state=inner) if inner else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        margin = lines[0].partition("T")[0]
        return PYTHON.parse([line.removeprefix(margin) for line in lines])


SYNTAX = Syntax()
INDENTED = Indented()
