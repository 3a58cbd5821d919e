"""What a line must contain to matter while no event is open: the cheap first look at a block.

The pattern errs on the side of yes: it must be found in every line that can open an event at the
given minimum level. What such a line really says is read from the line itself.
"""

from __future__ import annotations

import re2

from errwatch.detect.lines import Pattern
from errwatch.model.levels import Level

_WORDS = "warn|err|eror|severe|crit|fatal|panic|alert|emerg|traceback|exception|failure"
_SHORT = r"\b(?:fail|wrn|ftl|pnc)\b"
_NUMBERS = r'"(?:level|severity|lvl|levelno|log\.level)" ?: ?"?[4-9][0-9]'
_TRACES = (
    r"panicked at|overflowed its stack|sig[a-z]{2,6}: |terminat(?:e called|ing)|\*\* \("
    r"|raised an"
    r"|smashing detected|\(\): |assertion|corrupt|double free|core dumped|segmentation"
    r"|illegal instr"
    r"|aborted|killed|sanitizer|==[0-9]+==|\):[\r\x1b\n]|:in [`']|callstack|prelude\.|<<loop>>"
    r"|\.hs:[0-9(]|lua(?:jit|[0-9.]*): |\.lua:[0-9]|[: ]line [0-9]|not found|not set|oom-killer"
    r"|out of memory|bug: |oops|unable to|segfault|general protection|trap |stall|blocked for"
    r"|crash|failed|process exited|timed out|repeated too"
    r"|npm |\.go:[0-9]+:[0-9]+: |--- fail"
    r"|cannot install|could not find a v|\.(?:java|kts?):\[?[0-9]|make(?:\[[0-9]+\])?: "
    r"|\x{2502} error|::error|#\[error|> \[|___ "
    r"|overflow detected|received (?:at time|signal)|with signal sig|level deadlock|\[bug\]"
    r"|debugger invoked|supervisor report|signal [0-9]+ \(sig|got signal|bug report"
    r"|insufficient memory"
    r"|\.psm?1:[0-9]|while executing|ora-[0-9]{5}|msg [0-9]+, level|python[0-9.]*: no mod"
    r"|can't open"
    r"|\x{25cf} |\) (?:test|doctest|property) |in function `|undefined (?:reference|symbols)"
    r"|could not be resolved|(?:open|with)file: "
)
"""What stands in the first lines of traces (`parsers.trace.TRACES`)."""
_UNCAUGHT = "unhandled|uncaught|crashed|terminating|fail: "
_SCRIPT = r"(?:\.[cm]?[jt]sx?|node:[a-z/_]+):[0-9]+(?:[\r\n\x1b\"\\]|$)"
"""Node's report of an uncaught error begins with a line that is only a place."""
_OTHER_SCALES = (
    r'"(?:level|PRIORITY)" ?: ?"?[0-4]\b|"severity_?number" ?: ?"?(?:1[3-9]|2[0-4])\b'
    r"|<\d{1,3}>(?:1 |\S)"  # the priority of syslog
)
_LETTERS = (
    r"(?-i:\b[EFWA](?:\d{4} \d\d:|, \[\d|/[^(\n]{1,100}\()|\d +[EFWA] +\S|\[[EFWC][\] ]|<[EFWC]>"
    r'|"s" ?: ?"[EFW]|\.\d{3} # )'
)
_REQUESTS = (
    r'" 5\d\d\b|\| +5\d\d +\|| 5\d\d [\d.]+ ?m?s\b'
    r'|"(?:http)?(?:[\w.]*status(?:_?code)?)" ?: ?"?5\d\d\b'
)
_SPLIT = (
    r'"line" ?: ?"'  # one line of Loki: a trace may lie upside down
    r"| std(?:out|err) P "  # and parts of a long line
    r'|(?:[^n]|[^\\]n)", ?"stream" ?: ?"std|"logtag" ?: ?"P|"partial_message"'
)
_ALL = (
    _WORDS, _SHORT, _NUMBERS, _OTHER_SCALES, _LETTERS, _REQUESTS, _SPLIT,
    _TRACES, _UNCAUGHT, _SCRIPT,
)  # fmt: skip
_PATTERN: Pattern = re2.compile(f"(?im){'|'.join(_ALL)}".encode())


def trigger(min_level: Level) -> Pattern | None:
    """The pattern to look for; None where every line counts.

    Warnings are always looked at: a trace after one is a warning, not an error.
    """
    return _PATTERN if min_level.rank >= Level.WARNING.rank else None
