"""Which traces begin with a line: all hints are looked for at once, then those who gave them asked.

Most lines hold no hint, and the others come again and again, so that few are really read.
"""

from __future__ import annotations

import re2

from errwatch.parsers.memo import remembered
from errwatch.parsers.trace import HEADED, STACKS, TRACES, Headed, TraceFormat, TraceState

FORMATS = (*TRACES, *STACKS)


def _hints() -> re2.Set:
    hints = re2.Set.SearchSet()
    for format_ in FORMATS:
        hints.Add(format_.hint)
    hints.Compile()
    return hints


_HINTS = _hints()


@remembered
def beginnings(line: str) -> tuple[tuple[TraceFormat, TraceState], ...]:
    """The formats of which a trace begins with the line, in the order of `FORMATS`, each with its
    state after the line."""
    found = []
    for number in sorted(_HINTS.Match(line) or ()):
        format_ = FORMATS[number]
        state = format_.start(line)
        if state is not None:
            found.append((format_, state))
    return tuple(found)


@remembered
def first_frame(line: str) -> tuple[Headed, TraceState] | None:
    """The family of which the line is the first frame under text that names an exception."""
    for format_ in HEADED:
        state = format_.frame(line)
        if state is not None:
            return format_, state
    return None
