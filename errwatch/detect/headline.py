"""One failure told twice: a bare line of one logger, and right under it the trace or the details
that another wrote behind a header of its own.

Two loggers are told apart by the shape of what stands before their messages. Whether the second
line brings more is only known when it is over, so it carries the first one until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from errwatch import lazy_re as re
from errwatch.detect.entry import Entry
from errwatch.detect.lines import RawLine
from errwatch.model.levels import Level
from errwatch.parsers.clean import text_of
from errwatch.parsers.logline import LogLine, peel

_SHAPE = re.compile(r"[\d\s\[\](:.,/+TZ-]*[A-Za-z]?")
_NUMBER = re.compile(r"\d+")
MAX_SHAPE = 60
"""Characters in which a header shows its form."""


def shape_of(line: RawLine, log: LogLine) -> str:
    """The form of the header: its timestamp without the digits, and how the next word begins."""
    text = text_of(line.data[: 4 * MAX_SHAPE])
    text = peel(text).rest if log.stream else text
    found = _SHAPE.match(text[:MAX_SHAPE])
    shape = _NUMBER.sub("0", found[0]) if found else ""
    if shape[-1:].isalpha():
        shape = shape[:-1] + ("a" if shape[-1].islower() else "A")
    return f"^{shape}"


def leads(above: Entry, below: Entry) -> bool:
    """Whether `above` may be the headline of what `below` turns out to be."""
    return (
        bare(above)
        and below.first.number - above.first.number <= 1 + (below.context is not None)
        and (may_follow(below.log) or (below.trace is not None and below.log.level is None))
        and below.level.rank >= Level.ERROR.rank
        and shape_of(above.first, above.log) != shape_of(below.first, below.log)
    )


def bare(entry: Entry) -> bool:
    """Nothing but one line, in which a logger says that something failed."""
    alone = entry.announced and entry.count == 1
    told = entry.trace is not None or entry.log.fault is not None or entry.log.whole
    return alone and not told and entry.level.rank >= Level.ERROR.rank


def may_follow(log: LogLine) -> bool:
    """Whether such a line can tell again of what a headline told. A warning may bring a trace."""
    if log.level is None or log.level.rank < Level.WARNING.rank:
        return False
    return log.fault is not None or not log.whole


def told(entries: Iterable[Entry]) -> list[Entry]:
    """Closed entries with their headlines: as one where it has details, else each by itself."""
    found: list[Entry] = []
    for entry in entries:
        above = entry.headline
        if above is None:
            found.append(entry)
        elif _details(entry):
            found.append(_joined(above, entry))
        else:
            found += [above, entry]
    return found


def _details(entry: Entry) -> bool:
    """A trace, or what a server says in more than one line."""
    more = entry.trace is not None or entry.log.fault is not None or entry.count > 1
    return entry.real and more


def _joined(above: Entry, entry: Entry) -> Entry:
    """`direct` no longer: its form is not that of its first line."""
    level = max(above.level, entry.level, key=lambda one: one.rank)
    return replace(
        entry,
        first=above.first,
        level=level,
        count=above.count + entry.count,
        texts=above.texts.with_more(entry.texts),
        context=above.context,
        headline=None,
        direct=False,
    )
