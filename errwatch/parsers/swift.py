"""Traces of Swift and of Apple's runtimes: fatal errors, backtraces, uncaught NSExceptions."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.stages import Block, Head, Stage

_FATAL = r"(?:Fatal error|Precondition failed|Assertion failed)"
_PLACED = re.compile(
    rf"(?P<file>\S[^:]*\.swift):(?P<line>\d+): (?P<kind>{_FATAL})(?:: (?P<message>.*))?$"
)
_ENDING = re.compile(
    rf"(?P<kind>{_FATAL})(?:: (?P<message>.*?))?: file (?P<file>\S.*\.swift), line (?P<line>\d+)$"
)
_THREAD = re.compile(rf"Thread \d+: (?P<kind>{_FATAL}): (?P<message>.*)$")
_NS = re.compile(r"\*\*\* Terminating app due to uncaught exception '([^']*)', reason: '(.*?)'?$")
_CRASH = re.compile(
    r"(?:💣|\*\*\*) (?:Program crashed: |Swift runtime failure: |Fatal error: )(.*?)(?: \*\*\*)?$"
)
_FRAME = re.compile(
    r"\s*\d+ (?:\[[\w.]+\] )*(?: *0x[0-9a-f]+ )?(?P<function>.+?) in (?P<image>\S+)"
    r" at (?P<file>\S.*?):(?P<line>\d+)(?::\d+)?$"
)
_OLD_FRAME = re.compile(
    r"\s*\d+ +(?P<image>\S+) +0x[0-9a-f]+ (?P<function>.+?)(?: \+ \d+)?"
    r"(?: (?:at|in) (?P<file>\S.*?):(?P<line>\d+))?$"
)
_BODY = re.compile(
    r"\s*(?:Current stack trace:|Thread \d+|\*\*\* (?:First|Signal) |[()]$|\(0x[0-9a-f]+[ )]"
    r"|libc\+\+abi"
    r"|Registers:|\w{2,6} 0x[0-9a-f]{4,}|Images|0x[0-9a-f]+[-–]|Backtrace took|Illegal instruction"
    r"|\d+ +\S+ |\d*│|Stack dump:|terminating |Trace/BPT)"
)
_PATIENCE = 3


class Swift:
    """The recogniser of the family (see `trace.Headed`)."""

    language = "swift"
    hint = (
        r"Fatal error|Precondition failed|Assertion failed|Terminating app|Program crashed"
        r"|Swift runtime"
    )

    def start(self, line: str) -> Head | Stage | None:
        if _told(line) or _CRASH.match(line) or _THREAD.match(line):
            return Stage.FRAMES
        return Head(_PATIENCE) if _NS.match(line) else None

    def frame(self, line: str) -> Stage | None:
        return Stage.FRAMES if _FRAME.match(line) and ".swift:" in line else None

    def follow(self, state: object, line: str, *, loose: bool) -> Head | Stage | None:
        if _BODY.match(line) or _FRAME.match(line) or _CRASH.match(line):
            return Stage.FRAMES
        if isinstance(state, Head):
            return state.more(line, loose=loose)
        return Stage.FRAMES if not line.strip() or line[0].isspace() else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        block = _named(lines)
        found = [frame for line in lines if (frame := _frame(line))]
        block.frames = found or block.frames
        return (block.info(Link.RAISED),)


SWIFT = Swift()


def _told(line: str) -> re.Match[str] | None:
    """A line that says what went wrong and where."""
    return _PLACED.match(line) or _ENDING.match(line)


def _named(lines: Sequence[str]) -> Block:
    """Swift's own errors have a kind and no type; the place is the first frame."""
    for line in lines:
        if found := _NS.match(line):
            return Block(found[1], [found[2]])
        if found := _THREAD.match(line):
            return Block("", [f"{found['kind']}: {found['message']}"])
        if found := _told(line):
            place = Frame(found["file"], int(found["line"][:9]), None)
            return Block("", [f"{found['kind']}: {found['message'] or ''}".rstrip(": ")], [place])
        if found := _CRASH.match(line):
            return Block("", [found[1]])
    return Block("", [line.strip() for line in lines[:1]])


def _frame(line: str) -> Frame | None:
    found = _FRAME.match(line) or _OLD_FRAME.match(line)
    if found is None:
        return None
    function = found["function"].partition(" + ")[0]
    number = found["line"]
    return Frame(found["file"] or "", int(number[:9]) if number else None, function, found["image"])
