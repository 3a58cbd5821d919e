"""What a program puts before every line of a trace that it passes on, where it is no known prefix.

`message from "feed.py" Traceback (most recent call last):`, `[api] TypeError: x is undefined`: only
the next line shows where the prefix ends, because a frame is indented.
"""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.beginnings import first_frame

_INDENTED = re.compile(r"(?:  +|\t)(?=(?:File \"|at ))|(?<=[^ ]) (?=  +(?:File \"|at ))")
"""Where a frame begins that is not at the beginning of its line."""
_PYTHON = re.compile(r'\s+File ".+", line \d+')


def margin_of(first: str, second: str) -> str:
    """What stands before both lines, if the second goes on as a frame; else nothing."""
    found = _INDENTED.search(second) if second and not second[0].isspace() else None
    if found is None or not found.start():
        return ""
    margin, rest = second[: found.start()], second[found.start() :]
    if not first.startswith(margin) or not (_PYTHON.match(rest) or first_frame(rest)):
        return ""
    return f"{margin} " if first.startswith(f"{margin} ") else margin
