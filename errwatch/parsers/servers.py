"""Follow-up lines by which database servers explain the error above: DETAIL, HINT, STATEMENT ..."""

from __future__ import annotations

import re

_DETAIL = re.compile(
    r"(?:\S{1,80} ){0,6}?(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE):  \S"
)


def explains(message: str) -> bool:
    """Whether a server's line only goes on with the one above."""
    return ":  " in message and _DETAIL.match(message) is not None
