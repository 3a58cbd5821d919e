"""C and C++: uncaught exceptions, aborts of the C library, failed assertions, sanitizers.

A sanitizer prints several stacks; the first is the fault's, the others tell where memory came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame
from errwatch.parsers.listed import Listed, first_match

_DEATH = (
    r"(?:\S+: line \d+: +\d+ )?(?:Aborted|Segmentation fault|Bus error|Illegal instruction|Killed"
    r"|Floating point exception|Trace/breakpoint trap|Trap"
    r"|Abort trap: 6)(?: +\(core dumped\))?(?: .*)?$"
)
STACK_FRAME = re.compile(
    r"\s*#\d+:?\s+(?:0x[0-9a-f]+ )?(?:in )?(?P<function>operator\(\)"
    r"|[^\s(][^(]*?)(?:\(.*?\)(?: const)?)?"
    r" (?:at |\()?(?P<file>(?:/|\.{1,2}/"
    r"|[A-Za-z]:\\|[\w-]+/)?[^\s():]+\.\w{1,4}):(?P<line>\d+)(?::\d+)?"
)
_BOOST = re.compile(r"\s*\d+# (?P<function>.+?) (?:at|in) (?P<file>\S+):(?P<line>\d+)$")

_SIGNALS = (
    r"(?:Aborted|Segmentation fault|Bus error|Illegal instruction|Killed|Trace/breakpoint trap)"
)
_ENDED = re.compile(
    rf"{_SIGNALS} \(core dumped\)$|Aborted$"
    rf"|[\w./-]+: line \d+: +\d+ {_SIGNALS}(?: +\(core dumped\))?(?: {{2,}}\S.*)?$"
)


def died(line: str) -> bool:
    """What a shell says of a process after its last words."""
    likely = line[:1] in tuple("ABIKST") or ": line " in line
    return likely and _ENDED.match(line.rstrip()) is not None


NATIVE = Listed(
    language="cpp",
    hints=(
        "terminat",
        "***",
        "(): ",
        "ssertion",
        "orruption",
        "corrupted",
        "(core dumped)",
        "Check fail",
        "Received signal",
        "FAILED ",
        "Unhandled exception",
        "Unhandled exception ",
        " signal",
        "] ",
        "Library not",
        "Symbol not",
        "ump",
        "submit a bug report",
        "ASSERT",
    ),
    opens=(
        re.compile(r"terminate called after throwing an instance of '(?P<type>.{1,300})'$"),
        re.compile(r"(?P<message>terminate called (?:without an active exception|recursively))$"),
        re.compile(
            r"libc\+\+(?:abi)?(?:\.dylib)?: terminating .{1,40}uncaught exception of type "
            r"(?P<type>[^:\s]+(?:::[^:\s]+)*)(?:: (?P<message>.*))?$"
        ),
        re.compile(r"libc\+\+(?:abi)?(?:\.dylib)?: (?P<message>terminating.*)"),
        re.compile(r"\*\*\* (?P<message>(?:stack smashing|buffer overflow) detected) \*\*\*"),
        re.compile(r"\*\*\* (?P<message>Error in [`'].*) \*\*\*$"),
        re.compile(
            r"\*\*\* (?:Signal \d+ \()?(?P<type>SIG[A-Z]+)\)? .*(?P<message>received) (?:at"
            r" time=|by PID)"
        ),
        re.compile(r"\*\*\* Aborted at \d+ \("),
        re.compile(r"(?P<message>Check failed: .*)"),
        re.compile(r"Received signal \d+(?: (?P<message>[A-Z]+_[A-Z]+) [0-9a-f]+)?$"),
        re.compile(r"\*\*\* Caught signal \((?P<message>[\w ]+)\) \*\*$"),
        re.compile(r"(?P<file>[^\s:]+): (?P<line>\d+): (?P<message>FAILED (?:ceph_)?assert\(.*)"),
        re.compile(r"(?P<message>Unhandled exception(?: at 0x[0-9A-F]+ in .*|: page fault .*))"),
        re.compile(r"Unhandled exception (?P<type>\S+)\. what\(\): (?P<message>.*)"),
        re.compile(r"(?:Got|[Cc]aught|[Rr]eceived) signal:? \d+ \((?P<message>[\w ]+)\)"),
        re.compile(
            r"\[\d+\] +(?:[+-] +)?\d+ (?P<message>segmentation fault|abort|bus error"
            r"|illegal hardware instruction|floating point exception|trace trap|killed)\b"
        ),
        re.compile(
            r"(?:dyld(?:\[\d+\])?: )?(?P<message>(?:Library not loaded|Symbol not found): .*)"
        ),
        re.compile(r"\*\*\* (?P<message>Check failure stack trace): \*\*\*$"),
        re.compile(r"(?:PLEASE submit a bug report to \S+|(?P<message>Stack dump):$)"),
        re.compile(r"(?:\S+: )?(?P<message>Process \d+ \(\S+\) of user \d+ dumped core)"),
        re.compile(
            r"(?P<message>(?:free|malloc|calloc|realloc|munmap_chunk|malloc_consolidate|sysmalloc"
            r"|_int_malloc|_int_free|memalign)\(\): (?:\S+ ){0,6}.{0,100})$"
        ),
        re.compile(
            r"(?P<message>double free or corruption \(.{1,20}\)|corrupted (?:size vs\.|double).*)"
        ),
        re.compile(
            r"(?:\S{1,200}: )?(?P<file>[^\s:]{1,300}):(?P<line>\d+): ?(?P<function>[^:\n]."
            r"{0,300}?): "
            r"(?P<message>Assertion [`'].*' failed)\.?$"
        ),
        re.compile(
            r'(?P<message>ASSERT(?: failure in [^"]{1,200})?: "[^"]{1,300}"),(?: in)? file '
            r"(?P<file>[^,]+), line (?P<line>\d+)"
        ),
        re.compile(
            r"(?P<message>Assertion failed: .{1,400}), (?:function (?P<function>[^,]+), )?file "
            r"(?P<file>[^,]+), line (?P<line>\d+)"
        ),
    ),
    frames=(STACK_FRAME, _BOOST),
    says=re.compile(r"(?:\s+what\(\): +|\*\*\* (?:Signal \d+ \()?(?=SIG))(?P<message>.*)"),
    more=re.compile(
        rf"=+ (?:Backtrace|Memory map)|\*\*\* Aborted at \d+ "
        rf"|[0-9a-f]{{8,16}}-[0-9a-f]{{8,16}} |\S+\[0x[0-9a-f]+\]"
        rf"|{_DEATH}|PC: @ |\*\*\* (?:SIG|Signal |Check failure)|Stack (?:trace of|dump:)|#\d+ "
        rf"|\d+\.\t|\s*\d+: 0x[0-9a-f]+ |\s*@ +0x|clang: error: |\S.* terminated with signal"
        rf"|Module \S+ "
        rf"|(?:Program|Thread \d+ .{{1,80}}) (?:received|terminated with) signal|0x[0-9a-f]+ in "
        rf"|\d+\t|\w+ \(.*\) at "
    ),
)


NUMBERED = Listed(
    language="cpp",
    hints=(" 0# ",),
    opens=(_BOOST, re.compile(r"\s*0# \S")),
    frames=(_BOOST,),
)
"""A stack of Boost under what the program says."""


_SANITIZER = re.compile(
    r"(?:==\d+==)?\s*(?:ERROR|WARNING): (?P<type>\w+Sanitizer): (?P<message>.*)"
    r"|(?P<file>[^\s:]{1,300}):(?P<line>\d+):\d+: (?P<ubsan>runtime error: .*)"
)
_VALGRIND = re.compile(
    r"==\d+== (?P<message>(?:Invalid (?:read|write|free)|Possible data race|Conditional jump"
    r"|Use of uninit|Jump to the"
    r"|Process terminating|Source and destination|\d[\d,]* (?:\(.*\) )?bytes in ).*)"
)
_AT = re.compile(
    r"==\d+==\s+(?:at|by) 0x[0-9A-F]+: (?P<function>.+) \((?P<file>[^():]+):(?P<line>\d+)\)$"
)
_OTHER = re.compile(
    r"==\d+==|=>|=+$|SUMMARY: |READ of |WRITE of |0x[0-9a-f]+ is |freed by |previously "
    r"|allocated by "
    r"|Shadow byte|\w+Sanitizer|Direct leak|Indirect leak|Thread T\d|HINT: |NOTE: |Address 0x"
    r"|This frame |Memory access |The signal |Uninitialized |Command: |Hint: |Location is "
    r"|\[\d+, \d+\)"
    rf"|Unable to|located |Register values|[a-z0-9]{{2,3}} = 0x|{_DEATH}|Mutex M\d|DEDUP"
    rf"|exit status"
)


class State(Enum):
    REPORT = "report"

    @property
    def complete(self) -> bool:
        return False


class Sanitizer:
    """Reports of ASan, TSan, MSan, LSan, UBSan and Valgrind (see `trace.TraceFormat`)."""

    language = "cpp"
    hint = r"Sanitizer: |runtime error: |^=="

    def start(self, line: str) -> State | None:
        likely = "Sanitizer: " in line or "runtime error: " in line or line.startswith("==")
        return State.REPORT if likely and _head(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        if not line.strip() or line[0].isspace():
            return State.REPORT
        if "runtime error: " in line and _SANITIZER.match(line):
            return None
        return State.REPORT if _OTHER.match(line) else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        head = _head(lines[0]) or {}
        message = head.get("ubsan") or head.get("message") or ""
        kind = head.get("type") or (
            "UndefinedBehaviorSanitizer" if head.get("ubsan") else "Valgrind"
        )
        frames = _first_stack(lines[1:])
        if not frames and head.get("file"):
            frames = [Frame(head["file"] or "", int((head["line"] or "0")[:9]), None)]
        return (ExceptionInfo(kind, message, tuple(frames)),)


SANITIZER = Sanitizer()


def _head(line: str) -> dict[str, str | None] | None:
    return first_match((_SANITIZER, _VALGRIND), line)


def _first_stack(lines: Sequence[str]) -> list[Frame]:
    """The frames before the first gap after them, the outermost first."""
    frames: list[Frame] = []
    for line in lines:
        found = first_match((STACK_FRAME, _AT), line)
        if found is not None:
            frames.append(_frame(found))
        elif frames and not re.match(r"\s*#\d+ |==\d+==\s+by ", line):
            break
    return frames[::-1]


def _frame(groups: dict[str, str | None]) -> Frame:
    return Frame(groups["file"] or "", int((groups["line"] or "0")[:9]), groups["function"])
