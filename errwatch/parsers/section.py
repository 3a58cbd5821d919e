"""Reports that go on, whatever their lines say, until a line that ends them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from errwatch.model.event import ExceptionInfo, Frame
from errwatch.parsers.listed import Step, either, first_match, frame_of


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A family (see `trace.TraceFormat`) whose reports have a last line."""

    language: str | None
    hints: tuple[str, ...]
    """One of them stands in every first line."""
    opens: re.Pattern[str]
    ends: re.Pattern[str]
    says: tuple[re.Pattern[str], ...]
    """Lines that have a `type` or a `message`; the first of each counts."""
    frames: tuple[re.Pattern[str], ...] = ()
    headed: re.Pattern[str] | None = None
    """Lines with a header of their own that belong to it, without their header."""

    @property
    def hint(self) -> str:
        return either(self.hints)

    def start(self, line: str) -> Step | None:
        for hint in self.hints:
            if hint in line:
                return Step.HEAD if self.opens.match(line) else None
        return None

    def follow(self, state: object, line: str, *, loose: bool) -> Step | None:
        if state is Step.DONE:
            return None if line.strip() else Step.DONE
        if self.start(line) is not None:
            return None
        return Step.DONE if self.ends.match(line) else Step.BODY

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        kind, message = "", ""
        frames: list[Frame] = []
        for line in lines:
            said = first_match(self.says, line) or {}
            kind, message = kind or said.get("type") or "", message or said.get("message") or ""
            found = first_match(self.frames, line)
            frame = frame_of(found) if found else None
            frames += [frame] if frame else []
        return (ExceptionInfo(kind, message.strip(), tuple(frames)),)
