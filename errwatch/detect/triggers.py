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
_UNCAUGHT = "unhandled|uncaught|crashed|terminating|fail: "
_SCRIPT = r"(?:\.[cm]?[jt]sx?|node:[a-z/_]+):[0-9]+(?:[\r\n\x1b\"\\]|$)"
"""Node's report of an uncaught error begins with a line that is only a place."""
_PATTERN: Pattern = re2.compile(f"(?i){_WORDS}|{_NUMBERS}|{_UNCAUGHT}|{_SCRIPT}".encode())


def trigger(min_level: Level) -> Pattern | None:
    """The pattern to look for; None where every line counts.

    Warnings are always looked at: a trace after one is a warning, not an error.
    """
    return _PATTERN if min_level.rank >= Level.WARNING.rank else None
