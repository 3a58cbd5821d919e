"""Ruby: uncaught exceptions with old and new quotes, their causes, and what Rails logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame
from errwatch.parsers.listed import Listed, Step

_FILE = r"(?P<file><internal:[^>\s]{1,100}>|(?:[A-Za-z]:)?[^\s:(\[<][^:\n]{0,400}?)"
_IN = r":in [`'](?P<function>[^'\n]{1,300})'"
_TYPE = r"(?P<type>[A-Z]\w*(?:::[A-Z]\w*)*)"
_FRAME = re.compile(rf"\s*(?:\d+: )?(?:from )?{_FILE}:(?P<line>\d+)(?:{_IN}|:in \S+)?$")
_BARE = re.compile(rf"\s*{_FILE}:(?P<line>\d+){_IN}$")
_OPENS = (
    re.compile(rf"{_FILE}:(?P<line>\d+){_IN}: (?P<message>.*) \({_TYPE}\)\]?$"),
    re.compile(
        rf"{_FILE}:(?P<line>\d+){_IN}: (?P<message>unhandled exception|Interrupt|SIG[A-Z]+)$"
    ),
    re.compile(rf"{_FILE}:(?P<line>\d+): (?P<message>.*) \((?P<type>SyntaxError|LoadError)\)$"),
    re.compile(r"(?P<file>[^\s:]+\.(?:rb|ru|rake)):(?P<line>\d+): (?P<message>syntax error, .*)$"),
    re.compile(
        r"(?:\[[\w.:-]{1,60}\] ){0,4}"
        r"(?P<type>(?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception|NotFound|Invalid|Missing)\w*"
        r"|(?:[A-Z]\w*::)+[A-Z]\w*) \((?P<message>.*)\):$"
    ),
    re.compile(
        r"(?:\[[\w.:-]{1,60}\] ){0,4}(?P<type>(?:[A-Z]\w*::)+[A-Z]\w*) "
        r"\((?P<message>(?:[A-Z]\w*::)+[A-Z]\w*: .*[^):])$"
    ),
)
"""The last is of a message of several lines, which says what a database said."""
_UNCAUGHT = (
    re.compile(rf"Puma caught this error: (?P<message>.*) \({_TYPE}\)$"),
    re.compile(rf"(?:.{{0,60}}Rack app \(.*\): )?#<{_TYPE}: (?P<message>.*)>$"),
)
"""Without a place: that of the first frame is the place."""
_MORE = re.compile(
    r"Did you mean\?|\):$|LINE \d+: |(?:DETAIL|HINT): |Caus(?:es|ed by):?|\(cause\b|Parameters: "
    r"|(?:\[[\w.:-]{1,60}\] ){1,4}$"
)
_JRUBY = re.compile(
    r" {2,}(?P<function>\S[^()]*?) at (?P<file>\S+\.(?:rb|rake|java|ru)|\S*bin/\S+):(?P<line>\d+)$"
)
_LABEL = re.compile(r"(?:block|rescue|ensure)(?: \(\d+ levels\))? in ")
_COMPILED = re.compile(r"(_erb|_haml|_slim|_builder|_jbuilder)__+\d+(?:_\d+)*$")
_TAGS = re.compile(r"(?:\[[\w.:-]{1,60}\] ){1,4}")

_UPSIDE_DOWN = "Traceback (most recent call last):"
"""Ruby 2.5 to 2.7: the exception is the last line."""

_LISTED = Listed(
    language="ruby",
    hints=(
        *(":in '", ":in `", "):", "SyntaxError)", "LoadError)", ": syntax error, "),
        *("caught this error: ", "#<", " (PG::", " (Mysql2::", " (SQLite3::", " (Trilogy::"),
    ),
    opens=(*_OPENS, *_UNCAUGHT),
    frames=(_FRAME,),
    more=_MORE,
    chained=True,
)

RAKE = Listed(
    language="ruby",
    hints=("aborted!",),
    opens=(re.compile(r"(?:rake|rails|cap|thor) aborted!$"),),
    frames=(_FRAME,),
    says=re.compile(rf"{_TYPE}: (?P<message>.*)"),
    more=re.compile(rf"{_TYPE}: |Caused by:$|Tasks: TOP => |\(See full trace "),
    wordy=True,
)
"""What a task runner prints of an exception, its causes and the task."""


class Ruby:
    """The recogniser of the family (see `trace.TraceFormat`)."""

    language = "ruby"
    hint = rf"{_LISTED.hint}|{re.escape(_UPSIDE_DOWN)}"

    def start(self, line: str) -> Step | None:
        return Step.HEAD if line == _UPSIDE_DOWN else _LISTED.start(line)

    def follow(self, state: object, line: str, *, loose: bool) -> Step | None:
        if state is Step.HEAD and not line.strip():
            return Step.GAP
        if state is Step.GAP and _LISTED.start(line) is None:
            return Step.BODY  # the source, with markers below it
        return _LISTED.follow(state, _untagged(line), loose=loose)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        if lines[0] == _UPSIDE_DOWN:
            lines = lines[::-1]
        found = _LISTED.parse([_untagged(line) for line in lines])
        return tuple(
            replace(one, frames=tuple(_plain(frame) for frame in one.frames)) for one in found
        )


class Stack:
    """Frames under a line that a logger printed."""

    language = "ruby"
    hint = r"\.rb:"

    def start(self, line: str) -> Step | None:
        return Step.BODY if ".rb:" in line and _BARE.match(_untagged(line)) else None

    def follow(self, state: object, line: str, *, loose: bool) -> Step | None:
        return _LISTED.follow(state, _untagged(line), loose=loose)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        found = [_BARE.match(_untagged(line)) for line in lines]
        frames = [
            _plain(Frame(one["file"], int(one["line"][:9]), one["function"]))
            for one in found
            if one
        ]
        return (ExceptionInfo("", "", tuple(reversed(frames))),)


JRUBY = Listed(
    language="ruby",
    hints=(" at ",),
    opens=(_JRUBY,),
    frames=(_JRUBY,),
    more=_JRUBY,
)
"""The stack that JRuby prints under an exception, with its functions in a column."""

RUBY = Ruby()
STACK = Stack()


def _untagged(line: str) -> str:
    """Rails puts its tags before every line of a trace."""
    return _TAGS.sub("", line, count=1) if line.startswith("[") else line


def _plain(frame: Frame) -> Frame:
    """The function that the block is in; without the numbers of a compiled template."""
    if frame.function is None:
        return frame
    return replace(frame, function=_COMPILED.sub(r"\1", _LABEL.sub("", frame.function)))
