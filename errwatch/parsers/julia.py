"""Julia: the stack under an error, the logger's framed errors, crashes."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.listed import Listed

_PLACE = r"(?P<file>[^\s:]+\.jl):(?P<line>\d+)"
_AT = re.compile(rf"[\s│]+@ (?:(?P<module>\S+) )?{_PLACE}")
_OLD = re.compile(rf"[\s│]+\[\d+\] (?P<function>.+?) at {_PLACE}")
_CALLED = re.compile(r"[\s│]+\[\d+\] (?P<function>[^\s(]\S*?|\(::[^)]*\))(?:\(.*)?$")

STACK = Listed(
    language="julia",
    hints=("Stacktrace:",),
    opens=(re.compile(r"Stacktrace:$"),),
    frames=(_AT, _OLD),
    names=_CALLED,
    more=re.compile(r"in expression starting at |caused by: |Stacktrace:"),
)
"""What stands under the line that says `ERROR: ...`."""

_LOGGED = Listed(
    language="julia",
    hints=("┌ Error: ",),
    opens=(re.compile(r"┌ Error: (?P<message>.*)"),),
    frames=(_AT, _OLD, re.compile(rf"└ @ (?P<function>\S+) {_PLACE}")),
    names=_CALLED,
    more=re.compile(r"[│└]"),
)

_CRASHED = Listed(
    language="julia",
    hints=("signal ",),
    opens=(re.compile(r"(?:\[\d+\] )?signal (?:\(\d+\)|\d+ \(\d+\)): (?P<message>[A-Z][\w ]+)"),),
    frames=(re.compile(rf"(?P<function>\S.*) at {_PLACE}"),),
    more=re.compile(
        r"in expression starting at |\S.* at \S+(?::\d+)?|Allocations: |unknown function"
    ),
)

JULIA = (_LOGGED, _CRASHED)
