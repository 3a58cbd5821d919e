"""Traces of .NET: inner exceptions, aggregates, asynchronous separators, Mono's way of places."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.stages import Block, Head, Heads, Stage, chain

_UNHANDLED = (
    r"(?:Unhandled [Ee]xception[.:] ?|Exception Info: |\[ERROR\] FATAL UNHANDLED EXCEPTION: "
    r"|(?:Unbehandelte Ausnahme|Exception non gérée|Excepción no controlada|Eccezione non gestita"
    r"|Exceção sem Tratamento|Необработанное исключение|Onverwerkte uitzondering"
    r"|Nieobsłużony wyjątek|İşlenmeyen Özel Durum"
    "|\u30cf\u30f3\u30c9\u30eb\u3055\u308c\u3066\u3044\u306a\u3044\u4f8b\u5916"
    "|\u672a\u7ecf\u5904\u7406\u7684\u5f02\u5e38) ?[:.\uff1a] ?)"
)
_START = re.compile(
    rf"(?:Unhandled exception|Fatal error)\. (?=\S)|Unhandled Exception: ?(?=\w+\.|$)"
    r"|Process terminated\.|Stack overflow\.$"
    rf"|(?!Unhandled){_UNHANDLED}(?=\w+\.)"
)
_AT = r"(?:at|bei|à|en|in|em|в|w|vid|bij|v|konum:|場所|在|위치:)"
"""How a line of a frame begins in the language of the system."""
_FRAME = re.compile(
    rf"\s*{_AT} (?P<name>[^\s(]+(?: [^\s(]+)?) ?\((?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)"
    r"(?: \[0x[0-9a-f]+\])?"
    r"(?: (?:in|dans|en|na|в|w|i|v|場所|位置|파일) (?P<file>.+?)(?::line (?P<line>\d+)"
    r"|:(?:Zeile|ligne|línea|riga|linha|строка|wiersz|rad|regel|satır|řádek|行号|行|줄) ?"
    r"(?P<local>\d+)\.?|:(?P<column>\d+) ?)?)?(?:<---)?$"
)
_UNITY = re.compile(
    r"(?P<name>[\w.:+<>`/]+) ?\([^()]*\) \(at (?P<file>[^:()]+\.cs):(?P<line>\d+)\)$"
)
"""A frame as the editor of Unity shows it."""
_PLACE_OF_OTHERS = re.compile(r"[^:()]+:\d+(?::\d+)?$|Native Method$|Unknown Source$|<\w+>$|index ")
_INNER = re.compile(r"\s*---> (?:\(Inner Exception #(\d+)\) )?(.*)")
_SEPARATOR = re.compile(r"\s*--- (?:End of|Fin de|Ende|Fine|Fim|Конец)\b|-{32}$|Repeat \d+ times:$")
_INNER_ENDS = re.compile(r"\s*--- .*\b(?:inner|intern|interna|interne|internen|внутрен\w*)\b")
_OF_SERVER = re.compile(r"ClientConnectionId:[0-9a-f-]{36}|Error Number:\d+,")
"""What SQL Server said, between the frames."""
_OF_JAVA = re.compile(r"(?:[a-z]\w*\.)+[A-Z][\w$]*(?:Exception|Error)\b|\tat [\w$.]+\(\S*\)$")
"""What Java threw in Android, told once more in its own way."""
_OF_UNITY = re.compile(r"[\w.+<>`]+:[\w.<>|]+ ?\([^()]*\)(?: \(at [^()]+\))?$")
"""Where the engine was told of it."""
_DATA = re.compile(r"\s+Exception data:$")
"""Npgsql lists what the server said, indented under the message or the frames."""
_NAME = r"(?P<type>(?:[A-Z_]\w*[.+])+[\w`+]*[A-Z][\w`]*|[A-Z]\w*Exception)"
_HEADS = Heads(
    re.compile(
        rf"{_UNHANDLED}?{_NAME}(?: \((?:0x[0-9A-Fa-f]+|\d+)\))?"
        r"(?: ?: ?(?P<message>.*?))?(?:<---)?$"
    ),
    re.compile(r"(?<![\w.])(?P<type>(?:[A-Z]\w*\.)*[A-Z]\w*Exception)(?: ?: (?P<message>.*)|$)"),
)
_ASYNC = re.compile(r"<+(\w+)>+(?:[a-z]\w*)?(?:__[\w|]+)?(?:>d(?:__\d+)?)?$")
_STATE_MACHINE = frozenset(("MoveNext", "Invoke"))
_PATIENCE = 8
"""Unmarked lines of a message after a line that certainly begins one."""


class DotNet:
    """The recogniser of the family (see `trace.Headed`)."""

    language = "csharp"
    hint = (
        r"^Unhandled|^Fatal error\.|^Process terminated|^Stack overflow|^Exception "
        "|FATAL UNHANDLED|^Unbehandelte |^Excepción |^Eccezione |^Exceção |^Необработ"
        "|^Onverwerkte |^Nieobsł|^İşlenmeyen "
        "|^\u30cf\u30f3|^\u672a\u7ecf"
    )

    def start(self, line: str) -> Head | None:
        return Head(_PATIENCE) if _START.match(line) else None

    def frame(self, line: str) -> Head | Stage | None:
        if _is_frame(line):
            return Stage.FRAMES
        inner = _INNER.match(line)
        return Head(_PATIENCE) if inner and _HEADS.whole.match(inner[2]) else None

    def follow(self, state: object, line: str, *, loose: bool) -> Head | Stage | None:
        if _INNER.match(line):
            return Head(_PATIENCE)
        if _is_frame(line) or _SEPARATOR.match(line) or line.startswith(_TWICE):
            return Stage.FRAMES
        if _OF_SERVER.match(line):
            return Stage.FRAMES
        if state is Stage.FRAMES and (_OF_JAVA.match(line) or _OF_UNITY.match(line)):
            return Stage.FRAMES
        if _DATA.match(line):
            return Head()
        if isinstance(state, Head) and self.start(line) is None:
            return state.more(line, loose=loose)
        return None if line.strip() else Stage.FRAMES

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return _Reader().read(lines)


DOTNET = DotNet()


def _is_frame(line: str) -> bool:
    if line.endswith(")") and ".cs:" in line and _UNITY.match(line):
        return True
    text = line.lstrip()
    if not text.startswith("at ") and (line[:3] != "   " or not text.startswith(_LOCALIZED)):
        return False
    found = _FRAME.match(line)
    if found is None or _PLACE_OF_OTHERS.match(found["arguments"]):
        return False
    return "." in found["name"] or line[found.end("name")] == "("


_TWICE = ("[ERROR] FATAL UNHANDLED EXCEPTION: ", "FATAL UNHANDLED EXCEPTION: ")
"""Mono prints what nobody caught once more."""
_LOCALIZED = (
    *("bei ", "à ", "en ", "in ", "em ", "в ", "w ", "vid ", "bij ", "v ", "konum: "),
    *("場所 ", "在 ", "위치: "),
)


class _Reader:
    """Inner exceptions are printed inside of their outer one, before its frames."""

    def __init__(self) -> None:
        self._chains: list[list[Block]] = [[]]
        """The outermost exception, then inwards; then the same of each other of an aggregate."""
        self._again: list[Block] | None = None
        """The first of an aggregate, which is printed twice."""
        self._open: list[Block] = []
        """The exceptions that have not ended, the innermost last."""

    def read(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        again = [n for n, line in enumerate(lines) if n and line.startswith(_TWICE)]
        lines = lines[: again[0]] if again else lines
        head = next((n for n, line in enumerate(lines) if _ends_head(line)), len(lines))
        self._chains, self._open = [[]], []
        self._nested(lines[:head])
        for line in lines[head:]:
            self._line(line)
        found: list[ExceptionInfo] = []
        for number, blocks in enumerate(self._chains):
            found += chain(blocks, Link.MEMBER if number else Link.RAISED, Link.CAUSE)
        return tuple(one for one in found if one.type or one.frames)

    def _nested(self, head: Sequence[str]) -> None:
        """The framework of Windows prints the inner exceptions in the line of the outer one."""
        for text in "\n".join(head).split(" ---> "):
            said = [line for line in text.split("\n") if _SEPARATOR.match(line) is None]
            block = _HEADS.block(said)
            self._chains[0].append(block)
            self._open.append(block)

    def _line(self, line: str) -> None:
        block = self._open[-1]
        if inner := _INNER.match(line):
            self._begin(inner[1], inner[2])
        elif _INNER_ENDS.match(line):
            self._end()
        elif _is_frame(line) and (frame := _frame(line)):
            block.frames.append(frame)
        elif not block.frames and not _SEPARATOR.match(line):
            block.message.append(line.strip().removesuffix("<---"))
        if line.endswith("<---"):
            self._end()

    def _begin(self, number: str | None, head: str) -> None:
        """The first of an aggregate is printed twice: as its cause, and under its number."""
        block = _HEADS.block([head])
        if number is None:
            (self._chains[-1] if self._again is None else self._again).append(block)
        elif number == "0" and len(self._chains[0]) > 1:
            self._again = [block]
        else:
            self._again = None
            self._chains.append([block])
        self._open.append(block)

    def _end(self) -> None:
        if len(self._open) > 1:
            self._open.pop()


def _ends_head(line: str) -> bool:
    return _is_frame(line) or _INNER.match(line) is not None or _SEPARATOR.match(line) is not None


def _frame(line: str) -> Frame | None:
    found = _FRAME.match(line)
    if found is None:
        return _in_unity(line)
    name = found["name"].partition("[")[0] if found["name"][:1] != "[" else found["name"]
    module, _, function = name.rpartition(".")
    file, number = found["file"] or "", found["line"] or found["local"] or found["column"]
    if file.startswith("<"):
        file = ""
    return Frame(file, int(number[:9]) if number else None, _called(module, function), module)


def _in_unity(line: str) -> Frame | None:
    found = _UNITY.match(line)
    if found is None:
        return None
    module, _, function = found["name"].replace(":", ".").rpartition(".")
    return Frame(found["file"], int(found["line"][:9]), function, module)


def _called(module: str, function: str) -> str:
    """The method as the source names it: of a state machine, a lambda, a local function."""
    name = module.rpartition(".")[2].rpartition("+")[2] if function in _STATE_MACHINE else function
    closure, at, _ = name.partition("@")
    if closure and at:  # of F#, with its line
        return closure
    found = _ASYNC.search(name)
    return found[1] if found else function
