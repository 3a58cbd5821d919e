"""What virtual machines say when they die, hang or stop for a debugger: HotSpot, Android, .NET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo
from errwatch.parsers.jvm import JVM
from errwatch.parsers.listed import Listed
from errwatch.parsers.section import Section
from errwatch.parsers.stages import Guess, Head, Stage


class State(Enum):
    """How far a report of the Java virtual machine is read."""

    SUMMARY = "summary"
    """In the part that is printed on the terminal too, with a mark before every line."""
    REST = "rest"

    @property
    def complete(self) -> bool:
        return False


class HotSpot:
    """A crash of the Java virtual machine: `hs_err_pid4711.log`, or its beginning."""

    language = "java"
    hint = r"^# (?:A fatal error|There is insuff)"

    def start(self, line: str) -> State | None:
        return State.SUMMARY if _HOTSPOT.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        if state is State.REST or _PART.match(line):
            return State.REST
        known = line.startswith("#") or not line.strip() or _ABORTED.match(line)
        return State.SUMMARY if known else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        found = [m for line in lines[1:10] if (m := _CAUSE.match(line))]
        kind = found[0]["type"] if found else ""
        return (ExceptionInfo(kind or "", _problem(lines) or lines[0].strip("# ")),)


_HOTSPOT = re.compile(
    r"# (?:A fatal error has been detected by the Java Runtime"
    r"|There is insufficient memory for the)"
)
_PART = re.compile(r"-{9,} +(?:S U M M A R Y|T H R E A D|P R O C E S S|S Y S T E M) ")
_ABORTED = re.compile(r"(?:Aborted|Segmentation fault)\b")
_CAUSE = re.compile(
    r"# +(?P<type>SIG[A-Z]+|EXCEPTION_\w+|Internal Error|Native memory allocation \(\w+\)"
    r"|Out of Memory Error)\b"
)
_FRAME_OF = re.compile(r"# (?P<message>[CVJjv] +.*)")


def _problem(lines: Sequence[str]) -> str:
    """The frame that the report blames."""
    return next((m["message"].strip() for line in lines if (m := _FRAME_OF.match(line))), "")


class HeapDump:
    """Java says that the memory is out and dumps it, and may then print what nobody caught."""

    language = "java"
    hint = "^java.lang.OutOfMemoryError: "

    def start(self, line: str) -> Guess | None:
        return Guess(1) if line.startswith("java.lang.OutOfMemoryError: ") else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | Head | Stage | None:
        if isinstance(state, Head | Stage):
            return JVM.follow(state, line, loose=loose)
        if line.startswith('Exception in thread "') and "OutOfMemoryError" in line:
            return JVM.start(line) if isinstance(state, State) else None
        if isinstance(state, Guess) and JVM.frame(line) is not None:
            return Stage.FRAMES
        return State.SUMMARY if _DUMP.match(line) else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        thrown = [n for n, line in enumerate(lines) if line.startswith("Exception in thread")]
        said = [line for line in lines if not _DUMP.match(line)]
        return JVM.parse(lines[thrown[0] :] if thrown else said)


_DUMP = re.compile(
    r"Dumping heap to |Heap dump file created|Unable to create \S+: "
    r"|Terminating due to |Aborting due"
)


_THREAD = re.compile(r'"[^"]+":$')
"""The stack of one of the threads that wait for each other."""


class Deadlock(Section):
    """Of the threads only the first is read, whose frames are printed from the inside out."""

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        stacks = [n for n, line in enumerate(lines) if _THREAD.match(line)]
        begun = next((n for n, line in enumerate(lines) if line.startswith("Java stack")), 0)
        after = [n for n in stacks if n > begun][1:2]
        (told,) = Section.parse(self, lines[: after[0]] if after else lines)
        return (replace(told, frames=told.frames[::-1]),)


_DEADLOCK = Deadlock(
    language="java",
    hints=("Java-level deadlock",),
    opens=re.compile(r"(?P<message>Found (?:one|\d+) Java-level deadlocks?):?$"),
    ends=re.compile(r"Found \d+ deadlocks?\."),
    says=(re.compile(r"(?P<message>Found (?:one|\d+) Java-level deadlocks?)"),),
    frames=(re.compile(r"\s+at (?P<function>[\w.$]+)\((?P<file>\w+\.\w+):(?P<line>\d+)\)"),),
)

_ANR = Listed(
    language="java",
    hints=("ANR in ",),
    opens=(re.compile(r"(?P<type>ANR) in (?P<function>\S+)(?: \(.*\))?$"),),
    more=re.compile(
        r"PID: |Reason: |Parent: |ErrorId: |Frozen: |Load: |----- |CPU usage |\d+(?:\.\d+)?% "
    ),
    says=re.compile(r"Reason: (?P<message>.*)"),
)
"""Android's report of an application that does not answer."""

_DEBUGGER = Listed(
    language="csharp",
    hints=("was unhandled",),
    opens=(re.compile(r"(?P<type>(?:\w+\.)+\w+) was unhandled(?: by user code)?$"),),
    frames=(
        re.compile(
            r"\s+at (?P<module>[\w.`<>+]+)\.(?P<function>[^\s.(]+)\(.*\) "
            r"in (?P<file>.+):line (?P<line>\d+)$"
        ),
    ),
    says=re.compile(r"\s+Message=(?P<message>.*)"),
)
"""An exception as the debugger of Visual Studio shows it."""

MACHINES = (HotSpot(), _DEADLOCK, _ANR, _DEBUGGER, HeapDump())
