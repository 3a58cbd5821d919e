"""Lua: the message of the interpreter and its stack traceback."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.listed import Listed

_FILE = r"(?P<file>\[C\]|\[string \"[^\"]{0,200}\"\]|[^\s:\[(][^:\n]{0,300}?)"
_KNOWN = (
    r"attempt to |bad argument #|module '|stack overflow|invalid |unexpected symbol"
    r"|'?\S+'? expected"
    r"|unfinished |malformed |syntax error|loop in |assertion failed!|error in "
)

_FRAME = re.compile(
    rf"\s+{_FILE}:(?:(?P<line>\d+):)? in "
    r"(?:(?:function|local|method|field|upvalue|global) ?)?'?<?(?P<function>[^'>]+)"
)
_ERROR = re.compile(r"error: (?P<file>[^\s:]+\.lua):(?P<line>\d+): (?P<message>.*)")

STACK = Listed(
    language="lua",
    hints=("stack traceback:",),
    opens=(re.compile(r"stack traceback:$"),),
    frames=(_FRAME, _ERROR),
    says=_ERROR,
)
"""The stack under a line that says what went wrong."""

LUA = Listed(
    language="lua",
    hints=("lua", "attempt to ", "stack traceback:"),
    opens=(
        re.compile(
            rf"(?:lua(?:jit|[\d.]*)|luvit|tarantool): {_FILE}:(?P<line>\d+): (?P<message>.*)"
        ),
        re.compile(r"lua(?:jit|[\d.]*): (?P<message>.*)"),
        re.compile(
            rf"(?:.{{0,300}}? )??(?P<file>[^\s:]{{1,300}}\.lua):(?P<line>\d+): (?P<messa"
            rf"ge>(?:{_KNOWN}).*)"
        ),
        re.compile(
            r"(?P<file>[\w./-]{1,300}):(?P<line>\d+): "
            r"(?P<message>attempt to (?:index|call|perform|compare|concatenate|get) .*)"
        ),
        re.compile(
            rf".{{0,300}}?\b(?:lua entry thread aborted|failed to run \S+): (?:runtime error: )?"
            rf"{_FILE}:(?P<line>\d+): (?P<message>.*)"
        ),
    ),
    frames=(_FRAME,),
    more=re.compile(
        r"stack traceback:|(?:Stack|Time|Count|Locals): |error: \S+\.lua:|coroutine \d+:"
        r"|Traceback$|\[(?:love|C|string)\b"
        r"|Stack (?:Begin|End)"
        r"|Script '"
    ),
    wordy=True,
)
