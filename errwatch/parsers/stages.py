"""Traces that print the exception first and the innermost frame next: what their families share.

A head (a type and its message, of one line or more), frames, and sections that begin another head
("Caused by: ..."). The head may be the message of a log line, or may stand in the middle of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from errwatch.model.event import ExceptionInfo, Frame, Link


class Stage(Enum):
    """Where in such a trace a line stands, once its head is over."""

    FRAMES = "frames"
    TAIL = "tail"
    """After what the runtime prints at the end."""

    @property
    def complete(self) -> bool:
        return self is Stage.TAIL


@dataclass(frozen=True, slots=True)
class Head:
    """Inside of a message. Where a trace certainly began, some unmarked lines belong to it."""

    patience: int = 0
    complete: bool = False

    def more(self, line: str, *, loose: bool) -> Head | None:
        """The state after another line of the message, if it is one."""
        if loose or not line.strip() or line[0].isspace():
            return self
        return Head(self.patience - 1) if self.patience else None


@dataclass(frozen=True, slots=True)
class Guess:
    """Not known yet whether this is a trace; what ends here was none. `step` counts the lines."""

    step: int
    complete: bool = False


def guessed(state: object) -> bool:
    return isinstance(state, Guess)


@dataclass
class Block:
    """One exception while it is read; its frames as they are printed, the innermost first."""

    type: str = ""
    message: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    indent: int = 0

    def info(self, link: Link) -> ExceptionInfo:
        message = "\n".join(self.message).strip()
        return ExceptionInfo(self.type, message, tuple(reversed(self.frames)), link)


@dataclass(frozen=True, slots=True)
class Heads:
    """How a family writes the first line of an exception."""

    whole: re.Pattern[str]
    """The line itself, without indentation: groups `type` and `message`."""
    inside: re.Pattern[str]
    """The same anywhere in a line of text."""

    def block(self, lines: Sequence[str]) -> Block:
        """The exception that the text above the first frame names; without one, only the text."""
        texts = [line.strip() for line in lines]
        for number, text in enumerate(texts):
            if found := self.whole.match(text):
                return self._block(found, texts[number:])
        for number, text in enumerate(texts):
            if found := self.inside.search(text):
                return self._block(found, texts[number:])
        return Block(message=list(texts))

    def _block(self, found: re.Match[str], texts: Sequence[str]) -> Block:
        """A logger may print the exception once itself, and then with its trace."""
        again = [n for n, text in enumerate(texts[1:], 1) if text == found[0]]
        rest = texts[again[-1] + 1 :] if again else texts[1:]
        code = found.groupdict().get("code")
        named = code is not None and not code.isupper() and found["type"] == "Error"
        return Block(str(code) if named else found["type"], [found["message"] or "", *rest])


def indent_of(line: str) -> int:
    """Columns before the text, tabs as eight."""
    text = line.expandtabs()
    return len(text) - len(text.lstrip())


def chain(blocks: Sequence[Block], first: Link, other: Link) -> list[ExceptionInfo]:
    """The infos of blocks that are already in order."""
    return [block.info(other if place else first) for place, block in enumerate(blocks)]
