"""Traces told line by line: a first line of known shapes, then frames and other known lines.

What the languages without a grammar of their own share. A row is data: patterns with the named
groups `type`, `message`, `file`, `line`, `function`, `module`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from errwatch.model.event import ExceptionInfo, Frame, Link

MAX_TEXT = 2_000
"""Characters of a line that are looked at."""


class Step(Enum):
    """Where in a trace the last line stood."""

    HEAD = "head"
    GAP = "gap"
    """After the blank line under the first one."""
    BODY = "body"
    DONE = "done"

    @property
    def complete(self) -> bool:
        return self is Step.DONE


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A family (see `trace.TraceFormat`) whose traces can be told line by line."""

    language: str | None
    hints: tuple[str, ...]
    """One of them stands in every first line; looked for before any pattern."""
    opens: tuple[re.Pattern[str], ...]
    frames: tuple[re.Pattern[str], ...] = ()
    more: re.Pattern[str] | None = None
    """Other lines that belong to it, even if they look like a first one."""
    kind: str = ""
    """The type of an exception whose first line names none."""
    alone: bool = False
    """Its first line is often all there is."""
    indented: bool = True
    """Indented lines belong to it, whatever they say."""
    wordy: bool = False
    """Its message may go on before the frames."""
    chained: bool = False
    """Another first line begins the cause of the one above."""
    causes: re.Pattern[str] | None = None
    """Lines within that begin the cause of the one above."""
    says: re.Pattern[str] | None = None
    """A later line that has the message, and perhaps the type."""
    names: re.Pattern[str] | None = None
    """A line that has the function of the frame in the next one."""
    after: re.Pattern[str] | None = None
    """Lines, also with a header of their own, that tell again of it what it said already."""
    called: bool = False
    """A frame names the function that was called there, not the one it stands in."""
    outward: bool = False
    """The innermost frame is printed last."""

    @property
    def hint(self) -> str:
        return either(self.hints)

    def start(self, line: str) -> Step | None:
        if self._opening(line) is None:
            return None
        return Step.DONE if self.alone else Step.HEAD

    def follow(self, state: object, line: str, *, loose: bool) -> Step | None:
        if not line.strip():
            return state if isinstance(state, Step) else None
        if self._cause(line) is not None:
            return Step.BODY
        if not self._goes_on(line) and self._opening(line) is not None:
            return Step.BODY if self.chained else None
        if self._belongs(line):
            return Step.DONE if self.alone else Step.BODY
        return Step.HEAD if loose and self.wordy and state is Step.HEAD else None

    def repeats(self, line: str, lines: Sequence[str], *, over: bool) -> bool:
        """Whether a line after the trace belongs to the event. `lines`: what it said so far;
        `over`: a line before this one has shown that it is told again."""
        if self.after is None:
            return False
        again = over and (not line.strip() or line in lines or self._goes_on(line))
        return again or self.after.match(line) is not None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        found: list[_Told] = []
        for line in lines:
            opening = None if found and self._goes_on(line) else self._opening(line)
            opening = self._cause(line) if found and opening is None else opening
            if opening is not None:
                found.append(_Told.of(opening, self.kind))
            elif found:
                self._extend(found[-1], line)
        return tuple(
            told.info(
                Link.CAUSE if place else Link.RAISED, called=self.called, outward=self.outward
            )
            for place, told in enumerate(found)
        )

    def _opening(self, line: str) -> dict[str, str | None] | None:
        for hint in self.hints:
            if hint in line:
                return first_match(self.opens, line)
        return None

    def _cause(self, line: str) -> dict[str, str | None] | None:
        return first_match((self.causes,), line) if self.causes else None

    def _goes_on(self, line: str) -> bool:
        return self.more is not None and self.more.match(line[:MAX_TEXT]) is not None

    def _belongs(self, line: str) -> bool:
        if (self.indented and line[0].isspace()) or self._goes_on(line):
            return True
        return first_match(self.frames, line) is not None

    def _extend(self, told: _Told, line: str) -> None:
        frame = first_match(self.frames, line)
        if self.names is not None and (named := self.names.match(line[:MAX_TEXT])):
            told.function = named["function"]
        elif frame is not None:
            told.add({"function": told.function, **frame})
        elif self.says is not None and (found := self.says.match(line)):
            told.say(found.groupdict())
        elif self.wordy and not told.frames and line.strip():
            told.message.append(line)


@dataclass
class _Told:
    """One exception while it is read."""

    type: str
    message: list[str]
    frames: list[Frame] = field(default_factory=list)
    function: str | None = None
    """As the line above the next frame names it."""

    @classmethod
    def of(cls, opening: dict[str, str | None], kind: str) -> _Told:
        told = cls(opening.get("type") or kind, [opening.get("message") or ""])
        told.add(opening)
        return told

    def add(self, groups: dict[str, str | None]) -> None:
        frame = frame_of(groups)
        if frame is None:
            return
        if self.frames and _names_again(self.frames[-1], frame):
            self.frames.pop()
        self.frames.append(frame)

    def say(self, groups: dict[str, str | None]) -> None:
        if not self.message[0]:
            self.message = [groups["message"] or ""]
            self.type = groups.get("type") or self.type

    def info(self, link: Link, *, called: bool, outward: bool) -> ExceptionInfo:
        frames = tuple(self.frames if outward else reversed(self.frames))
        message = "\n".join(self.message).strip()
        return ExceptionInfo(self.type, message, _within(frames) if called else frames, link)


def _names_again(one: Frame, other: Frame) -> bool:
    """The first line named a place, and the first frame names its function too."""
    return one.function is None and (one.file, one.line) == (other.file, other.line)


def _within(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """`f called at FILE`: the place is its caller's, so each function belongs one frame inwards."""
    functions = [None, *(frame.function for frame in frames)]
    return tuple(replace(frame, function=functions[n]) for n, frame in enumerate(frames))


def either(texts: Iterable[str]) -> str:
    """The expression that finds any of the texts."""
    return "|".join(re.escape(text) for text in texts)


def first_match(patterns: Sequence[re.Pattern[str]], line: str) -> dict[str, str | None] | None:
    """The named groups of the first pattern that matches."""
    for pattern in patterns:
        if found := pattern.match(line[:MAX_TEXT]):
            return found.groupdict()
    return None


def frame_of(groups: dict[str, str | None]) -> Frame | None:
    """The frame that named groups tell; None without a file."""
    file, number = groups.get("file"), groups.get("line")
    if not file:
        return None
    line = int(number[:9]) if number else None
    function = (groups.get("function") or "").strip() or None
    return Frame(file, line, function, groups.get("module"))
