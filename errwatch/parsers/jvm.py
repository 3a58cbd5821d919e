"""Traces of the Java virtual machine: Java, Kotlin, Scala, Clojure, Groovy.

Causes, suppressed exceptions, circular references, the root cause first as some loggers print it,
the files and versions of archives after a frame, coroutine and reactive assembly notes.
"""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.memo import remembered
from errwatch.parsers.stages import Block, Head, Heads, Stage, chain, indent_of

_START = re.compile(
    r'Exception in thread "|FATAL EXCEPTION: |Execution error (?:\(|at )|Syntax error \(?.* at \('
)
_FRAME = re.compile(r"(?:[\w.@+-]*/){0,3}([^\s()]+?)\.([^\s().]+)\(([^()]*)\)")
_PLACE = re.compile(r"([^:]+\.\w+|NO_SOURCE_FILE|REPL|SourceFile|[\w$-]+(?=:\d))(?::(-?\d+))?$")
_IS_FRAME = re.compile(
    r"(?:\s+|^)at (?:[\w.@+-]*/){0,3}[^\s()]+\.[^\s().]+"
    r"\((?:[^():]+\.(?:java|kts?|scala|sc|cljc?|groovy|gsh|jsp|kotlin)(?::-?\d+)?|Native Method"
    r"|Unknown Source|<[\w ]+>|NO_SOURCE_FILE:\d+|REPL:\d+|SourceFile:\d+|[\w$-]+:\d+)\)"
)
_PRINTED = re.compile(r"\s+([\w.$*+!?<>=-]+)/([\w$*+!?<>=-]+) \(([\w.]+:-?\d+)\)$")
"""A frame as Clojure's own printer writes it: `ns/fn (file.clj:12)`."""
_SECTION = re.compile(r"\s*(Caused by|Suppressed|Wrapped by): ?(.*)")
_NOTES = re.compile(
    r"\s*(?:\.\.\. \d+ (?:more|common frames)|\[CIRCULAR REFERENCE|- (?:locked|waiting|parking)"
    r"|\*__|\|_|Error has been observed at|Original Stack Trace:|Assembly trace from"
    r"|(?:[\w$]+\.)+[\w$<>]+\(\w+\.\w+:\d+\)$|Stack trace:|Driver stacktrace:|\[wrapped\]|at )"
)
_NAME = r"(?:[\w$]+\.)*[A-Za-z_$][\w$]*"
_HEADS = Heads(
    re.compile(
        r"(?:Exception in thread \".*?\" )?(?:[Nn]ested exception is )?"
        r"(?P<type>(?:[\w$]+\.)+[A-Z_$][\w$]*|[\w$]*(?:Error|Exception|Throwable))"
        r"(?:: ?(?P<message>.*))?$"
    ),
    re.compile(
        r"(?<![\w.$])(?P<type>(?:[\w$]+\.)*[A-Z][\w$]*(?:Exception|Error|Throwable))"
        r"(?::? (?P<message>.*)|$)"
    ),
)
_EXECUTION = re.compile(
    r"(?:Execution|Syntax) error (?:\(([\w.$]+)\) )?.*?at (\S+)?\s*\((.+?)\)\.?$"
)
_LAMBDA = re.compile(r"lambda\$(\w+?)\$\d+$|\$anonfun\$(\w+?)\$\d+$")
_GENERATED = re.compile(r"(?<!\$)\$([A-Za-z_]\w*)\$(?:\d|fn__)")
_CALLED = frozenset(("invoke", "invokeSuspend", "doInvoke", "invokeStatic", "apply", "run"))
_PATIENCE = 8
"""Unmarked lines of a message after a line that certainly begins one."""


class Jvm:
    """The recogniser of the family (see `trace.Headed`)."""

    language = "java"
    hint = r'^Exception in thread "|^FATAL EXCEPTION: |^Execution error|^Syntax error'

    def start(self, line: str) -> Head | None:
        return Head(_PATIENCE) if _START.match(line) else None

    def frame(self, line: str) -> Head | Stage | None:
        """The first frame or section under a head that stands in the text above."""
        if _IS_FRAME.match(line) or _PRINTED.match(line):
            return Stage.FRAMES
        section = _SECTION.match(line)
        return Head(_PATIENCE) if section and _HEADS.whole.match(section[2]) else None

    def follow(self, state: object, line: str, *, loose: bool) -> Head | Stage | None:
        if _SECTION.match(line):
            return Head(_PATIENCE)
        if (line[:1].isspace() or line.startswith("at ")) and _NOTES.match(line):
            return Stage.FRAMES
        if _NOTES.match(line) or _PRINTED.match(line):
            return Stage.FRAMES
        if isinstance(state, Head) and self.start(line) is None:
            return state.more(line, loose=loose)
        return None if line.strip() else Stage.FRAMES

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return _Reader().read(lines)


JVM = Jvm()


class _Reader:
    """Reads the sections in the order they are printed."""

    def __init__(self) -> None:
        self._chains: list[list[Block]] = []
        """The outermost exception and its causes, then each suppressed one and its causes."""
        self._block = Block()
        self._wrapped = False

    def read(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        head = next((n for n, line in enumerate(lines) if _ends_head(line)), len(lines))
        self._block = _first(lines[:head])
        self._chains = [[self._block]]
        for line in lines[head:]:
            self._line(line)
        if self._wrapped:
            self._chains[0].reverse()
        found: list[ExceptionInfo] = []
        for number, blocks in enumerate(self._chains):
            named = [block for block in blocks if block.type or block.frames]
            found += chain(named, Link.CONTEXT if number else Link.RAISED, Link.CAUSE)
        return tuple(found)

    def _line(self, line: str) -> None:
        if section := _SECTION.match(line):
            self._section(section[1], section[2], indent_of(line))
        elif frame := _frame(line):
            self._block.frames.append(frame)
        elif not self._block.frames and not _NOTES.match(line):
            self._block.message.append(line.strip())

    def _section(self, kind: str, head: str, indent: int) -> None:
        self._block = Block(indent=indent)
        if head.startswith("["):
            return
        named = _HEADS.block([head])
        self._block.type, self._block.message = named.type, named.message
        if kind == "Suppressed":
            self._chains.append([self._block])
            return
        self._wrapped |= kind == "Wrapped by"
        alike = (one for one in reversed(self._chains[1:]) if one[0].indent == indent)
        (next(alike, self._chains[0]) if indent else self._chains[0]).append(self._block)


def _ends_head(line: str) -> bool:
    return _SECTION.match(line) is not None or _frame(line) is not None


def _first(head: Sequence[str]) -> Block:
    """The outermost exception. Clojure's summary names its place itself."""
    found = next((m for line in head if (m := _EXECUTION.match(line))), None)
    if found is None:
        return _HEADS.block(head)
    report = next((n for n, line in enumerate(head) if line.startswith("Full report")), len(head))
    kind = found[1] or ("SyntaxError" if found[0].startswith("Syntax") else "")
    block = Block(kind, [line.strip() for line in head[1:report]])
    file, _, number = found[3].partition(":")
    namespace, _, function = (found[2] or "").partition("/")
    digits = number.partition(":")[0]
    line = int(digits[:9]) if digits.isdecimal() else None
    block.frames.append(Frame(file, line, function or None, namespace or None))
    return block


@remembered
def _frame(line: str) -> Frame | None:
    text = line.strip()
    if text.startswith("at ") and (found := _FRAME.match(text, 3)):
        module, function, place = found.groups()
        return _placed(module, _called(module, function), place)
    if printed := _PRINTED.match(line):
        return _placed(printed[1], printed[2], printed[3])
    return None


def _placed(module: str, function: str, place: str) -> Frame:
    """`Native Method` and `Unknown Source` are no files; `<generated>` is none of the user's."""
    found = _PLACE.match(place)
    if found is None:
        return Frame(place if place.startswith("<") else "", None, function, module)
    file, number = found.groups()
    if file.endswith((".clj", ".cljc")) and "$" in module:
        module = module.partition("$")[0].replace("_", "-")
    line = int(number[:9]) if number and not number.startswith("-") else None
    return Frame(file, line, function, module)


def _called(module: str, function: str) -> str:
    """The function as the source names it, where the compiler made one of its own of it."""
    if found := _LAMBDA.search(function):
        return found[1] or found[2]
    if function in _CALLED and (found := _GENERATED.search(module)):
        return found[1]
    if function in ("invoke", "invokeStatic", "doInvoke") and "$" in module:
        return module.rpartition("$")[2].replace("_", "-")
    return function
