"""What a line must contain to matter while no event is open: the cheap first look at a block.

The pattern errs on the side of yes: it must be found in every line that can open an event at the
given minimum level. What such a line really says is read from the line itself.
"""

from __future__ import annotations

import re2

from errwatch.detect.lines import Pattern
from errwatch.model.levels import Level

_WORDS = "warn|err|eror|severe|crit|fatal|panic|alert|emerg|traceback|exception|failure"
_NUMBERS = r'"(?:level|severity|lvl|levelno|log\.level)" ?: ?"?[4-9][0-9]'
_TRACES = (
    r"panicked at|overflowed its stack|sig[a-z]{2,6}: |terminat|\*\* \(|raised an|smashing detected"
    r"|\(\): |assertion|corrupt|double free|core dumped|segmentation|illegal instr|aborted|sanitizer"
    r"|==[0-9]+==|\):?$|:in [`']|callstack|prelude\.|<<loop>>|\.hs:[0-9(]|lua|stack traceback"
    r"|[: ]line [0-9]|not found|not set|oom-killer|out of memory|kill|bug: |oops|unable to|segfault"
    r"|general protection|trap |stall|blocked for|crash|failed|exited|timeout|timed out|repeated too"
    r"|npm |\.go:[0-9]+:[0-9]+: |--- fail|cannot install|could not|\.(?:java|kts?):\[?[0-9]|make"
    r"|\x{2502} error|::error|#\[error|> \[|___ "
)
"""What stands in the first lines of traces (`parsers.trace.TRACES`)."""
_UNCAUGHT = "unhandled|uncaught|crashed|terminating|fail: "
_SCRIPT = r"(?:\.[cm]?[jt]sx?|node:[a-z/_]+):[0-9]+(?:[\r\n\x1b\"\\]|$)"
"""Node's report of an uncaught error begins with a line that is only a place."""
_PATTERN: Pattern = re2.compile(
    f"(?im){_WORDS}|{_NUMBERS}|{_TRACES}|{_UNCAUGHT}|{_SCRIPT}".encode()
)


def trigger(min_level: Level) -> Pattern | None:
    """The pattern to look for; None where every line counts.

    Warnings are always looked at: a trace after one is a warning, not an error.
    """
    return _PATTERN if min_level.rank >= Level.WARNING.rank else None
