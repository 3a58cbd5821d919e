"""Where in the tree an error came up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from errwatch.fix.gates.syntax import python
from errwatch.interfaces import Problem
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.model.fix import Declined

ENGINE = "recipes"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file as the tree has it, and the error that a trace puts there."""

    error: ExceptionInfo
    frame: Frame
    file: str
    text: str
    line: int
    innermost: bool
    """Whether no frame lies deeper: the line itself raised it."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def declined(self, reason: str, *examined: str) -> Declined:
        return Declined(ENGINE, reason, (str(self), *examined))


def locate(problem: Problem) -> Place | Declined:
    """The innermost frame of the root error that is in the repository."""
    files = [file for file in problem.tree.files() if file.endswith(".py")]
    for error in _roots(problem.issue.event.exceptions):
        for frame in reversed([f for f in error.frames if f.in_app] or error.frames):
            if (file := _file_of(frame, files, problem)) is not None:
                return _place(problem, error, frame, file)
    return Declined(ENGINE, "no frame of the trace is in the repository")


def _roots(chain: tuple[ExceptionInfo, ...]) -> Iterator[ExceptionInfo]:
    """The innermost explicit cause first, then outwards; an implicit context last."""
    context = next((n for n, e in enumerate(chain) if e.link is Link.CONTEXT), len(chain))
    yield from reversed(chain[:context])
    yield from chain[context:]


def _file_of(frame: Frame, files: list[str], problem: Problem) -> str | None:
    """The file of the tree whose path ends most like the frame's; None where that is not one."""
    path = frame.file.replace("\\", "/").split("/")
    shared = {file: _shared(path, file.split("/")) for file in files if file.endswith(path[-1])}
    most = max(shared.values(), default=0)
    best = [file for file, length in shared.items() if length == most > 0]
    if len(best) > 1:
        suspects = {suspect.file for suspect in problem.analysis.suspects}
        best = [file for file in best if file in suspects]
    return best[0] if len(best) == 1 else None


def _shared(path: list[str], file: list[str]) -> int:
    """How many names two paths have in common at their end; 0 where that says nothing."""
    pairs = zip(reversed(path), reversed(file), strict=False)
    length = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(path), len(file)))
    telling = length > 1 or length == len(file) or path[-1] != "__init__.py"
    return length if telling else 0


def _place(problem: Problem, error: ExceptionInfo, frame: Frame, file: str) -> Place | Declined:
    text = problem.tree.read(file)
    if text is None:
        return Declined(ENGINE, "the file is not UTF-8", (file,))
    line = _line_of(frame, text)
    if line is None:
        return Declined(ENGINE, "the code changed since the trace", (f"{file}:{frame.line}",))
    return Place(error, frame, file, text, line, frame is error.frames[-1])


def _line_of(frame: Frame, text: str) -> int | None:
    """The frame's line: as numbered, or the only such line of the same function."""
    lines = text.removeprefix("\ufeff").split("\n")
    if frame.line is None or (frame.code is None and frame.line > len(lines)):
        return None
    if frame.code is None or _at(lines, frame.line) == frame.code.strip():
        return frame.line
    same = [n for n in _lines_of(frame.function, text) if _at(lines, n) == frame.code.strip()]
    return same[0] if len(same) == 1 else None


def _at(lines: list[str], number: int) -> str | None:
    return lines[number - 1].strip() if 0 < number <= len(lines) else None


def _lines_of(function: str | None, text: str) -> list[int]:
    """The lines of the functions of that name; of the whole text for a module or a lambda."""
    name = (function or "<module>").rsplit(".", 1)[-1]
    if name.startswith("<"):
        return list(range(1, text.count("\n") + 2))
    try:
        tree = python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    spans = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return sorted(spans)
