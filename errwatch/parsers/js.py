"""Traces of JavaScript and TypeScript: Node, Deno, Bun and browsers.

Node's report of an uncaught error with the line of code and a caret, thrown values that are no
errors, causes and members of aggregates in braces, frames of V8, Firefox and Safari.
"""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.listed import Listed
from errwatch.parsers.stages import Block, Guess, Head, Heads, Stage, indent_of

_SCRIPT = re.compile(
    r"(?:(?:[a-z-]{4,20}:/{1,3}|[A-Za-z]:[\\/])?[^\s:(][^:]{0,400}\.(?:[cm]?[jt]sx?|vue|svelte)"
    r"|(?:node|internal):[\w/.-]+|\[eval\d*\]"
    r"|evalmachine\.<anonymous>|<anonymous_script>):(\d+)$"
)
"""The first line of Node's report: where the statement stands that threw."""
_CARET = re.compile(r"\s*\^+\s*$")
_START = re.compile(
    r"\[?UnhandledPromiseRejection\b|\(node:\d+\) (?:\[\w+\] )?UnhandledPromiseRejectionWarning: "
    r"|(?:error: )?Uncaught (?:\(in promise\) )?[\w$.]+: |Unhandled (?:promise )?rejection:? \S"
)
_IS_FRAME = re.compile(
    r"\s*(?:eval )?at (?:.*:\d+:\d+\)*|.+ \((?:<anonymous>|native|index \d+|unknown location)\)"
    r"|<anonymous>)(?: \{|,)?$"
)
_CONSOLE = re.compile(
    r"(?:(?P<function>[\w$.<>*/@-]+) )?"
    r"(?P<place>(?:[^\s:()@]+\.(?:[cm]?[jt]sx?|vue|svelte|html)|https?://\S+):\d+(?::\d+)?)$"
)
_SHOWN = re.compile(r" {4}(?:[\w$.<>*/-]+ )?https?://\S+:\d+(?::\d+)?$")
"""The same with the address of the script, which nothing else looks like."""
"""A frame as the console of Firefox shows it, indented: `total cart.js:31`."""
_URL = re.compile(
    r"(?:https?|file|webpack(?:-internal)?|resource|app|moz-extension|ng|capacitor)://|/"
    r"|\[native code\]?$"
)
_PLACE = re.compile(r"(.+?):(\d+)(?::\d+)?$")
_BUNDLED = re.compile(r"webpack(?:-internal)?://[^/]*/(?:\([\w-]+\)/)?(?:\./)?")
_EVALUATED = re.compile(r"\(([^()]+:\d+:\d+)\)")
_SECTION = re.compile(
    r"(?:\[(?:cause|errors|original|parent|error)\]: |cause: |[Cc]aused by: )(.*)"
)
_MEMBERS = re.compile(r"\[?errors\]?: \[$")
_OMITTED = re.compile(r"\.\.\. \d+ |\[?\.\.\. lines matching|Emitted '\w+' event")
_TRAILER = re.compile(r"Node\.js v\d|\(Use `node |Thrown at:|Bun v\d|\(node:\d+\) ")
_NAME = r"(?P<type>[A-Z_$][\w$]*|error)"
_CODE = r"(?: \[(?P<code>\w+)\])?"
_WHOLE = (
    r"(?:\[)?(?:\(node:\d+\) (?:\[\w+\] )?UnhandledPromiseRejectionWarning: )?"
    r"(?:Unhandled (?:promise )?rejection:? )?(?:error: )?(?:Uncaught )?(?:\(in promise\) )?"
    rf"{_NAME}{_CODE}"
)
_HEADS = Heads(
    re.compile(rf"{_WHOLE}(?:: ?(?P<message>.*?))?\]?(?: \{{)?$"),
    re.compile(
        r"(?<![\w$.])(?P<type>[A-Z][\w$]*(?:Error|Exception)|Error"
        rf"|(?<=[dr:] )(?:[A-Z][a-z]+){{2,6}}(?=: ))"
        rf"{_CODE}(?:: (?P<message>.*)|$)"
    ),
)


class Js:
    """The recogniser of the family (see `trace.Headed`)."""

    language = "javascript"
    hint = r"Unhandled|Uncaught |:\pN+$"

    def start(self, line: str) -> Head | Stage | Guess | None:
        if _START.match(line):
            return Stage.FRAMES if line.endswith(" {") else Head(_PATIENCE - 1)
        return Guess(1) if line[-1:].isdigit() and _SCRIPT.match(line) else None

    def frame(self, line: str) -> Stage | None:
        return Stage.FRAMES if _is_frame(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> Head | Stage | Guess | None:
        if isinstance(state, Guess):
            return _report(state, line)
        text = line.strip()
        if _is_frame(line) or (line[:1].isspace() and text.startswith("at ")):
            return Stage.FRAMES
        if line.startswith("    ") and _CONSOLE.match(text):
            return Stage.FRAMES
        if _SECTION.match(text) or _OMITTED.match(text):
            return Stage.FRAMES
        if _TRAILER.match(text):
            return Stage.TAIL
        if isinstance(state, Head):
            another = state.patience < _PATIENCE and self.start(line) is not None
            more = None if another else state.more(line, loose=loose)
            return Stage.FRAMES if more and line.endswith("] {") else more
        if not text or line[0] in "}]":
            return Stage.TAIL
        return Stage.FRAMES if line[0].isspace() and state is Stage.FRAMES else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return _Reader().read(lines)


JS = Js()
_PROVEN = 3
"""Lines of Node's report up to the caret."""
_PATIENCE = 12
"""Unmarked lines after it that are the message."""


def _report(state: Guess, line: str) -> Head | Guess | None:
    """The line of code under its place, then the caret: now it is certain."""
    if state.step == 1:
        return Guess(2) if _CARET.match(line) is None and _TRAILER.match(line) is None else None
    return Head(_PATIENCE) if _CARET.match(line) else None


def _is_frame(line: str) -> bool:
    if line[:1].isspace() or line.startswith("at "):
        return (_IS_FRAME.match(line) or _SHOWN.match(line)) is not None
    return "@" in line and _URL.match(line.partition("@")[2]) is not None


HEAP = Listed(
    language="javascript",
    hints=("FATAL ERROR: ",),
    opens=(re.compile(r"FATAL ERROR: (?P<message>.*)"),),
    more=re.compile(r"----- |\d+: 0x|<---|==== |\[\d+:0x"),
)
"""The engine gave up, mostly for want of memory. Without another header it is one by itself."""


class _Reader:
    """Reads errors in the order they are printed: each before its cause and its members."""

    def __init__(self) -> None:
        self._blocks: list[tuple[Block, Link]] = []
        self._members = -1
        """The indentation of the list of members that is being read."""

    def read(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        place, lines = _reported(lines)
        head = next((n for n, line in enumerate(lines) if _ends_head(line)), len(lines))
        first = _HEADS.block(_without_code(lines[:head]))
        self._blocks = [(_named(first), Link.RAISED)]
        for line in lines[head:]:
            self._line(line)
        if place and all(_internal(frame) for block, _ in self._blocks for frame in block.frames):
            first.frames.insert(0, place)
        return tuple(
            block.info(link) for block, link in self._blocks if block.type or block.frames or place
        )

    def _line(self, line: str) -> None:
        text = line.strip()
        block = self._blocks[-1][0]
        if _MEMBERS.match(text):
            self._members = indent_of(line)
        elif frame := _frame(text):
            block.frames.append(frame)
        elif section := _SECTION.match(text):
            self._begin(section[1], Link.CAUSE)
        elif self._members >= 0 and text.startswith("]") and indent_of(line) <= self._members:
            self._members = -1
        elif self._members >= 0 and indent_of(line) == self._members + 2:
            self._begin(text, Link.MEMBER)
        elif not block.frames and len(self._blocks) > 1 and text[:1] not in "}])":
            block.message.append(text)

    def _begin(self, head: str, link: Link) -> None:
        named = _HEADS.block([head])
        if named.type:
            self._blocks.append((_named(named), link))


def _reported(lines: Sequence[str]) -> tuple[Frame | None, Sequence[str]]:
    """The place at the beginning of Node's report, and the lines after its caret."""
    found = _SCRIPT.match(lines[0])
    if found is None or len(lines) < _PROVEN or not _CARET.match(lines[2]):
        return None, lines
    file = lines[0].rpartition(":")[0].removeprefix("file://")
    return Frame(file, int(found[1][:9]), None, code=lines[1].strip()), lines[_PROVEN:]


def _without_code(head: Sequence[str]) -> list[str]:
    """The text of a head, without a line of code and the caret under it."""
    text = [one for n, one in enumerate(head) if one.strip() and not (n and _TRAILER.match(one))]
    carets = {n for n, line in enumerate(text) if n and _CARET.match(line)}
    return [line for n, line in enumerate(text) if not {n, n + 1} & carets]


def _named(block: Block) -> Block:
    if block.type == "error":  # so Bun prints the plain one
        block.type = "Error"
    return block


def _internal(frame: Frame) -> bool:
    return frame.file.startswith(("node:", "internal/", "<"))


def _ends_head(line: str) -> bool:
    text = line.strip()
    shown = line.startswith("    ") and _CONSOLE.match(text)
    named = shown or _MEMBERS.match(text) or _SECTION.match(text)
    return _is_frame(line) or bool(named)


def _frame(text: str) -> Frame | None:
    """A frame of V8, or else of Firefox or Safari; None for one without a place."""
    if not text.startswith("at "):
        if shown := _CONSOLE.match(text):
            return _placed(shown["place"], shown["function"] or "")
        function, at, place = text.partition("@")
        return _placed(place, function) if at and _URL.match(place) else None
    text = text[3:].removesuffix(",").removesuffix(" {")
    function, opening, place = text.partition(" (")
    if not opening:
        return _placed(text.removeprefix("async "), "")
    evaluated = _EVALUATED.search(place)
    return _placed(evaluated[1] if evaluated else place.removesuffix(")"), function)


def _placed(place: str, function: str) -> Frame | None:
    found = _PLACE.match(place.removeprefix("address at "))
    if found is None:
        return None
    return Frame(_source(found[1]), _number(found[2]), _function(function))


def _number(digits: str | None) -> int | None:
    return int(digits[:9]) if digits else None


def _source(file: str) -> str:
    """Without scheme, query and the bundler's own beginning of the path."""
    return _BUNDLED.sub("", file.removeprefix("file://").partition("?")[0], count=1)


def _function(name: str) -> str | None:
    """`async load`, `new Plan`, `Layer.handle [as handle_request]` without what is not the name."""
    name = name.partition(" [as ")[0].removeprefix("async ").removeprefix("new ")
    return None if name in ("", "<anonymous>", "Object.<anonymous>", "Module.<anonymous>") else name
