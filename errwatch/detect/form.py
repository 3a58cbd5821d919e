"""The form of an event: its text without its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import eq

from errwatch import lazy_re as re
from errwatch.detect.ending import Ending, ending_of
from errwatch.detect.entry import MAX_FOREIGN, Entry
from errwatch.model.event import Event, ExceptionInfo
from errwatch.parsers.times import FLOATING

NUMBER = re.compile(
    rb"(\d(?:\d{3}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    rb"|(?<=[1-9])(?<![\w.\x80-\xff].)\d{3,11}(?![\w.\x80-\xff])))"
)
"""Timestamps, and whole numbers that no reader of logs takes for a status, a level, a signal or a
card: of 4 to 12 digits. All begin alike, so that the search goes from digit to digit."""

INDENT = (b" ", b"\t")

Line = bytes | tuple[bytes | int, ...]
"""A line without numbers, or what stands between its numbers, and their lengths."""


def split(line: bytes) -> list[bytes]:
    """What stands between the numbers, and at every second place a number. Frames, which are
    indented, differ in none."""
    return [line] if line[:1] in INDENT else NUMBER.split(line)


def line_of(parts: Sequence[bytes]) -> Line:
    return parts[0] if len(parts) == 1 else (*parts[::2], *map(len, parts[1::2]))


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of an event: what stands between numbers, and which numbers of the event they are."""

    between: tuple[str, ...]
    numbers: tuple[int, ...]

    def told(self, numbers: Sequence[bytes]) -> str:
        parts = [self.between[0]]
        for number, after in zip(self.numbers, self.between[1:], strict=True):
            parts += (numbers[number].decode(), after)
        return "".join(parts)


def _text(text: str, numbers: Sequence[bytes]) -> _Text | None:
    """None where the text has a number that the event has not."""
    parts = NUMBER.split(text.encode("utf-8", "replace"))
    if not set(numbers).issuperset(parts[1::2]):
        return None
    return _Text(
        tuple(part.decode() for part in parts[::2]), tuple(map(numbers.index, parts[1::2]))
    )


def _moment(stamp: bytes) -> datetime | None:
    try:
        time = datetime.fromisoformat(stamp.decode())
    except ValueError:
        return None
    return time.replace(tzinfo=FLOATING) if time.tzinfo is None else time.astimezone(UTC)


def joined(lines: Iterable[Sequence[bytes]]) -> tuple[Line, ...]:
    """As lines, of which those without numbers stand together."""
    joined: list[Line] = []
    for line in map(line_of, lines):
        last = joined[-1] if joined else None
        if isinstance(line, bytes) and isinstance(last, bytes):
            joined[-1] = last + line
        else:
            joined.append(line)
    return tuple(joined)


def matched(
    rest: Sequence[Line], data: bytes, place: int, complete: int, numbers: list[bytes]
) -> int:
    """Where lines of that form end, 0 where others stand there; adds their numbers."""
    for wanted in rest:
        if isinstance(wanted, bytes):
            if not data.startswith(wanted, place):
                return 0
            place += len(wanted)
            continue
        end = data.find(b"\n", place, complete) + 1
        parts = split(data[place:end])
        if not end or line_of(parts) != wanted:
            return 0
        numbers += parts[1::2]
        place = end
    return place


@dataclass(slots=True)
class Form:
    """One form of an event, after its first line."""

    id: int
    rest: tuple[Line, ...]
    """Lines without numbers stand together."""
    lines: int
    numbers: list[bytes]
    """Of the first event of the form."""
    event: Event | None
    """The first event; None where it was too harmless to be one."""
    ending: Ending | None = None
    """None for a record, which ends with its line."""
    passing: int = 0
    """After how many lines that are passed it has ended for certain; 0 where after none."""
    time: int | None = None
    """Which number is its time."""
    texts: tuple[_Text, ...] = ()
    """Its message, and those of its exceptions."""
    trusted: bool | None = None
    """Not known before the second event."""

    def tell(
        self, raw: bytes, numbers: Sequence[bytes], source: str, line: int, start: int
    ) -> Event | None:
        """The event that a text of this form is; None without one, or with an impossible time."""
        like = self.event
        time = None if self.time is None else _moment(numbers[self.time])
        if like is None or (time is None and self.time is not None):
            return None
        message, exceptions = like.message, like.exceptions
        if any(text.numbers for text in self.texts):
            message, *said = [text.told(numbers) for text in self.texts]
            exceptions = tuple(
                ExceptionInfo(one.type, text, one.frames, one.link)
                for one, text in zip(exceptions, said, strict=True)
            )
        return Event(
            source,
            line=line,
            start=start,
            end=start + len(raw),
            level=like.level,
            message=message,
            text=raw[:-1].decode(),
            time=time,
            language=like.language,
            exceptions=exceptions,
            culprit=like.culprit,
            logger=like.logger,
            logged=like.logged,
            key=like.key,
            form=self.id,
        )

    def understand(self, entry: Entry) -> bool:
        """See what an event of the form depends on; False where that is more than its form."""
        if not entry.log.whole:
            self.ending = ending_of(entry)
            if self.ending is not None and self.ending.passing:
                self.passing = MAX_FOREIGN + 1 if entry.resumable else 1
        known = entry.log.whole or self.ending is not None
        return known and (self.event is None or self._explains(self.event))

    def _explains(self, event: Event) -> bool:
        """Whether the numbers tell the time of the first event, and the texts its messages."""
        said = (event.message, *(one.message for one in event.exceptions))
        texts = [_text(text, self.numbers) for text in said]
        self.texts = tuple(text for text in texts if text is not None)
        stamps = [place for place, number in enumerate(self.numbers) if b":" in number]
        times = (place for place in stamps if _moment(self.numbers[place]) == event.time)
        self.time = next(times, None)
        timeless = not stamps and event.time is None
        return None not in texts and (timeless or self.time is not None)

    def check(self, event: Event | None, raw: bytes, numbers: Sequence[bytes]) -> None:
        """Compare with another event of the form, which was read line by line."""
        if self.trusted is None and not any(map(eq, numbers, self.numbers)):
            told = event and self.tell(raw, numbers, event.source, event.line, event.start)
            self.trusted = told == event and (event is None) == (self.event is None)
