"""Follow-up lines that explain the error above: a database's DETAIL, HINT, STATEMENT; asyncio's."""

from __future__ import annotations

from errwatch import lazy_re as re

_DETAIL = re.compile(
    r"(?:\S{1,80} ){0,6}?(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE"
    r"|TIPP|ZUSAMMENHANG|ANWEISUNG|ASTUCE|CONTEXTE|INSTRUCTION|DÉTAIL):  \S"
)


_NUMBER = re.compile(r"Error: \d+, Severity: \d+, State: \d+\.?(?: \(Params:.*)?$")

MIN_RULER = 20

_LOOP = re.compile(
    r"(?:future|task|handle|protocol|transport|source_traceback|asyncgen|socket"
    r"|client_session): [<\[]"
)
"""What the event loop of Python lists under its message: the task that failed, its transport."""


def is_ruler(message: str) -> bool:
    """A line drawn under a heading: `--------------------`."""
    return len(message) >= MIN_RULER and message[0] in "-=" and not message.strip(message[0])


def is_number(message: str) -> bool:
    """The number of an error of SQL Server; the next line says what happened."""
    return message.startswith("Error: ") and _NUMBER.match(message) is not None


def explains(message: str) -> bool:
    """Whether a line only goes on with the one above."""
    if ": <" in message and _LOOP.match(message) is not None:
        return True
    return ":  " in message and _DETAIL.match(message) is not None
