"""Where in the tree an error came up."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from errwatch.code.locate import Locator
from errwatch.code.place import Place as Found
from errwatch.fix.recipes.modules import parsed
from errwatch.interfaces import Problem
from errwatch.model.chain import by_guilt
from errwatch.model.event import ExceptionInfo, Frame
from errwatch.model.fix import Declined

if TYPE_CHECKING:
    from errwatch.fix.recipes.source import Source

ENGINE = "recipes"


@dataclass(frozen=True)
class Place:
    """A line of a file as the tree has it, and the error that a trace puts there.

    The file is parsed once for all recipes.
    """

    error: ExceptionInfo
    frame: Frame
    file: str
    text: str
    line: int
    innermost: bool
    """Whether no frame lies deeper: the line itself raised it."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @cached_property
    def source(self) -> Source | None:
        """None where the file does not parse."""
        from errwatch.fix.recipes.source import Source  # libcst is slow to import

        return Source.parse(self.text)

    @cached_property
    def module(self) -> ast.Module | None:
        """Likewise."""
        return parsed(self.text)

    def declined(self, reason: str, *examined: str) -> Declined:
        return Declined(ENGINE, reason, (str(self), *examined))


def locate(problem: Problem) -> Place | Declined:
    """The innermost frame of the root error that is in the repository."""
    locator = Locator(problem.tree, {suspect.file for suspect in problem.analysis.suspects})
    for error in by_guilt(problem.issue.event.exceptions):
        for frame in reversed([f for f in error.frames if f.in_app] or error.frames):
            if found := locator.own(frame) or locator.place(frame):
                if found.file.endswith(".py") and not found.rivals:
                    return _place(error, found)
            elif file := locator.unreadable(frame):
                return Declined(ENGINE, "the file is not UTF-8", (file,))
    return Declined(ENGINE, "no frame of the trace is in the repository")


def _place(error: ExceptionInfo, found: Found) -> Place | Declined:
    frame = found.frame
    if not found.sure:
        reason = "the code changed since the trace"
        return Declined(ENGINE, reason, (f"{found.file}:{frame.line}",))
    innermost = frame is error.frames[-1]
    return Place(error, frame, found.file, found.source.text, found.line, innermost)
