"""Traces of Dart and Flutter: unhandled exceptions and the framework's framed reports."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.stages import Block, Head, Heads, Stage

_START = re.compile(
    r"Unhandled exception:$|(?:\[ERROR:flutter/.{1,200}\] )?Unhandled Exception: \S"
)
_FRAMED = re.compile(
    r"(?:═+|-+)(?:╡ | )(?:EXCEPTION CAUGHT BY|Exception caught by) .{1,100}?(?: ╞?═*| -*)?$"
)
_RULE = re.compile(r"(?:═{20,}|-{60,})$")
_FRAME = re.compile(
    r"#\d+\s+(\S.*?) \(((?:dart:|package:|file://|org-dartlang|https?:|/)?[^()]*?\.dart"
    r"|dart:[^()]*?)"
    r"(?::(\d+))?(?::\d+)?\)$"
)
_TERSE = re.compile(r"((?:package:|dart:|[\w./-]*\.dart)\S*) (\d+):\d+\s+(\S.*)$")
_NOTE = re.compile(r"<asynchronous suspension>$|=+ asynchronous gap|\(elided |\.\.\.$|warning: ")
_HEADS = Heads(
    re.compile(
        r"(?:\[ERROR:flutter/.*?\] )?(?:Unhandled Exception: )?"
        r"(?P<type>_?[A-Z]\w*(?:Error|Exception))(?: \(\w+\))?: ?(?P<message>.*)$"
    ),
    re.compile(r"(?<![\w.])(?P<type>[A-Z]\w*(?:Error|Exception))(?:: (?P<message>.*)|$)"),
)
_THROWN = re.compile(r"The following (\w+)(?: object)? was thrown\b")
_PREFIX = re.compile(r"(?:\[ERROR:flutter/.*?\] )?(?:Unhandled Exception: )?")
_UNNAMED = (
    ("Bad state: ", "StateError"),
    ("Invalid argument", "ArgumentError"),
    ("Null check operator", "TypeError"),
    ("type '", "TypeError"),
    ("Concurrent modification", "ConcurrentModificationError"),
    ("Unsupported operation", "UnsupportedError"),
    ("Stack Overflow", "StackOverflowError"),
    ("Out of Memory", "OutOfMemoryError"),
)
"""How errors of the core library begin, which print no name."""
_PATIENCE, _FRAMED_PATIENCE = 8, 60


class Dart:
    """The recogniser of the family (see `trace.Headed`)."""

    language = "dart"
    hint = r"EXCEPTION CAUGHT BY|Exception caught by |Unhandled "

    def start(self, line: str) -> Head | None:
        if _FRAMED.match(line):
            return Head(_FRAMED_PATIENCE)
        return Head(_PATIENCE) if _START.match(line) else None

    def frame(self, line: str) -> Stage | None:
        return Stage.FRAMES if _FRAME.match(line.strip()) else None

    def follow(self, state: object, line: str, *, loose: bool) -> Head | Stage | None:
        text = line.strip()
        if _FRAME.match(text) or _TERSE.match(text) or _NOTE.match(text):
            return Stage.FRAMES
        if _RULE.match(text):
            return Stage.TAIL
        if isinstance(state, Head) and self.start(line) is None:
            return state.more(line, loose=loose)
        return state if not text and isinstance(state, Stage) else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        frames = [frame for line in lines if (frame := _frame(line.strip()))]
        head = next((n for n, line in enumerate(lines) if _frame(line.strip())), len(lines))
        block = _named([line for line in lines[:head] if line.strip()])
        block.frames = frames
        return (block.info(Link.RAISED),)


DART = Dart()


def _frame(text: str) -> Frame | None:
    if found := _FRAME.match(text):
        return Frame(_file(found[2]), _number(found[3]), found[1])
    if found := _TERSE.match(text):
        return Frame(_file(found[1]), _number(found[2]), found[3])
    return None


def _file(uri: str) -> str:
    path = uri.removeprefix("file://")
    return path[1:] if path[2:3] == ":" else path


def _number(digits: str | None) -> int | None:
    return int(digits[:9]) if digits else None


def _named(head: Sequence[str]) -> Block:
    """The exception; in a framed report its type and its message stand in lines of their own."""
    for number, line in enumerate(head):
        if thrown := _THROWN.match(line.strip()):
            return Block(thrown[1], [text.strip() for text in head[number + 1 : number + 2]])
    texts = [_PREFIX.sub("", line.strip(), count=1) for line in head]
    texts = [text for text in texts if text and text != "Unhandled exception:"]
    for start, kind in _UNNAMED:
        if texts and texts[0].startswith(start):
            return Block(kind, texts)
    return _HEADS.block(texts)
