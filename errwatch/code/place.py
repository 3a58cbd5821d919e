"""A frame in its file: the line may have moved since the trace was written."""

from __future__ import annotations

from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.code.source import MODULE, SourceFile
from errwatch.model.event import Frame

LINE_IN_PLACE, LINE_ELSEWHERE, FUNCTION = 3, 2, 1
"""What of a frame a file holds, the most telling first."""

_MADE = re.compile(r"func\d+\Z|gowrap\d+\Z|\d+\Z")
"""Names that Go gives to functions without one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame is in the repository now."""

    frame: Frame
    source: SourceFile
    line: int
    function: str
    moved: str | None = None
    """What differs from the trace, where something does."""
    sure: bool = True
    """Whether the line can be no other one."""
    rivals: tuple[str, ...] = ()
    """Other files that fit as well."""

    @property
    def file(self) -> str:
        return self.source.path

    @property
    def at(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def code(self) -> str:
        return self.source.code(self.line)

    @property
    def shown(self) -> bool:
        """Whether the file holds the line that the trace shows; where it shows none, too."""
        return not readable(self.frame.code) or proof(self.frame, self.source) >= LINE_ELSEWHERE


def proof(frame: Frame, source: SourceFile) -> int:
    """How much of the frame is in the file."""
    if readable(frame.code):
        if frame.line and source.code(frame.line) == frame.code:
            return LINE_IN_PLACE
        if any(line.strip() == frame.code for line in source.lines):
            return LINE_ELSEWHERE
    name = _bare(frame.function)
    named = name is not None and any(name == each.bare for each in source.functions)
    return FUNCTION if named else 0


def readable(code: str | None) -> bool:
    """Whether a line of the trace can be compared: long enough to mean something, not redacted."""
    return code is not None and len(code) > 3 and "[REDACTED" not in code


def _bare(function: str | None) -> str | None:
    """The name as its definition has it, of `async Stock.load`, `(*Server).Handle.func1` or
    `lambda$total$0`; None for `<module>`, `<lambda>` and the like."""
    name = (function or "").partition(" [as ")[0].rpartition(" ")[2]
    names = [part for part in name.split(".") if not _MADE.match(part)]
    last = names[-1] if names else ""
    if last.startswith("lambda$"):
        last = last.split("$")[1]
    return last if last and not last.startswith("<") else None


def settle(frame: Frame, source: SourceFile, rivals: tuple[str, ...] = ()) -> Place:
    """The line of a frame in its file as the file is now."""
    line = frame.line or 1
    here = source.function_at(line)
    held = frame.line is not None and line <= max(len(source.lines), 1)
    told = readable(frame.code)
    same_line = not told or source.code(line) == frame.code
    wanted = _bare(frame.function)
    if here is None:
        return Place(
            frame, source, line, frame.function or MODULE, sure=held and same_line, rivals=rivals
        )
    same_function = told or wanted is None or here.rpartition(".")[2] == wanted
    if same_line and same_function:
        return Place(frame, source, line, here, sure=held, rivals=rivals)
    return _follow(frame, source, line, wanted, rivals)


def _follow(
    frame: Frame, source: SourceFile, line: int, wanted: str | None, rivals: tuple[str, ...]
) -> Place:
    """Look for the line of the trace, then for its function: the code moved since."""
    same = [n for n, text in enumerate(source.lines, 1) if text.strip() == frame.code]
    inside = [n for n in same if wanted is None or _within(source, n, wanted)]
    if found := inside or same:
        now = min(found, key=lambda n: abs(n - line))
        moved = f"{source.path}: line {line} of the trace is line {now} now"
        function = source.function_at(now) or MODULE
        return Place(frame, source, now, function, moved, len(inside) == 1, rivals)
    named = [each for each in source.functions if each.bare == wanted]
    if named:
        nearest = min(named, key=lambda each: abs(each.first - line))
        now = line if line in nearest else nearest.first
        moved = f"{source.path}: {nearest.name} has changed since the trace"
        return Place(frame, source, now, nearest.name, moved, sure=False, rivals=rivals)
    now = min(line, max(len(source.lines), 1))
    moved = f"{source.path}: line {line} of the trace is not there any more"
    function = source.function_at(now) or MODULE
    return Place(frame, source, now, function, moved, sure=False, rivals=rivals)


def _within(source: SourceFile, line: int, function: str) -> bool:
    return (source.function_at(line) or "").rpartition(".")[2] == function
