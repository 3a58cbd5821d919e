"""Reports of processes that died, as the runtime, the system or a debugger writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo
from errwatch.parsers.listed import Listed
from errwatch.parsers.native import STACK_FRAME
from errwatch.parsers.section import Section

_PYTHON_FRAME = re.compile(r'\s+File "(?P<file>.+?)", line (?P<line>\d+) in (?P<function>.+)$')
_CURRENT = re.compile(r"Current thread 0x|Thread 0x")

_FAULTHANDLER = Listed(
    language="python",
    hints=("atal Python error: ", "fatal exception: ", "Timeout ("),
    opens=(
        re.compile(r"(?P<type>Fatal Python error): (?P<message>.*)"),
        re.compile(r"(?P<type>Windows fatal exception): (?P<message>.*)"),
        re.compile(r"(?P<type>Timeout) \((?P<message>\d+:[\d:.]+)\)!$"),
    ),
    frames=(_PYTHON_FRAME,),
    more=re.compile(
        r"(?:Current t|T)hread 0x|Current thread's C stack|Python runtime state: "
        r"|Extension modules: "
        r"|<no Python frame>|<invalid frame>|Binary file |\.\.\.$|ModuleNotFoundError: No module"
        r"|(?:Aborted|Segmentation fault|Bus error|Illegal instruction)\b.*$"
    ),
    indented=False,
)


class Faulthandler:
    """Python's own report of a crash; of its threads only the one that crashed is read."""

    language = "python"
    hint = _FAULTHANDLER.hint
    start = staticmethod(_FAULTHANDLER.start)
    follow = staticmethod(_FAULTHANDLER.follow)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        current = [n for n, line in enumerate(lines) if line.startswith("Current thread 0x")]
        begin = current[0] if current else 1
        rest = list(lines[begin : begin + 1])
        for line in lines[begin + 1 :]:
            if _CURRENT.match(line):
                break
            rest.append(line)
        return _FAULTHANDLER.parse([lines[0], *rest])


_GDB = Listed(
    language="cpp",
    hints=("received signal SIG", "terminated with signal SIG", "(gdb) "),
    opens=(
        re.compile(r"\(gdb\) (?:bt|where|backtrace)\b"),
        re.compile(
            r"(?:Program|Thread \d+ .{1,80}) (?:received|terminated with) signal "
            r"(?P<type>SIG\w+), (?P<message>[\w ]+)"
        ),
    ),
    frames=(STACK_FRAME,),
    more=re.compile(
        r"0x[0-9a-f]+ in |\d+\t|#\d+ |\w+ \(.*\) at |warning: |\[Switching|\* ?\d+ |\(gdb\)"
        r"|\[Inferior|Continuing|Id +Target"
    ),
)


class Race(Section):
    """Of the stacks only that of the access which was found is read, from the inside out."""

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        end = next((n for n, line in enumerate(lines) if n and not line.strip()), len(lines))
        (told,) = Section.parse(self, lines[:end])
        calls = [found["function"] for line in lines[:end] if (found := _CALL.match(line))]
        named = zip(told.frames, [*calls, *[None] * len(told.frames)], strict=False)
        frames = [replace(frame, function=call) for frame, call in named]
        return (replace(told, frames=tuple(frames[::-1])),)


_CALL = re.compile(r"  (?:\S*/)?[\w-]+\.(?P<function>(?:\(\S+?\)\.)?[\w.]+)\(\)$")

_RACE = Race(
    language="go",
    hints=("WARNING: DATA RACE",),
    opens=re.compile(r"WARNING: (?P<message>DATA RACE)$"),
    ends=re.compile(r"={10,}$"),
    says=(re.compile(r"WARNING: (?P<message>DATA RACE)$"),),
    frames=(re.compile(r"\s+(?P<file>\S+\.go):(?P<line>\d+) \+0x"),),
)

_RUBY = Section(
    language="ruby",
    hints=("[BUG] ",),
    opens=re.compile(r"(?:\S{1,300}: )?\[BUG\] (?P<message>.*)"),
    ends=re.compile(r".{0,80}\(core dumped\)|For details: http"),
    says=(re.compile(r"(?:\S{1,300}: )?\[BUG\] (?P<message>.*)"),),
    frames=(re.compile(r"(?P<file>\S+\.rb):(?P<line>\d+):in [`'](?P<function>[^']+)'$"),),
)

_LISP = Section(
    language="lisp",
    hints=("Unhandled ", "debugger invoked on a "),
    opens=re.compile(r"(?:Unhandled|debugger invoked on a) [A-Z][A-Z0-9:-]+(?: in thread |:$| @)"),
    ends=re.compile(r"unhandled condition in --disable-debugger mode"),
    says=(
        re.compile(r"(?:Unhandled|debugger invoked on a) (?P<type>[A-Z][A-Z0-9:-]+)"),
        re.compile(r" {2}(?P<message>\S.*)"),
    ),
)

_TOMBSTONE = Listed(
    language="cpp",
    hints=("signal ",),
    opens=(re.compile(r"signal \d+ \((?P<type>SIG[A-Z]+)\), (?P<message>code .*)"),),
    frames=(
        re.compile(r"\s+#\d+ pc [0-9a-f]+ +(?P<file>\S+)(?: \((?P<function>.+?)(?:\+\d+)?\))?"),
    ),
    more=re.compile(r"backtrace:|Abort message: |Cause: |[rx]\d+ |stack:|memory (?:near|map)"),
)

_APPLE = Listed(
    language="swift",
    hints=("Exception Type: ",),
    opens=(re.compile(r"Exception Type: +(?P<type>EXC_\w+)(?: \((?P<message>\w+)\))?"),),
    frames=(
        re.compile(
            r"\d+ +\S.{0,80}?\s+0x[0-9a-f]+ (?P<function>.+?) \+ \d+ "
            r"\((?P<file>[^:()]+):(?P<line>\d+)\)"
        ),
    ),
    more=re.compile(
        r"Exception |Termination |Terminating |Triggered by|Crashed Thread|Thread \d+|VM Region"
        r"|Application Specific|Last Exception|\d+ +\S.{0,80}?\s+0x|Binary Images|Kernel Triage"
    ),
)

_MYSQL = Listed(
    language=None,
    hints=(" got signal ", " got exception ", "Assertion failure"),
    opens=(
        re.compile(r"(?:UTC - )?(?P<message>(?:mysqld|mariadbd)\S* got (?:signal|exception) \w+)"),
        re.compile(
            r"(?:0x[0-9a-f]+ +)?(?:\[InnoDB\] )?(?:InnoDB: )?(?P<message>Assertion failure\b"
            r".*? in file (?P<file>\S+) line (?P<line>\d+)"
            r"|Assertion failure: (?P<source>[\w.]+:\d+):.*)"
        ),
    ),
    more=re.compile(
        r"InnoDB: |UTC - (?:mysqld|mariadbd)|(?:mysqld|mariadbd)\S* got|Most likely|BuildID"
        r"|Build ID|Server Version"
        r"|Thread pointer|Attempting|where (?:mysqld|mariadbd)|terribly|stack_bottom"
        r"|\S+\(.*\) ?\[0x"
        r"|Trying to get|Some pointers|Query \(|Connection ID|Status: |Optimizer|The manual"
        r"|information that"
        r"|This could be|We will|Hope that|key_buffer|read_buffer|max_|thread_count|It is possible"
        r"|Writing a core|Core pattern|Resource Limits|Limit |Fatal signal|You may download"
        r"|\(note: "
    ),
    after=re.compile(r"(?:mysqld|mariadbd)\S* got (?:signal|exception)"),
)

_REDIS = Section(
    language=None,
    hints=("REDIS BUG REPORT START",),
    opens=re.compile(r"=== (?:REDIS|VALKEY) BUG REPORT START"),
    ends=re.compile(r"=== (?:REDIS|VALKEY) BUG REPORT END"),
    says=(
        re.compile(r".{0,60}(?P<message>(?:Redis|Valkey) \S+ crashed by signal: \d+)"),
        re.compile(r".{0,60}# (?P<message>==> .*)"),
    ),
    headed=re.compile(r""),
)

_REDIS_CONFIG = Listed(
    language=None,
    hints=("FATAL CONFIG FILE ERROR",),
    opens=(re.compile(r"\*\*\* FATAL CONFIG FILE ERROR .*\*\*\*$"),),
    more=re.compile(r"Reading the configuration file|>>> |Bad directive|\w[\w ',./-]{3,120}$"),
    says=re.compile(r"(?P<message>(?!Reading |>>> ).+)"),
)

_RABBIT = Listed(
    language="erlang",
    hints=("BOOT FAILED",),
    opens=(re.compile(r"(?P<message>BOOT FAILED)$"),),
    frames=(re.compile(r"\s+(?P<file>\w+):(?P<function>\w+)/\d+ line (?P<line>\d+)"),),
    more=re.compile(r"=+$|Error description:|Log file|Stack trace:|-+$|[Ee]rror: "),
    says=re.compile(r"\s+(?:throw|error|exit): ?(?P<message>.*)"),
)

_APACHE = Listed(
    language=None,
    hints=(": Syntax error on line ",),
    opens=(re.compile(r"AH\d{5}: Syntax error on line (?P<line>\d+) of (?P<file>\S+):$"),),
    more=re.compile(r"[A-Z].{10,300}$"),
    says=re.compile(r"(?P<message>\S.*)"),
)

_ENVOY = Listed(
    language="cpp",
    hints=("assert failure: ", ", suspect faulting address"),
    opens=(
        re.compile(r"(?P<message>assert failure: .*)"),
        re.compile(r"(?P<message>Caught [\w ]+, suspect faulting address \w+)"),
    ),
    more=re.compile(
        r"Caught [\w ]+, suspect|Backtrace |Envoy version: |#\d+: |Address mapping: |thr<"
    ),
)

_UNREAL = Listed(
    language="cpp",
    hints=("=== Critical error: ===", "=== Handled ensure: ==="),
    opens=(re.compile(r"=== (?:Critical error|Handled ensure): ===$"),),
    frames=(
        re.compile(
            r"\[Callstack\] 0x[0-9a-f]+ \S+?!(?P<function>[^(]+)\(.*\) "
            r"\[(?P<file>[^\]]+):(?P<line>\d+)\]$"
        ),
    ),
    more=re.compile(
        r"Fatal error|Unhandled Exception: |Assertion failed: |Ensure condition failed: |Stack: "
        r"|\[Callstack\] |end: stack|begin: stack|Crash in |Windows GetLastError"
    ),
    says=re.compile(
        r"(?P<message>(?:Unhandled Exception|Assertion failed|Ensure condition failed): .*)"
    ),
)

CRASHES = (
    _ENVOY,
    _UNREAL,
    _APACHE,
    _RABBIT,
    Faulthandler(),
    _GDB,
    _RACE,
    _RUBY,
    _LISP,
    _TOMBSTONE,
    _APPLE,
    _MYSQL,
    _REDIS,
    _REDIS_CONFIG,
)
