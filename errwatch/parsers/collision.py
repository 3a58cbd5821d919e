"""An exception as Laravel's, Pest's and other consoles of PHP draw it.

Its type alone on a line, the message, the place with its source, then frames.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from errwatch.model.event import ExceptionInfo, Frame
from errwatch.parsers.listed import Step
from errwatch.parsers.stages import Guess

_TYPE = re.compile(r" {2,4}(?P<type>[A-Z][\w\\]*(?:Exception|Error)) *$")
_AT = re.compile(r" {2,4}at (?P<file>[^\s:]+\.php):(?P<line>\d+)$")
_FRAME = re.compile(r" {2,4}\d+ +(?P<file>[^\s:]+):(?P<line>\d+)$")
_CALL = re.compile(r" {4,8}(?P<function>[A-Za-z_][\w\\:>-]*)\(")
_MAX_MESSAGE = 20
"""Lines between the type and the place."""


class Collision:
    """The recogniser (see `trace.TraceFormat`): only the place shows that the type was one."""

    language = "php"
    hint = r"^ {2,4}[A-Z][\w\\]*(?:Exception|Error) *$"

    def start(self, line: str) -> Guess | None:
        return Guess(1) if _TYPE.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> Guess | Step | None:
        if line.strip() and not line[0].isspace():
            return None
        if not isinstance(state, Guess):
            return Step.BODY
        if _AT.match(line):
            return Step.BODY
        return Guess(state.step + 1) if state.step < _MAX_MESSAGE else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        found = _TYPE.match(lines[0])
        place = next((n for n, line in enumerate(lines) if _AT.match(line)), len(lines))
        said = "\n".join(line.strip() for line in lines[1:place]).strip()
        kind = found["type"] if found else ""
        return (ExceptionInfo(kind, said, tuple(reversed(_frames(lines[place:])))),)


COLLISION = Collision()


def _frames(lines: Sequence[str]) -> list[Frame]:
    """As they are printed, the innermost first; a frame's function is called there."""
    frames: list[Frame] = []
    for line in lines:
        if found := _AT.match(line) or _FRAME.match(line):
            frames.append(Frame(found["file"], int(found["line"][:9]), None))
        elif frames and frames[-1].function is None and (call := _CALL.match(line)):
            frames[-1] = replace(frames[-1], module=call["function"].rpartition("::")[0] or None)
    return frames
