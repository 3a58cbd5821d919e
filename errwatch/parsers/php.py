"""Errors and traces of PHP: fatal errors, uncaught exceptions and their previous ones, Laravel.

A frame line names the place of a call and the function that is called there; the model's frames
name the function that a place is in, which is what the next line calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.listed import Listed
from errwatch.parsers.stages import Head, Stage

_KINDS = r"(?:Fatal|Parse|Recoverable fatal|Catchable fatal|Core|Compile) error"
_START = re.compile(
    rf"PHP {_KINDS}: |^{_KINDS}: +(?:Uncaught |.* on line \d+$|.* in \S+\.php:\d+$)"
    r"|\[object\] \([\w\\]+\(code: |^exception '[\w\\]+' with message '"
    r"|^Uncaught PHP Exception [\w\\]+: "
)
_FRAME = re.compile(r"#(\d+) (?:(.+?)\((\d+)\)(?:: (.*))?|\[internal function\]: (.*)|(\{main\}))")
_TRACE = re.compile(r"\s*(?:PHP )?(?:Stack trace:|\[stacktrace\]|PHP +\d+\. )")
_XDEBUG = re.compile(r"\s*PHP +\d+\. (.*?)\(.*\) (\S+):(\d+)$")
_THROWN = re.compile(r"\s*thrown in (.+?) on line (\d+)")
_NEXT = re.compile(r"\s*(?:Next (?=[\w\\]+[: ])|\[previous exception\] )")
_CLOSING = re.compile(r'\s*"\}\s*')
_PLACED = re.compile(
    r"(?P<text>.*)(?: in | at )(?P<file>\S+?)(?::| on line | line )(?P<line>\d+)\)?(?:[\"{\s].*)?$",
    re.DOTALL,
)
_DRUPAL = re.compile(
    r"(?P<text>.*?)(?:\s+in \S+\(\))? \(line (?P<line>\d+) of (?P<file>/\S+)\)\.?$", re.DOTALL
)
_HEAD = re.compile(
    r"(?P<type>[A-Za-z_][\w\\]*)(?:\(code: [^()]*\))?: (?P<message>.*)$"
    r"|exception '(?P<old_type>[\w\\]+)' with message '(?P<old_message>.*)$"
)
_KIND = re.compile(rf"{_KINDS}: +")
_OBJECT = "[object] ("
_UNCAUGHT = re.compile(r"Uncaught (?:PHP Exception )?")
_PATIENCE = 20
"""Unmarked lines of a message that has not come to its place yet."""


class Php:
    """The recogniser of the family (see `trace.Headed`)."""

    language = "php"
    hint = r"(?:Fatal|Parse|fatal|Core|Compile) error: |\[object\]|^exception '|^Uncaught PHP E"

    def start(self, line: str) -> Head | Stage | None:
        return _after_head(line) if _START.search(line) else None

    def frame(self, line: str) -> Stage | None:
        text = line.strip()
        named = text.startswith("#") and _FRAME.match(text)
        return Stage.FRAMES if named or text == "[stacktrace]" else None

    def follow(self, state: object, line: str, *, loose: bool) -> Head | Stage | None:
        text = line.strip()
        if _THROWN.match(line) or _CLOSING.match(line):
            return Stage.TAIL
        if _NEXT.match(line):
            return _after_head(line)
        if _TRACE.match(line) or _FRAME.match(text):
            return Stage.FRAMES
        if isinstance(state, Head) and self.start(line) is None:
            return _after_head(line) if state.more(line, loose=loose) else None
        return state if not text and isinstance(state, Stage) else None

    def repeats(self, line: str, lines: Sequence[str], *, over: bool) -> bool:
        """Whether a line after the trace tells it again, once it is `over`: the interpreter may
        print what it logs."""
        if over:
            return not line or line in lines
        first, again = lines[0].partition("error: ")[2], line.partition("error: ")[2]
        return again != "" and again.lstrip() == first.lstrip() and _START.search(line) is not None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return _Reader().read(lines)


PHP = Php()

WATCHDOG = Listed(
    language="php",
    hints=(" (line ",),
    opens=(
        re.compile(
            r".*\|(?P<type>(?:\w+\\)+\w+|\w*(?:Error|Exception)): (?P<message>.*) in "
            r"(?P<function>\S+?)(?:\(\))? \(line (?P<line>\d+) of (?P<file>[^)]+)\)"
        ),
    ),
    alone=True,
)
"""An exception as Drupal reports it to syslog: the last of many fields between bars."""

CONSOLE = Listed(
    language="php",
    hints=(".php line ",),
    opens=(re.compile(r"\s*In (?P<file>[\w.-]+\.php) line (?P<line>\d+):$"),),
    frames=(
        re.compile(
            r"\s+(?:at|(?P<function>[\w\\{}:>-]+)\(.*\) at) (?P<file>\S+\.php):(?P<line>\d+)$"
        ),
    ),
    more=re.compile(r"Exception trace:$"),
    says=re.compile(r"\s+(?!\[[\w\\]+\]\s*$)(?P<message>\S.*)"),
)
"""An exception as Symfony's console draws it."""


def _placed(text: str) -> re.Match[str] | None:
    """Text that ends with the place where something was thrown."""
    return _PLACED.match(text) or _DRUPAL.match(text)


def _after_head(line: str) -> Head | Stage:
    """A message ends with its place; an error that is no exception has no trace after it."""
    found = _placed(line)
    if found is None:
        return Head(_PATIENCE)
    return Stage.TAIL if " on line " in line[found.end("file") :] else Stage.FRAMES


@dataclass
class _Block:
    text: list[str] = field(default_factory=list)
    calls: list[tuple[str, int | None, str]] = field(default_factory=list)
    """File, line and the function that is called there, the innermost first."""
    thrown: tuple[str, int] | None = None
    outer: bool = False
    """It is the outer one of the exception above it."""

    def info(self, link: Link) -> ExceptionInfo:
        kind, message = self._head()
        return ExceptionInfo(kind, message, tuple(reversed(self._frames())), link)

    def _head(self) -> tuple[str, str]:
        text = "\n".join(self.text).strip()
        first, _, rest = text.partition("\n")
        start, certain = _start_of_type(first)
        found = _HEAD.match(first, start) if certain else None
        if found is None:
            return "", _without_place(text[start:])
        message = found["message"] or found["old_message"] or ""
        message = _without_place(f"{message}\n{rest}" if rest else message)
        kind = (found["type"] or found["old_type"]).replace("\\\\", "\\")
        return kind, message.removesuffix("'") if found["old_type"] else message

    def _frames(self) -> list[Frame]:
        text = "\n".join(self.text)
        placed = _placed(text)
        place = (placed["file"], int(placed["line"][:9])) if placed else self.thrown
        calls = self.calls
        frames = []
        if place is not None and (not calls or calls[0][:2] != place):
            frames.append(_framed(place[0], place[1], calls[0][2] if calls else ""))
        for number, (file, line, _) in enumerate(calls):
            caller = calls[number + 1][2] if number + 1 < len(calls) else "{main}"
            if file:
                frames.append(_framed(file, line, caller))
        return frames


class _Reader:
    def __init__(self) -> None:
        self._blocks = [_Block()]

    def read(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        for line in lines:
            self._line(line)
        blocks = list(self._blocks)
        if any(block.outer for block in blocks):
            blocks.reverse()
        infos = [block.info(Link.CAUSE if n else Link.RAISED) for n, block in enumerate(blocks)]
        return tuple(one for one in infos if one.type or one.frames or one.message)

    def _line(self, line: str) -> None:
        block, text = self._blocks[-1], line.strip()
        if _NEXT.match(line):
            self._blocks.append(_Block([line], outer=text.startswith("Next ")))
        elif thrown := _THROWN.match(line):
            block.thrown = (thrown[1], int(thrown[2][:9]))
        elif xdebug := _XDEBUG.match(line):
            block.calls.insert(0, (xdebug[2], int(xdebug[3][:9]), xdebug[1]))
        elif text.startswith("#") and (found := _FRAME.match(text)):
            if not found[6]:
                number = int(found[3][:9]) if found[3] else None
                block.calls.append((found[2] or "", number, found[4] or found[5] or ""))
        elif not block.calls and not _TRACE.match(line) and not _CLOSING.match(line):
            block.text.append(line)


def _start_of_type(text: str) -> tuple[int, bool]:
    """Where what was thrown may be named, and whether a type must stand there."""
    if following := _NEXT.match(text):
        place = text.find(_OBJECT, following.end())
        return (place + len(_OBJECT) if place >= 0 else following.end()), True
    place = text.find(_OBJECT)
    if place >= 0:
        return place + len(_OBJECT), True
    kind = _KIND.search(text)
    start = kind.end() if kind else 0
    if following := _UNCAUGHT.match(text, start):
        return following.end(), True
    return start, kind is None


def _without_place(message: str) -> str:
    found = _placed(message)
    return (found["text"] if found else message).strip()


def _framed(file: str, line: int | None, called: str) -> Frame:
    """`Ns\\Cls->fn(1, 'a')` -> the function, and the class as its module."""
    name = called.partition("(")[0].replace("\\\\", "\\")
    if called.startswith("{closure") or "{closure" in name:
        name = name.partition("{closure")[0] + "{closure}"
    cut = max(name.rfind("->") + 2, name.rfind("::") + 2, 0)
    cut = cut if cut > 1 else 0
    module = name[: cut - 2] if cut else ""
    function = name[cut:]
    if not cut and "\\" in function:
        module, _, function = function.rpartition("\\")
    return Frame(file, line, function.rpartition("\\")[2] or None, module or None)
