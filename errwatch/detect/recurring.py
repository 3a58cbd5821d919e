"""Events like earlier ones but for their numbers, told without being read line by line again.

An error that comes ten thousand times is written by one statement. What stands between the numbers
is its form; a form is trusted once two events of it, equal in no number, came out alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from errwatch.detect.ending import Ending, ending_of, ends
from errwatch.detect.entry import Entry
from errwatch.detect.form import INDENT, NUMBER, Form, Line, joined, line_of, matched, split
from errwatch.detect.headline import shape_of
from errwatch.detect.lines import Lines
from errwatch.detect.passing import passed
from errwatch.model.event import Event
from errwatch.parsers.logline import LogLine

MAX_BYTES = 16 * 1024
"""Of an event whose form is remembered."""

MAX_FORMS = 4096
"""That are remembered; then all are forgotten."""


@dataclass(slots=True)
class _Opening:
    """What a line says with which events of some forms begin."""

    log: LogLine
    shape: str
    """Of its header."""
    forms: list[Form] = field(default_factory=list)
    ended: dict[Ending, bool] = field(default_factory=dict)

    def ends(self, ending: Ending | None) -> bool:
        """Whether such a line ends an entry that stands so."""
        if ending is None:
            return False
        known = self.ended.get(ending)
        if known is None:
            known = self.ended[ending] = ends(ending, self.log, self.shape)
        return known


class _First(NamedTuple):
    """The first line of what may be an event of a known form."""

    opening: _Opening
    numbers: list[bytes]
    end: int


class _Found(NamedTuple):
    form: Form
    numbers: list[bytes]
    end: int
    next: _First | None
    """The line after it, where it may begin another."""


class Recurring:
    """The forms of events; `ids` numbers them, for several of these together."""

    def __init__(self, most: int = MAX_FORMS, ids: Iterator[int] | None = None) -> None:
        self._most = most
        self._known: dict[Line, _Opening] = {}
        self._count = 0
        self._ids = count() if ids is None else ids

    def read(self, lines: Lines, before: Entry | None, source: str) -> list[Event] | None:
        """The events of the source that stand next and have a trusted form; `lines` goes on after
        them. None where there is none, or where it would not end the entry `before` for certain."""
        data, place, complete = lines.ahead()
        begin, number, base = place, lines.number, lines.offset - place
        events: list[Event] = []
        first = self._first(data, place, complete) if self._known else None
        if before is not None and first and not first.opening.ends(ending_of(before)):
            return None
        while first is not None and (found := self._found(lines, first)) is not None:
            raw = data[place : found.end]
            event = found.form.tell(raw, found.numbers, source, number + 1, base + place)
            if event is not None:
                events.append(event)
            elif found.form.event is not None:
                break
            number += found.form.lines
            place, first = found.end, found.next
        if place == begin:
            return None
        lines.leave(place, number - lines.number)
        return events

    def _first(self, data: bytes, start: int, complete: int) -> _First | None:
        end = data.find(b"\n", start, complete) + 1
        if not end or data[start : start + 1] in INDENT:
            return None
        parts = NUMBER.split(data[start:end])
        opening = self._known.get(line_of(parts))
        return _First(opening, parts[1::2], end) if opening is not None else None

    def _found(self, lines: Lines, first: _First) -> _Found | None:
        """The event that begins with a line, if it has a trusted form and is over for certain."""
        data, _, complete = lines.ahead()
        for form in first.opening.forms:
            if not form.trusted:
                continue
            numbers = first.numbers.copy()
            end = matched(form.rest, data, first.end, complete, numbers)
            if not end or len(set(numbers)) < len(numbers):
                continue
            if form.ending is None:
                return _Found(form, numbers, end, self._first(data, end, complete))
            if form.passing and _passes(lines, end, form.passing):
                return _Found(form, numbers, end, None)
            after = self._first(data, end, complete)
            if after is not None and after.opening.ends(form.ending):
                return _Found(form, numbers, end, after)
        return None

    def learn(self, entry: Entry, event: Event | None, raw: bytes | None) -> None:
        """Remember the form of an event that was read line by line, from these bytes."""
        if raw is None or not _plain(entry, raw):
            return
        first, *rest = (split(line + b"\n") for line in raw[:-1].split(b"\n"))
        numbers = [number for parts in (first, *rest) for number in parts[1::2]]
        if len(set(numbers)) < len(numbers):
            return
        if self._count >= self._most:
            self._known, self._count = {}, 0
        opening = self._known.setdefault(
            line_of(first), _Opening(entry.log, shape_of(entry.first, entry.log))
        )
        wanted = joined(rest)
        known = next((form for form in opening.forms if form.rest == wanted), None)
        if known is not None:
            known.check(event, raw, numbers)
            return
        self._count += 1
        form = Form(next(self._ids), wanted, entry.count, numbers, event)
        form.trusted = None if form.understand(entry) else False
        opening.forms.append(form)


def _passes(lines: Lines, place: int, most: int) -> bool:
    """Whether so many lines follow there that are passed, none of which begins anything."""
    data, _, complete = lines.ahead()
    quiet = lines.hit_from(place)
    for _ in range(most):
        place = passed(data, place, complete)
        if not 0 < place <= quiet:
            return False
    return True


def _plain(entry: Entry, raw: bytes) -> bool:
    """Whether the entry is what the bytes say, and nothing around them has to do with it."""
    if len(raw) > MAX_BYTES or raw.count(b"\n") != entry.count or not raw.endswith(b"\n"):
        return False
    log, alone = entry.log, entry.direct and entry.prefixed and entry.announced
    if not alone or log.stream or log.origin or entry.context is not None:
        return False
    if not (log.stamped or log.whole):  # the time may stand in the line above
        return False
    return entry.texts.text().encode("utf-8", "replace") == raw[:-1]
