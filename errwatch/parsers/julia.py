"""Julia: the stack under an error, the logger's framed errors, crashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.listed import Listed

_PLACE = r"(?P<file>[^\s:]+\.jl):(?P<line>\d+)"
_AT = re.compile(rf"[\s│]+@ (?:(?P<module>\S+) )?{_PLACE}")
_OLD = re.compile(rf"[\s│]+\[\d+\] (?P<function>.+?) at {_PLACE}")
_CALLED = re.compile(r"[\s│]+\[\d+\] (?P<function>[^\s(]\S*?|\(::[^)]*\))(?:\(.*)?$")

_STACK = Listed(
    language="julia",
    hints=("Stacktrace:", "nested task error: "),
    opens=(re.compile(r"\s*Stacktrace:$"), re.compile(r" +nested task error: \S")),
    frames=(_AT, _OLD),
    names=_CALLED,
    more=re.compile(r"in expression starting at |caused by: |\s*Stacktrace:"),
)
_CAUSE = re.compile(r"(?: *nested task error|caused by): (?:(?P<type>[A-Z]\w*): )?(?P<message>.*)")


class Stack:
    """What stands under the line that says `ERROR: ...`, with what failed in other tasks."""

    language = "julia"
    hint = _STACK.hint
    start = staticmethod(_STACK.start)
    follow = staticmethod(_STACK.follow)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        """What failed in another task stands above the stack of the one that waited for it, and
        what an error was caused by below its stack."""
        parts: list[tuple[ExceptionInfo, list[str]]] = [(ExceptionInfo("", ""), [])]
        for line in lines:
            if found := _CAUSE.match(line):
                told = ExceptionInfo(found["type"] or "", found["message"], (), Link.CAUSE)
                parts.append((told, []))
            elif line == "Stacktrace:" and parts[-1][1] and parts[-1][1][0] != line:
                parts[0][1].append(line)
                parts.append(parts.pop(0))
            else:
                parts[-1][1].append(line)
        parts.sort(key=lambda part: part[0].link is not Link.RAISED)
        return tuple(replace(told, frames=_frames(stack)) for told, stack in parts)


def _frames(stack: Sequence[str]) -> tuple[Frame, ...]:
    return tuple(frame for one in _STACK.parse(stack) for frame in one.frames)


STACK = Stack()

_LOGGED = Listed(
    language="julia",
    hints=("┌ Error: ",),
    opens=(re.compile(r"┌ Error: (?P<message>.*)"),),
    frames=(_AT, _OLD, re.compile(rf"└ @ (?P<function>\S+) {_PLACE}")),
    names=_CALLED,
    more=re.compile(r"[│└]"),
)

_CRASHED = Listed(
    language="julia",
    hints=("signal ",),
    opens=(re.compile(r"(?:\[\d+\] )?signal (?:\(\d+\)|\d+ \(\d+\)): (?P<message>[A-Z][\w ]+)"),),
    frames=(re.compile(rf"(?P<function>\S.*) at {_PLACE}"),),
    more=re.compile(
        r"in expression starting at |\S.* at \S+(?::\d+)?|Allocations: |unknown function"
    ),
)

JULIA = (_LOGGED, _CRASHED)
