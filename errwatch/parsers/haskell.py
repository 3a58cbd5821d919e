"""Haskell: errors of a program with the call stack that GHC prints."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.listed import Listed

_PLACE = r"(?P<file>[^\s:][^:\n]{0,300}\.l?hs):\(?(?P<line>\d+)[:,]"
_CALLED = re.compile(r"(?:CallStack|HasCallStack backtrace) ?\(?(?:from HasCallStack)?\)?:$")
_FRAME = re.compile(rf"\s+(?P<function>\S+), called at {_PLACE}\d+")

STACK = Listed(
    language="haskell", hints=("CallStack",), opens=(_CALLED,), frames=(_FRAME,), called=True
)
"""The stack under a line that names the exception."""

HASKELL = Listed(
    language="haskell",
    hints=(
        "CallStack",
        "ncaught exception ",
        ".hs:",
        "Prelude.",
        "<<loop>>",
        ": user error (",
        "blocked indefinitely",
        "panic! ",
        "record selector",
        "fromJust",
        "File: ",
    ),
    opens=(
        re.compile(r"\S{1,100}: Uncaught exception (?:[\w.:-]+:)?(?P<type>[\w.]+):$"),
        re.compile(
            rf"\S{{1,100}}: {_PLACE}\S* (?P<message>(?:Non-exhaustive|Missing field"
            rf"|No instance|Irrefutable).*)"
        ),
        re.compile(
            r"\S{1,100}: (?P<message>(?:Prelude\.\S+: |Map\.!: |user error \(|<<loop>>"
            r"|thread blocked indefinitely |panic! \(the 'impossible' "
            r"|No match in record selector |Maybe\.fromJust: ).*)"
        ),
        re.compile(
            r"\S{1,100}: (?P<message>[^:\s][^:]{0,300}: (?:open|with|openBinary|read"
            r"|write)File: .* \(.*\))$"
        ),
        _CALLED,
    ),
    frames=(_FRAME,),
    more=re.compile(
        r"CallStack \(from|HasCallStack backtrace:|Cost Centre|\S+, called at|[A-Z]\w* \{$"
        r"|[A-Z]\w*Request |\}$"
    ),
    wordy=True,
    called=True,
)
