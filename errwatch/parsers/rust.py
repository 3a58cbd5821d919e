"""Rust: panics in both forms, numbered backtraces, and the cause lists of `anyhow` and `eyre`.

Where the panic was raised is a frame too: without a backtrace it is the only one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.listed import Listed
from errwatch.parsers.python import PYTHON, TRACEBACK
from errwatch.parsers.stages import Guess

_THREAD = r"thread '?[^']{0,100}'? ?(?:\(\d+\) |\(ThreadId\(\d+\)\) )?"
_PLACE = r"(?P<file>[^\s:][^:]{0,300}\.rs):(?P<line>\d+):\d+"
_NEW = re.compile(rf"(?:{_THREAD})?panicked at {_PLACE}:$")
"""Without the thread, as a program's own hook prints what it is told."""
_OLD = re.compile(rf"{_THREAD}panicked at '(?P<message>.*)")
_OVERFLOW = re.compile(rf"{_THREAD}has overflowed its stack$")
_OLD_END = re.compile(rf"(?P<message>.*)', {_PLACE}$")
_BACKTRACE = re.compile(r"(?i)\s*stack backtrace:$")
_CALL = re.compile(r"\s*\d+: +(?:0x[0-9a-f]+ - )?(?P<function>\S.*)$")
_AT = re.compile(r"\s+at (?P<file>\S.{0,500}?):(?P<line>\d+)(?::\d+)?$")
_HASH = re.compile(r"::h[0-9a-f]{16}$")
_HEADING = re.compile(r"Error: *$")
_ADVICE = re.compile(r"Error:$|(?:Suggestion|Note|Help|Warning): ?")
"""What a program added to its report."""
_FIRST_CAUSE = re.compile(r"\s+0: \S")
_LOCATION = re.compile(r"\s+(?P<file>[^\s:]\S*\.rs):(?P<line>\d+)(?::\d+)?$")
_CAUSES = re.compile(r"Caused by:$")
_CAUSE = re.compile(r"\s+(?:\d+: )?(?P<message>\S.*)$")
_NUMBERED = re.compile(r"\s+\d+: (?P<message>\S.*)$")
_SECTION = re.compile(r"\s*(?:━+ |Location:)")
"""Where the report goes on after its causes."""
_OTHER = re.compile(
    r"note: |failures:$| {4}\w+(?:::\w+)+$|test result: FAILED|error: (?:test"
    r"|\d+ targets?) failed|\s*left: "
    r"|\s*right: |\s*\[\.\.\. omitted|Location:$|fatal runtime error: "
    r"|thread caused non-unwinding panic|\S.*\(core dumped\)|Aborted$|Backtrace omitted"
    r"|Run with (?:COLORBT|RUST_)|━|\s*⋮|Stack:$|Error$"
)


_PYTHON = (TRACEBACK, "pyo3_runtime.")

EYRE = Listed(
    language="rust",
    hints=("The application panicked",),
    opens=(re.compile(r"(?P<type>The application panicked) \(crashed\)\."),),
    frames=(
        re.compile(r"\s*Location: (?P<file>\S+):(?P<line>\d+)$"),
        re.compile(r"\s+at (?P<file>\S+):(?P<line>\d+)$"),
    ),
    more=re.compile(r"Message: |Location: |Backtrace omitted|Run with |[━⋮]"),
    says=re.compile(r"Message: +(?P<message>.*)"),
    names=re.compile(r"\s+\d+: (?P<function>[^\s:].*?)(?:::h[0-9a-f]{16})?$"),
)
"""`color-eyre` prints panics in a form of its own."""


class State(Enum):
    PLACE = "place"
    """The next line is the message."""
    MESSAGE = "message"
    OLD = "old"
    """Inside a quoted message of several lines."""
    STACK = "stack"
    CAUSES = "causes"
    PYTHON = "python"
    """In the traceback of a program in Python that called what panicked."""

    @property
    def complete(self) -> bool:
        return False


class Rust:
    """A panic (see `trace.TraceFormat`)."""

    language = "rust"
    hint = r"^thread |^panicked at "

    def start(self, line: str) -> State | None:
        if not line.startswith(("thread ", "panicked at ")):
            return None
        if _NEW.match(line):
            return State.PLACE
        if _OLD.match(line):
            return State.MESSAGE if _OLD_END.match(line) else State.OLD
        return State.MESSAGE if _OVERFLOW.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        if self.start(line) is not None:
            return None
        if line == TRACEBACK or state is State.PYTHON:
            return State.PYTHON if line[:1].isspace() or line.startswith(_PYTHON) else None
        if state is State.PLACE:
            return State.MESSAGE
        if state is State.OLD:
            return State.MESSAGE if _OLD_END.match(line) else State.OLD
        if _in_stack(line):
            return State.STACK
        if state is State.MESSAGE:
            more = loose or not line.strip() or line[0].isspace()
            return State.MESSAGE if more else None
        return State.STACK if not line.strip() else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        called = next((n for n, line in enumerate(lines) if line == TRACEBACK), None)
        if called is not None:
            (panic,) = self.parse(lines[:called])
            return (*PYTHON.parse(lines[called:]), replace(panic, link=Link.CAUSE))
        message, place, rest = _said(lines)
        if "Stack:" in rest:  # what the engine of a browser says of it
            rest = rest[: rest.index("Stack:")]
        frames = _frames(rest)
        if place is not None:
            frames = _raised_at(frames, place)
        return (ExceptionInfo("panic", message, tuple(frames)),)


class Report:
    """What `eyre` prints of an error that `main` returned: a heading, then numbered causes."""

    language = "rust"
    hint = r"^Error: *$"

    def start(self, line: str) -> Guess | None:
        return Guess(1) if _HEADING.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        if isinstance(state, Guess):
            return State.CAUSES if _FIRST_CAUSE.match(line) else None
        known = not line.strip() or line[0].isspace() or _in_stack(line)
        known |= _ADVICE.match(line) is not None
        return State.CAUSES if known else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        end = next((n for n, line in enumerate(lines) if _SECTION.match(line)), len(lines))
        causes = [m["message"] for line in lines[1:end] if (m := _NUMBERED.match(line))]
        place = [m for line in lines if (m := _LOCATION.match(line))]
        trace = next((n for n, line in enumerate(lines) if " BACKTRACE " in line), len(lines))
        frames = _frames(lines[trace:])
        if place:
            frames = _raised_at(frames, _place(place[0]))
        outer = ExceptionInfo("Error", causes[0] if causes else "", tuple(frames))
        return (outer, *(ExceptionInfo("", one, (), Link.CAUSE) for one in causes[1:]))


class Causes:
    """What `Error: ...` from `main` prints below its first line."""

    language = "rust"
    hint = r"^Caused by:|(?i:stack backtrace:)"

    def start(self, line: str) -> State | None:
        if _CAUSES.match(line):
            return State.CAUSES
        return State.STACK if _BACKTRACE.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        if not line.strip():
            return state if isinstance(state, State) else None
        if self.start(line) is not None or _in_stack(line):
            return State.STACK if _BACKTRACE.match(line) else State.CAUSES
        return State.CAUSES if line[0].isspace() else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        listed = _listed(lines)
        outer = ExceptionInfo("", "", tuple(_frames(lines[len(listed) :])))
        return (outer, *(ExceptionInfo("", one, (), Link.CAUSE) for one in listed))


RUST = Rust()
REPORT = Report()
CAUSES = Causes()


def _said(lines: Sequence[str]) -> tuple[str, Frame | None, Sequence[str]]:
    """The message, where it was raised, and the lines after it."""
    if found := _NEW.match(lines[0]):
        end = next((n for n, line in enumerate(lines) if n > 1 and _in_stack(line)), len(lines))
        return "\n".join(lines[1:end]).strip(), _place(found), lines[end:]
    if _OVERFLOW.match(lines[0]):
        return "stack overflow", None, lines[1:]
    end = next((n for n, line in enumerate(lines) if _OLD_END.match(line)), 0)
    text = "\n".join(lines[: end + 1])
    quoted = text.partition(" panicked at '")[2]
    found = _OLD_END.match(lines[end])
    return quoted.rpartition("', ")[0] or quoted, found and _place(found), lines[end + 1 :]


def _place(found: re.Match[str]) -> Frame:
    return Frame(found["file"], int(found["line"][:9]), None)


def _in_stack(line: str) -> bool:
    return (
        _BACKTRACE.match(line) is not None
        or _OTHER.match(line) is not None
        or _AT.match(line) is not None
        or _CALL.match(line) is not None
    )


def _frames(lines: Sequence[str]) -> list[Frame]:
    """Of the backtrace, the outermost first; calls without a file name no place."""
    frames: list[Frame] = []
    function: str | None = None
    for line in lines:
        if call := _CALL.match(line):
            function = _HASH.sub("", call["function"].strip())
        elif at := _AT.match(line):
            file = at["file"].removeprefix("./")
            frames.append(Frame(file, int(at["line"][:9]), function))
    return frames[::-1]


def _raised_at(frames: list[Frame], place: Frame) -> list[Frame]:
    """The place of the panic, as innermost frame where the backtrace does not name it."""
    for number, frame in enumerate(frames):
        if frame.line == place.line and _same_file(frame.file, place.file):
            frames[number] = replace(frame, file=place.file)
            return frames
    return [*frames, place]


def _same_file(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


def _listed(lines: Sequence[str]) -> list[str]:
    """The messages under `Caused by:`."""
    found: list[str] = []
    for line in lines[1:] if lines and _CAUSES.match(lines[0]) else ():
        cause = _CAUSE.match(line)
        if cause is None:
            break
        found.append(cause["message"])
    return found
