"""What a line must contain to matter while no event is open: the cheap first look at a block.

The expressions err on the side of yes: one of them is found in every line that can open an event at
the given minimum level. What such a line really says is read from the line itself.

Each is an alternative of its own, with literal text in it that is not frequent, and with no long
bounded repetition: that is what makes all of them together fast.
"""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.detect.prefilter import Prefilter
from errwatch.model.levels import Level
from errwatch.parsers.levels import WORDS

_WORDS = (
    "warn", "err", "eror", "severe", "crit", "fatal", "panic", "alert", "emerg", "traceback",
    "exception", "fail", "fehler", r"\bwrn\b", r"\bftl\b", r"\bpnc\b",
    r"\bfata\b", r"\bpani\b",
)  # fmt: skip
_IS = ('":', '": ', '":"', '": "')
"""Between a key of JSON and its number. One expression each: the digits are then literal text."""
_NUMBERS = (
    *(rf"(?:level|severity|lvl|levelno){given}[4-9][0-9]" for given in _IS),
    *(rf"(?:level|priority){given}[0-4]\b" for given in _IS),
    r'severity_?number" ?: ?"?(?:1[3-9]|2[0-4])\b',
    r"<\d{1,3}>(?:1 |\S)",  # the priority of syslog
)
_LETTERS = (
    r"(?-i:\b[EFWA][01]\d[0-3]\d \d\d:)",  # a month and a day
    r"(?-i:\b[EFWA], \[\d)",
    r"(?-i:\b[EFWA]/[A-Za-z])",
    r"(?-i:\d +[EFWA] +\S)",
    r"(?-i:\[[EFWC][\] ])",
    r"(?-i:<[EFWC]>)",
    r"(?-i:[\[(]EE[\])])",
    r'(?-i:"s" ?: ?"[EFW])',
    r"\.\d{3} # ",
    r"%[0-4]\|1",
)
_REQUESTS = (
    r'" 5\d\d\b',
    r"\x1b\[3\dm5\d\d\b",
    r"\(http/\d(?:\.\d)? 5\d\d\)",
    r' 5\d\d (?:\d{3}|-) \d+ \d+ "',
    r"\| +5\d\d +\|",
    r" 5\d\d [\d.]+ ?m?s\b",
    r"/\+?\d+ 5\d\d \+?\d+ ",
    r" 5\d\d \d{1,3} \d{1,10} \d",
    *(rf"status(?:code|_code)?{given}5\d\d\b" for given in _IS),
)
_SPLIT = (
    " std(?:out|err) P ",  # parts of a long line
    r'(?:[^n\n]|[^\\\n]n)", ?"stream" ?: ?"std',
    '"logtag" ?: ?"P',
    '"partial_message"',
)
_TRACES = (
    "stack overflow", "not ok [0-9]", r"timeout \([0-9]+:", r"(?-i:\xe2\x9c\x96 )",
    "stack ?trace", "callstack", "unhandled", "uncaught", "crash", "aborted", "killed", "corrupt",
    r"[`'] terminat", r"terminat(?:e called|ing)", r"process terminated\.", "> running ",
    r"\*\* \(", r"\(\): ", r"\):[\r\x1b\n]", r"> \[", "___ ", "==[0-9]+==", "sanitizer",
    "segfault", "segmentation", "core dumped", "breakpoint trap", "sig[a-z]{2,6}: ",
    "overflowed its stack", "smashing detected", "double free", "assertion",
    "illegal instr", "bug: ", "oops", "unable to", "general protection", "trap ", "stall",
    "lockup", "blocked for", "oom-killer", "out of memory", "invalid opcode", "stack segment",
    "process exited", "timed out", "watchdog timeout", "sigkill", "repeated too",
    "cannot install", "could not ", r"make(?:\[[0-9]+\])?: \*\*\*", "not found", "not set",
    r"prelude\.", "<<loop>>", r"lua(?:jit|[0-9.]*): ",
    "overflow detected", "received (?:at time|signal)", "with signal sig", "level deadlock",
    r"\[bug\]", "debugger invoked", "supervisor report", r"signal [0-9]+ \(sig", "got signal",
    "bug report", "insufficient memory", r"\.psm?1:[0-9]", "while executing", "ora-[0-9]{5}",
    "msg [0-9]+, level", r"python[0-9.]*: no mod", "can't open", r"(?-i:\xe2\x97\x8f )",
    r"\) (?:test|doctest|property) ", r"(?-i:\) \[[a-z-]+\] \xe2\x80\xba )", r"\.nim\([0-9]+\) ",
    "in function `", "undefined (?:reference|symbols)", "could not be resolved",
    "(?:open|with)file: ", r"cut here \]", "installation candidate", "not loaded",
    "no solution found", r"at line:[0-9]", "! => ", "locking dependency", "symbol lookup",
    "attempt to ", "kernel pid", "blocked indefinitely", "record selector", "dumped core",
    "received signal ", "possible data race", "invalid memory", "page allocation", "ubsan: ",
    "subtype of type", "null check op", "bad state: ", "concurrent modif", "invalid argument",
    "unsupported operation: ",
    "refused", "denied", "no such ", r"cannot ", "unexpected ", "deadline exceeded", r"\beof\b",
    "reset by peer", "broken pipe", "recovered", "runtime error", "in procedure ",
    r"vue warn\]", "non-zero code", "import cycle", "already in use", "no space left",
    "not exist", "n't exist", "forbidden", "unauthorized", r"assert(?: failure in|:) ", "anr in ",
    "caught signal", r"\(gdb\) ",
    "bad mode in", "xid ", "stack dump:", "compatible versions", r"go: [^ @\n]+@[^ :\n]+: ",
    r"\.elm[\r\n\x1b\"\\]", r"defined at [^\n]+\) line ",
    # places of which the line says more than a frame says
    ":in [`'][^'\n]*': ", r"\.(?:go|erl|scala|proto):[0-9]+:[0-9]+: ",
    r"\.(?:java|kt|groovy):\[[0-9]",
    r"\.kts?:(?: \()?[0-9]+[:,]", r"\.l?hs:[^ \n]+ (?:non-e|missing f|no inst|irref)",
    r"\.lua:[0-9]+: (?:[^i\n]|i[^n\n]|in[^ \n])", " line [0-9]+[^0-9,]", " line [0-9]+, [^i\n]",
    # a line that is only a place
    r"(?:[cm]?[jt]sx?|vue|svelte|(?:node|internal):[a-z/_.-]+|\[eval[0-9]*\]"
    r"|<anonymous(?:_script)?>)"
    r':[0-9]+[\r\n\x1b"\\]',
    r"\.(?:[cm]?[jt]sx?|vue|svelte)[\r\n]",
)  # fmt: skip
"""What stands in the first lines of traces (`parsers.trace.TRACES`)."""

_TURNED = ('"line" ?: ?"', '"ingestionTime"', '"textPayload"', '"@message"')
"""One line in an export of Loki, CloudWatch or Google: a trace may lie upside down."""

_SIGNS = {r"\xe2\x97\x8f": "●", r"\xe2\x9c\x96": "✖", r"\xe2\x80\xba": "›"}
"""Signs that are looked for by their bytes in UTF-8."""

_WIDE = tuple(
    r"\x00".join(word) for word in ("warn", "err", "crit", "fatal", "traceback", "exception")
)
"""Words in lines of UTF-16 that PowerShell appended to a log in UTF-8."""

EXPRESSIONS = (*_TURNED, *_WIDE, *_WORDS, *_NUMBERS, *_LETTERS, *_REQUESTS, *_SPLIT, *_TRACES)
_PREFILTER = Prefilter(EXPRESSIONS)


_CLASS = re.compile(r"\[(\^?)((?:[^\]\\]|\\.)+)\]")


def prefilter(min_level: Level) -> Prefilter | None:
    """What to look for; None where every line counts.

    Warnings are always looked at: a trace after one is a warning, not an error.
    """
    return _PREFILTER if min_level.rank >= Level.WARNING.rank else None


def expression(min_level: Level) -> str | None:
    """As `prefilter`, for others to look for in whole lines, of which each has lost its end.

    The text is UTF-8.
    """
    if prefilter(min_level) is None:
        return None
    text = "|".join(one for one in EXPRESSIONS if one not in (*_TURNED, *_WIDE))
    text = _CLASS.sub(_or_end, text)
    for written, sign in _SIGNS.items():
        text = text.replace(written, sign)
    return f"(?i)(?:{text})"


def _or_end(found: re.Match[str]) -> str:
    """What may be the end of a line stands for it where there is none."""
    excludes, has_end = bool(found[1]), r"\n" in found[2] or "\n" in found[2]
    return found[0] if excludes is has_end else f"(?:{found[0]}|$)"


def level_words() -> tuple[str, ...]:
    """Those for the levels that matter, where somebody has attached one to an entry."""
    return tuple(word for word, level in WORDS.items() if level.rank >= Level.WARNING.rank)
