"""Python tracebacks: which lines belong to one, and what they say.

Plain, chained, syntax errors, repeated lines, exception groups; also cut off anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.jvm import JVM
from errwatch.parsers.memo import remembered

TRACEBACK = "Traceback (most recent call last):"
GROUP = "Exception Group " + TRACEBACK
CHAIN = {
    "The above exception was the direct cause of the following exception:": Link.CAUSE,
    "During handling of the above exception, another exception occurred:": Link.CONTEXT,
    "Original exception was:": Link.CONTEXT,
}
"""The line between two tracebacks -> how the upper one hangs on the lower one."""

_INTRODUCED = f": {TRACEBACK}"
"""Who caught it says so in the same line."""

_POINTED = '> File "'
"""Loguru points at the frame where the exception was caught, and sets frames apart."""
_FRAME = re.compile(r'(?:\s*|> )File "(.+?)", line (\d+)(?:, in (.+))?$')
EXCEPTION = re.compile(r"([^\W\d][\w.]*(?:\.<locals>[\w.]*)*)(?::(?: (.*)|$)|$)")
_RUBY = re.compile(r"\s+\d+: from ")
"""Ruby 2.5 to 2.7 began its traces with the same words."""
_GOES_ON = (
    *('"""', "DETAIL:  ", "HINT:  ", "LINE 1: ", "[SQL: ", "[parameters: ", "(Background on "),
    *(": java.", ": org.", ": com.", ": scala.", "Driver stacktrace:", "Caused by: "),
)
"""More of a message, where nothing else tells: of another process's trace, of a database, of a
virtual machine that Python called."""
_CELL = "executing the following cell:"
"""What a notebook was running follows, and how it failed, until the log goes on."""
_POINTERS = frozenset("^~ \t")
_RAIL = re.compile(r"\s*(?:\||\+(?= ))\s?")
_NEVER_RAISED = re.compile(r"  \| \w+: .*\(\d+ sub-exceptions?\)$")
"""A group that has no traceback of its own: what `except*` did not handle."""
_MEMBER = re.compile(r"\s*\+(?:-\+)?-+ (?:\d+|\.\.\.) -+$")
_CLOSING = re.compile(r"\s*\+-+$")


class State(Enum):
    """Where in a traceback a line stands."""

    FRAMES = "frames"
    RAILS = "rails"
    """Inside the drawing of an exception group."""
    MESSAGE = "message"
    CELL = "cell"
    """Inside a message that quotes a cell of a notebook."""
    CHAINED = "chained"
    """After the line that announces another traceback."""

    @property
    def complete(self) -> bool:
        return self in (State.MESSAGE, State.CELL)


class Python:
    """The recogniser of the family (see `trace.TraceFormat`)."""

    language = "python"
    hint = r"Traceback \(most recent call last\):|\(\d+ sub-exceptions?\)$"

    def start(self, line: str) -> State | None:
        text = line.strip()
        if text == TRACEBACK:
            return State.FRAMES if line[0] == "T" else None
        if text.endswith(_INTRODUCED):
            return State.FRAMES
        return State.RAILS if text == f"+ {GROUP}" or _NEVER_RAISED.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        if state is State.FRAMES:
            return _after_frames(line)
        if state is State.RAILS:
            return State.RAILS if _on_rails(line) else _after_message(line, loose=False)
        if state is State.CHAINED:
            return State.CHAINED if not line.strip() else self.start(line)
        if state is State.CELL:
            return State.CELL
        return _after_message(line, loose=loose)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return _Reader().read(lines)


PYTHON = Python()


def _on_rails(line: str) -> bool:
    return line[:1].isspace() and line.lstrip()[:1] in ("|", "+")


def _after_frames(line: str) -> State | None:
    if not line or line[0].isspace() or line.startswith(_POINTED):
        return None if _RUBY.match(line) else State.FRAMES
    if not EXCEPTION.match(line):
        return None
    return State.CELL if line.endswith(_CELL) else State.MESSAGE


def _after_message(line: str, *, loose: bool) -> State | None:
    text = line.strip()
    if text in CHAIN:
        return State.CHAINED
    if text in (TRACEBACK, f"+ {GROUP}"):
        return None
    known = not text or line[0].isspace() or line.startswith(_GOES_ON)
    return State.MESSAGE if loose or known else None


@dataclass
class Block:
    """One traceback while it is read."""

    frames: list[Frame] = field(default_factory=list)
    type: str | None = None
    message: list[str] = field(default_factory=list)
    link: Link = Link.RAISED

    def info(self, link: Link) -> ExceptionInfo:
        message = "\n".join(self.message).rstrip()
        return ExceptionInfo(self.type or "", message, tuple(self.frames), link)


class _Reader:
    """Reads tracebacks in the order they are printed: the innermost first, members last."""

    def __init__(self) -> None:
        self._segments: list[list[Block]] = [[]]
        """The outermost chain, then one chain a member of a group."""
        self._chain = self._segments[0]

    def read(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        margin = lines[0][: len(lines[0]) - len(lines[0].lstrip())] if lines else ""
        margin = margin if lines and lines[0].strip() == TRACEBACK else ""
        for line in lines:
            self._line(line.removeprefix(margin))
        found: list[ExceptionInfo] = []
        for number, chain in enumerate(self._segments):
            for one in outwards(chain, Link.MEMBER if number else Link.RAISED):
                found += _with_called(one)
        return tuple(found)

    def _line(self, line: str) -> None:
        if _MEMBER.match(line):
            self._chain = []
            self._segments.append(self._chain)
            return
        if _CLOSING.match(line):
            self._chain = self._segments[0]
            return
        if _on_rails(line):
            line = _RAIL.sub("", line, count=1)
        self._text(line)

    def _text(self, line: str) -> None:
        text = line.strip()
        if text in (TRACEBACK, GROUP) or text.endswith(_INTRODUCED):
            self._chain.append(Block())
        elif not self._chain:
            self._never_raised(line)
        elif text in CHAIN:
            self._chain[-1].link = CHAIN[text]
        else:
            _extend(self._chain[-1], line)

    def _never_raised(self, line: str) -> None:
        """A cause or member without a traceback of its own is printed as its last line only."""
        if EXCEPTION.match(line):
            self._chain.append(Block())
            _extend(self._chain[-1], line)


def _with_called(one: ExceptionInfo) -> Sequence[ExceptionInfo]:
    """What a virtual machine threw that Python called stands in the message, with its causes."""
    said, called, trace = one.message.partition("\n: ")
    if not called or "\n\tat " not in trace:
        return (one,)
    outer, *causes = JVM.parse(trace.split("\n"))
    return (replace(one, message=said), replace(outer, link=Link.CAUSE), *causes)


def outwards(chain: list[Block], first: Link) -> list[ExceptionInfo]:
    """The blocks of one chain, the one that came out last first; an empty one was cut off."""
    blocks = [block for block in reversed(chain) if block.type or block.frames]
    return [block.info(block.link if place else first) for place, block in enumerate(blocks)]


def _extend(block: Block, line: str) -> None:
    if block.type is not None:
        block.message.append(line)
    elif frame := _frame(line):
        block.frames.append(frame)
    elif not line or line[0].isspace():
        _give_code(block, line)
    elif exception := EXCEPTION.match(line.removeprefix("Failure: ")):
        block.type = exception[1]
        block.message.append(exception[2] or "")


@remembered
def _frame(line: str) -> Frame | None:
    found = _FRAME.match(line)
    return Frame(found[1], int(found[2][:9]), found[3]) if found else None


def rest_of_traceback(above: Sequence[str], last: str) -> list[str]:
    """A whole traceback of the lines from the first frame above its last line on; empty where
    there is none."""
    first = next((place for place, line in enumerate(above) if _FRAME.match(line)), None)
    if first is None or _after_frames(last) is not State.MESSAGE:
        return []
    return [TRACEBACK, *above[first:], last]


def _give_code(block: Block, line: str) -> None:
    """The first line under a frame is its source; markers under it are not."""
    if block.frames and block.frames[-1].code is None and not set(line) <= _POINTERS:
        code = line.strip()
        if not code.startswith("[Previous line repeated "):
            block.frames[-1] = replace(block.frames[-1], code=code)
