"""A line without a level: does it announce an error by the way it begins?

Words alone prove nothing (`0 errors`, `no error`, `ErrorHandler registered`), so only a line whose
first word names the fault, followed by a colon and something to say, counts.
"""

from __future__ import annotations

from typing import NamedTuple

from errwatch import lazy_re as re
from errwatch.model.levels import Level


class Sign(NamedTuple):
    level: Level
    type: str | None
    """The exception that the line names."""
    message: str


_PROGRAM = r"(?:[\w./+-]{1,60}: )?"
_WORD = re.compile(
    rf"{_PROGRAM}((?:internal server |pre-transform )?error|fatal|fatal error|panic|critical)"
    r"(?:\[\w{1,20}\])?: +(?!test\w* \()(\S.*)",
    re.I,
)
_WORST = ("fatal", "fatal error", "panic", "critical", "crit", "alert", "emerg")
_DOING = re.compile(
    rf"{_PROGRAM}(Error) (?!handling |reporting |logging |tracking |checking )"
    r"(?:(?:while )?[a-z]+ing |response |from server )[^:]{1,100}: +(\S.*)"
)
"""`Error opening store: ...`, also of a program that says its name first."""
_TOLD = re.compile(
    r"[\w./+-]{1,60}: (?:\[(error|ERROR|crit|alert|emerg)\]|(error while loading shared libraries"
    r"|symbol lookup error|error \(at [^)]{0,40}\)|cmd\. line:\d+: .{0,80}fatal):) +\S.*"
    r"|(?:Error|ERROR) [A-Z]{0,3}\d{1,6} \(.*"
    r"|WordPress database error \S.*"
    r"|(?:[\w./-]+: )?(?:Buffer |critical \w+ )?I/O error[ ,] ?\S.*|\w+-fs error \(\S.*"
    r"|NVRM: Xid \(\S.*|mce: \[Hardware Error\]: \S.*"
    r"|(?!(?:no|last|previous|any|with|without|mean|max|standard|training|validation|test|this|that|the"
    r"|an|on|if|per|relative|absolute|squared|average)\b)[a-z][\w.-]{1,20} error: (?![\d.]+\b)\S.*"
    r"|E: [A-Z][\w-]* \S.*|curl: \(\d+\) \S.*"
    r"|The command '.{1,300}' returned a non-zero code: [1-9]\d*|FAILED: (?!Build )\S.*"
    r"|\S.{0,200}\b(?:[Aa]ddress already in use|[Nn]o space left on device)\)?$"
    r"|ERROR! +\S.*|(?:fatal: \[.{1,80}\]: )?(?:FAILED|UNREACHABLE)! => .*"
    r"|\S.{0,200} failed with (?:exit )?(?:code|status) [1-9]\d*\.?$"
)
"""How single tools say that they failed: servers, the loader, apt, Ansible."""
_EXCEPTION = re.compile(
    r"((?:[a-z_][\w]*\.)*(?:[A-Z][\w$]*)?(?:Error|Exception|Interrupt|Exit)|(?:\w+\.)+[A-Z][\w$]*)"
    r"(?: \[\w+\]| \((?:0x)?[0-9A-Fa-f]{1,10}\))?(?:: +(\S.*)|: *)$"
)
_KIND = re.compile(
    rf"{_PROGRAM}(?!(?:No|Last|Previous|Standard|Mean|Max|Any|Expected|Example|On|Log|Show|Std) )"
    r"(?:[A-Z][A-Za-z-]{1,20} ){1,2}(?:[Ee]rror|ERROR): +(?![\d.]+\b)(\S.*)"
)
"""`Parse error: ...`, `SCRIPT ERROR: ...`; what only has a number is a measure."""
_MARK = re.compile(r"\s{0,4}[⨯✖✗✘×❌⛔🚨🔥💥🛑❗🔴]\ufe0f? {1,3}(?=[\w\[])")
"""A sign of failure that a tool draws before what it says."""
_CRY = re.compile(
    r"\s{0,4}[❌⛔🚨💥🛑🔴]\ufe0f? {1,3}\S.*"
    r"\b(?i:error|failed|failure|cannot|could not|unable|invalid)\b"
)
"""What a tool marks so, and says to have gone wrong, whatever comes first."""
_SHOWN = re.compile(r"\[(\w*Error)(?: \[\w+\])?: (.*?)\](?: \{)?$")
"""How Node shows an error that has no stack."""
_DEATH = re.compile(
    r"(?:(?:[\w./-]+: )?line \d+: +\d+ )?(?:Aborted|Segmentation fault|Bus error"
    r"|Illegal instruction"
    r"|Floating point exception|Trace/breakpoint trap)(?: *\(core dumped\)(?: .*)?|: 1?\d)?$"
    r"|(?:[\w./-]+: )?line \d+: +\d+ (?:Aborted|Killed|Segmentation fault) {2,}\S.*"
)
"""How shells tell of a program that a signal ended."""
_BARE = re.compile(r"((?:[a-z_]\w*\.){2,}(?:\w+\$)*[A-Z]\w*(?:Error|Exception))$")
"""An exception without a message, which only the Java virtual machine prints without a colon."""
_INSIDE = re.compile(
    r"(?:Error|Exception)(?: \[\w+\]| \((?:0x)?[0-9A-Fa-f]{1,10}\))?(?:: |\] |\]?[ {]*$)"
    r"|(?i:stack ?trace)"
    r"|Traceback \(most recent call last\):$"
    r"|is not a subtype of type '|Null check operator used on|^(?:Bad state|Unsupported operation)"
    r": |^Concurrent modification during|^Invalid argument"
)
_WENT_WRONG = re.compile(
    r"(?i)\b(?:error|fail(?:ed|ure)|unable to|unhandled|uncaught|exception|panic|crash(?:ed)?"
    r"|refused|denied|timed out|not found|no such|cannot|unexpected|deadline exceeded|eof"
    r"|reset by peer|broken pipe|recovered|could not|(?:does not|doesn't) exist|forbidden"
    r"|unauthorized)\b"
)
_PHP = re.compile(r"PHP (Warning|Notice|Deprecated): +(\S.*)")
_FAULTS = ("Error", "Exception")
_NOTHING = re.compile(
    r"(?:0|no|none|null|nil|false|ok|\"\"|''|n/a|-|\[\]|\{\})\b(?:[\s.,;]*$|[,;] )", re.I
)
_LAMBDA = re.compile(
    r"(?:RequestId: )?[0-9a-f-]{36} ((?:Task timed out after|Error: Runtime exited) \S.*)"
)
"""What AWS Lambda says of an invocation that it ended."""


def sign_of(text: str) -> Sign | None:
    """The sign of an error at the beginning of `text`."""
    if text[8:9] + text[13:14] == "--" or text.startswith("RequestId: "):
        found = _LAMBDA.match(text)
        return Sign(Level.ERROR, None, found[1].rstrip()) if found else None
    if not text.isascii() and (marked := _MARK.match(text)):
        if _CRY.match(text):
            return Sign(Level.ERROR, None, text[marked.end() :].rstrip())
        text = text[marked.end() :]
    if shown := _SHOWN.match(text):
        return Sign(Level.ERROR, shown[1], shown[2])
    if not text[:1].isalpha() and text[:1] not in (".", "/"):
        return None
    if _DEATH.match(text):
        return Sign(Level.CRITICAL, None, text.rstrip())
    if found := _WORD.match(text) or _DOING.match(text):
        word, message = found.groups()
        level = Level.CRITICAL if word.lower() in _WORST else Level.ERROR
        return None if _NOTHING.match(message) else Sign(level, None, text.rstrip())
    if _TOLD.match(text) or ((kind := _KIND.match(text)) and not _NOTHING.match(kind[1])):
        return Sign(Level.ERROR, None, text.rstrip())
    if found := _PHP.match(text):
        level = Level.WARNING if found[1] == "Warning" else Level.INFO
        return Sign(level, None, text.rstrip())
    named = _EXCEPTION.match(text)
    found = named or _BARE.match(text)
    if found is None or not found[1].endswith(_FAULTS):
        return None
    message = (named[2] or "").rstrip() if named else ""
    return None if _NOTHING.match(message) else Sign(Level.ERROR, found[1], message)


def names_exception(text: str) -> bool:
    """Whether an exception is named anywhere in `text`."""
    return _INSIDE.search(text) is not None


def suspicious(text: str) -> bool:
    """Whether `text` may tell of an error; a trace under it would prove that it tells of one."""
    told = not text[:1].isspace() and _WENT_WRONG.search(text) is not None
    return told or names_exception(text)
