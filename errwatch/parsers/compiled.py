"""Languages compiled to machine code whose runtime prints the trace: Crystal, D, Zig, OCaml ..."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.listed import Listed

_CRYSTAL = Listed(
    language="crystal",
    hints=("Unhandled exception", "Invalid memory access"),
    opens=(
        re.compile(
            r"(?:Unhandled exception: )?(?P<message>Invalid memory access \(signal \d+\).*)"
        ),
        re.compile(r"Unhandled exception[^:]{0,80}: (?P<message>.*) \((?P<type>[A-Z][\w:]*)\)$"),
    ),
    frames=(re.compile(r"\s+from (?P<file>[^:\s]+):(?P<line>\d+):\d+ in '(?P<function>[^']+)'"),),
    more=re.compile(r"\[0x[0-9a-f]+\] "),
    causes=re.compile(r"Caused by: (?P<message>.*) \((?P<type>[A-Z][\w:]*)\)$"),
)

_D = Listed(
    language="d",
    hints=("Error@", "Exception@"),
    opens=(
        re.compile(
            r"(?P<type>[\w.]+(?:Error|Exception))@(?P<file>[^()\s]+)\((?P<line>\d+)\)"
            r"(?:: (?P<message>.*))?$"
        ),
    ),
    frames=(re.compile(r"(?P<file>[^:\s?]+):(?P<line>\d+) (?P<function>.*) \[0x[0-9a-f]+\]$"),),
    more=re.compile(r"-{10,}$|\S+:\S+ .*\[0x[0-9a-f]+\]$"),
)

_KOTLIN = Listed(
    language="kotlin",
    hints=("Uncaught Kotlin exception: ",),
    opens=(re.compile(r"Uncaught Kotlin exception: (?P<type>[\w.]+)(?:: (?P<message>.*))?$"),),
)
"""Compiled to machine code."""

_FORTRAN = Listed(
    language="fortran",
    hints=("At line ", "Fortran runtime error"),
    opens=(
        re.compile(r"At line (?P<line>\d+) of file (?P<file>\S+)(?: \(.*)?$"),
        re.compile(r"Fortran runtime error: (?P<message>.*)"),
    ),
    frames=(re.compile(r"\s+at (?P<file>/\S+):(?P<line>\d+)$"),),
    more=re.compile(r"Fortran runtime error: |Error termination|#\d+ |STOP "),
    says=re.compile(r"Fortran runtime error: (?P<message>.*)"),
)

_ZIG_FRAME = re.compile(
    r"(?P<file>\S+):(?P<line>\d+):\d+: 0x[0-9a-f]+ in (?P<function>\S+) \([^()]*\)$"
)
_ZIG = Listed(
    language="zig",
    hints=(" panic: ",),
    opens=(re.compile(r"(?:error: )?thread \d+ panic: (?P<message>.*)"),),
    frames=(_ZIG_FRAME,),
    more=re.compile(r"\S+:\d+:\d+: 0x|\?\?\?:|Unwind |error: the following |/\S+$"),
)
ZIG_STACK = Listed(
    language="zig", hints=(": 0x",), opens=(_ZIG_FRAME,), frames=(_ZIG_FRAME,), more=_ZIG.more
)
"""The stack under `error: FileNotFound`."""

_OCAML = Listed(
    language="ocaml",
    hints=("Fatal error: ", "Uncaught exception:"),
    opens=(
        re.compile(
            r'Fatal error: exception File "(?P<file>[^"]+)", line (?P<line>\d+), '
            r"characters \d+-\d+: (?P<message>.*)"
        ),
        re.compile(r"Fatal error: exception (?P<type>[A-Z][\w.]*)(?:[( ](?P<message>.*?)\)?)?$"),
        re.compile(r"Uncaught exception:$"),
    ),
    frames=(
        re.compile(
            r"(?:Raised|Re-raised|Called)(?: by primitive operation)?"
            r'(?: (?:at|from) (?P<function>\S+) in| from| at) file "(?P<file>[^"]+)"'
            r"(?: \(inlined\))?, line (?P<line>\d+)"
        ),
    ),
    more=re.compile(r"(?:Raised|Re-raised|Called) "),
    says=re.compile(r"\s+\(?(?P<message>\S.*?)\)?$"),
)

_NIM_FRAME = r"(?P<file>\S+\.nim)\((?P<line>\d+)\) +(?P<function>\S+)$"
_NIM = Listed(
    language="nim",
    hints=(".nim(", "unhandled exception: "),
    opens=(
        re.compile(_NIM_FRAME),
        re.compile(r"Error: unhandled exception: (?P<message>.*?)(?: \[(?P<type>\w+)\])?$"),
    ),
    frames=(re.compile(rf"\s*{_NIM_FRAME}"),),
    more=re.compile(
        r"\S+\.nim\(\d+\) |Error: unhandled|Async traceback:|Exception message:|SIG[A-Z]+: "
    ),
    says=re.compile(
        r"(?:Error: unhandled exception: |(?=SIG[A-Z]+: ))(?P<message>.*?)(?: \[(?P<type>\w+)\])?$"
    ),
    outward=True,
)

_GLEAM = Listed(
    language="gleam",
    hints=("runtime error: ",),
    opens=(re.compile(r"runtime error: (?P<type>[a-z]+(?: [a-z]+)?)$"),),
    frames=(
        re.compile(r"\s+(?P<module>[\w/]+)\.(?P<function>\w+) (?P<file>\S+\.gleam):(?P<line>\d+)$"),
    ),
    more=re.compile(r"unmatched value:|stacktrace:"),
    wordy=True,
)

COMPILED = (_GLEAM, _CRYSTAL, _D, _KOTLIN, _FORTRAN, _ZIG, _OCAML, _NIM)
