"""Python tracebacks as Rich draws them in a terminal, and as IPython shows them in a notebook.

Both print source around the line of a frame, and the exception after all frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.listed import first_match, frame_of
from errwatch.parsers.python import CHAIN, EXCEPTION, Block, outwards


class State(Enum):
    """Where in such a traceback a line stands."""

    FRAMES = "frames"
    SAID = "said"
    CHAINED = "chained"
    """After the line that announces another traceback."""

    @property
    def complete(self) -> bool:
        return self is State.SAID


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One way to show them (see `trace.TraceFormat`)."""

    opens: re.Pattern[str]
    shows: re.Pattern[str]
    """Lines between the first one and the exception."""
    frames: tuple[re.Pattern[str], ...]
    hint: str = r"Traceback \(most recent call last\) *(?:[─-]|$)"
    language: str | None = "python"

    def start(self, line: str) -> State | None:
        return State.FRAMES if self.opens.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        text = line.strip()
        if state is State.FRAMES:
            if self.shows.match(line):
                return State.FRAMES
            return State.SAID if EXCEPTION.match(text) else None
        if state is State.CHAINED:
            return State.CHAINED if not text.strip("-") else self.start(line)
        if text in CHAIN:
            return State.CHAINED
        known = (loose or not text or line[0].isspace()) and self.start(line) is None
        return State.SAID if known else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        blocks: list[Block] = []
        for line in lines:
            if self.opens.match(line):
                blocks.append(Block())
            elif blocks and line.strip() in CHAIN:
                blocks[-1].link = CHAIN[line.strip()]
            elif blocks:
                self._extend(blocks[-1], line)
        return tuple(outwards(blocks, Link.RAISED))

    def _extend(self, block: Block, line: str) -> None:
        if block.type is not None:
            block.message.append(line.strip())
        elif groups := first_match(self.frames, line):
            frame = frame_of(groups)
            block.frames += [frame] if frame else []
        elif block.frames and (marked := _MARKED.match(line)):
            block.frames[-1] = _at(block.frames[-1], marked)
        elif not self.shows.match(line) and (exception := EXCEPTION.match(line.strip())):
            block.type, block.message = exception[1], [exception[2] or ""]


_MARKED = re.compile(r"(?:[│|] ❱ +|-+> ?)(?P<line>\d+)(?P<code> .*)?")
"""The line of source that the frame stands at."""


def _at(frame: Frame, marked: re.Match[str]) -> Frame:
    if frame.line not in (None, int(marked["line"][:9])):
        return frame
    code = (marked["code"] or "").strip(" │|")
    return replace(frame, line=int(marked["line"][:9]), code=code or None)


_RICH = Shown(
    opens=re.compile(r"\s*[╭┌+][─-]+ Traceback \(most recent call last\) [─-]+[╮┐+]\s*$"),
    shows=re.compile(r"\s*(?:[╭│╰┌└|+]|$)"),
    frames=(
        re.compile(
            r"\s*[│|] (?P<file>[^\s│|][^│|]*?):(?P<line>\d+) in (?P<function>[^│|]*[^│|\s])"
        ),
    ),
)
_IPYTHON = Shown(
    opens=re.compile(r"[A-Za-z_][\w.]* {2,}Traceback \(most recent call last\)\s*$"),
    shows=re.compile(
        r"\s|$|-+> ?\d|File |Cell In|Input In|In \[|<ipython|[/~.]|[A-Z]:\\|[\w./\\-]+\.pyx?\b"
        r"|\[\.\.\. "
    ),
    frames=(
        re.compile(r"File (?P<file>\S.*?):(?P<line>\d+)(?:, in (?P<function>[^(]+))?"),
        re.compile(
            r"(?P<file>(?:Cell|Input) In ?\[\d+\])(?:, line (?P<line>\d+))?"
            r"(?:,? in (?P<function>[^(]+))?"
        ),
        re.compile(r"(?P<file>[^\s-][^(]*?) in (?P<function>[^(\s]+)\("),
        re.compile(r"(?P<file><ipython-input-[\w-]+>) in (?P<function><module>)"),
    ),
)
SHOWN = (_RICH, _IPYTHON)
