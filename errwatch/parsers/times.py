"""Timestamps at a place in a line: where one ends, and which moment it names.

A row of `_STAMPS` is a pattern and a reader. Times without a zone are taken as UTC, so that every
machine reads the same moment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from errwatch import lazy_re as re


class Stamp(NamedTuple):
    end: int
    """Index just after the timestamp."""
    time: datetime | None
    """None where it names no day, or no day that exists."""


Now = datetime | None
_Groups = tuple[str | None, ...]
_Reader = Callable[[_Groups, Now], datetime | None]

FLOATING = timezone(timedelta(0), "floating")
"""UTC, where no zone is written: the same moment, but another may have been meant."""

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_NAMED = frozenset((*_NAMES, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
"""How a timestamp begins that does not begin with a digit."""
_MONTH = "(" + "|".join(_MONTHS) + ")"
_FRACTION = r"(?:(?:[.,]|:(?=\d{3}(?!\d)))(\d{1,9}))?"
_CLOCK = rf"(\d\d):(\d\d):(\d\d){_FRACTION}"


def is_floating(time: datetime) -> bool:
    """Whether its zone was not written. (Another process has a `FLOATING` of its own.)"""
    return time.tzname() == "floating"


def _micros(fraction: str | None) -> int:
    return int(fraction.ljust(6, "0")[:6]) if fraction else 0


def _zone(text: str | None) -> timezone:
    text = (text or "").strip()
    if not text:
        return FLOATING
    if text[0] not in ("+", "-"):
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
    return timezone(-offset if text[0] == "-" else offset) if offset < timedelta(days=1) else UTC


def _moment(day: tuple[int, int, int], clock: _Groups, zone: str | None = None) -> datetime | None:
    hour, minute, second, fraction = clock
    try:
        time = datetime(
            *day,
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59),  # a leap second is written as 60
            _micros(fraction),
            tzinfo=_zone(zone),
        )
        return time if time.tzinfo is UTC or time.tzinfo is FLOATING else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(groups: _Groups, _now: Now) -> datetime | None:
    year, month, day, *clock, zone = groups
    return _moment((int(year or 0), int(month or 0), int(day or 0)), tuple(clock), zone)


def _short_year(groups: _Groups, _now: Now) -> datetime | None:
    year, month, day, *clock = groups
    return _moment((2000 + int(year or 0), int(month or 0), int(day or 0)), tuple(clock))


def _asctime(groups: _Groups, _now: Now) -> datetime | None:
    month, day, *clock, zone, year = groups
    return _moment((int(year or 0), _MONTHS[month or ""], int(day or 0)), tuple(clock), zone)


def _syslog(groups: _Groups, now: Now) -> datetime | None:
    """No year is written: the last such day that is not after tomorrow."""
    if now is None:
        return None
    month, day, *clock = groups
    written = (_MONTHS[month or ""], int(day or 0))
    this = _moment((now.year, *written), tuple(clock))
    if this is not None and this <= now + timedelta(days=1):
        return this
    return _moment((now.year - 1, *written), tuple(clock))


def _day_of_month(groups: _Groups, now: Now) -> datetime | None:
    """`20 Nov 10:00:00`, without year."""
    day, month, *clock = groups
    return _syslog((month, day, *clock), now)


def _day_first(groups: _Groups, _now: Now) -> datetime | None:
    day, month, year, *clock, zone = groups
    number = _MONTHS.get(month or "")
    return _moment((int(year or 0), number, int(day or 0)), tuple(clock), zone) if number else None


def _american(groups: _Groups, _now: Now) -> datetime | None:
    """`1/2/2026 3:04:05 PM`, `Jan 02, 2026 3:04:05 PM`."""
    month, day, year, hour, minute, second, half = groups
    number = _MONTHS.get(month or "") or int(month or 0)
    clock = (_on_24(hour, half), minute, second, None)
    return _moment((int(year or 0), number, int(day or 0)), clock)


def _dotted(groups: _Groups, _now: Now) -> datetime | None:
    """`25.11.2026 10:00:04`."""
    day, month, year, *clock = groups
    return _moment((int(year or 0), int(month or 0), int(day or 0)), tuple(clock))


def _on_24(hour: str | None, half: str | None) -> str:
    return str(int(hour or 0) % 12 + (12 if half == "PM" else 0)) if half else hour or "0"


def _compact(groups: _Groups, _now: Now) -> datetime | None:
    year, month, day, hour, minute, second, fraction, *zone = groups
    full = int(year or 0) + (2000 if len(year or "") == 2 else 0)
    clock = (hour, minute, second, fraction)
    return _moment((full, int(month or 0), int(day or 0)), clock, "".join(map(str, zone)))


def _yearless(groups: _Groups, now: Now) -> datetime | None:
    """Month and day as numbers; the year as in syslog."""
    month, *rest = groups
    number = int(month or 0)
    return _syslog((_NAMES[number - 1], *rest), now) if 1 <= number <= 12 else None


def _since_1970(groups: _Groups, _now: Now) -> datetime | None:
    return _epoch(float(groups[0] or 0))


def _no_day(_groups: _Groups, _now: Now) -> datetime | None:
    return None


_STAMPS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (
        re.compile(
            rf"(\d{{4}})[-/.](\d\d)[-/.](\d\d)[T _-](\d\d)[:.](\d\d)[:.](\d\d){_FRACTION}"
            r"(?:( ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)|[+-]\d\d)(?![\w:]))?"
        ),
        _iso,
    ),
    (re.compile(rf"(\d\d)/(\d\d)/(\d\d) {_CLOCK}"), _short_year),
    (
        re.compile(
            rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {_MONTH}  ?(\d\d?) {_CLOCK} (UTC |GMT )?(\d{{4}})"
        ),
        _asctime,
    ),
    (re.compile(rf"{_MONTH}  ?(\d\d?) {_CLOCK}"), _syslog),
    # 02/Jan/2026:15:04:05 +0000, 02-Jan-2026 15:04:05.123, 02 Jan 2026 15:04:05
    (
        re.compile(
            rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?)[/ -]{_MONTH}[/ -](\d{{4}})[: ]{_CLOCK}"
            r"(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?!\w))?"
        ),
        _day_first,
    ),
    (re.compile(rf"(\d\d?) {_MONTH} {_CLOCK}"), _day_of_month),
    (re.compile(rf"{_MONTH} (\d\d?), (\d{{4}}),? (\d\d?):(\d\d):(\d\d)(?: ([AP]M))?"), _american),
    (re.compile(r"(\d\d?)/(\d\d?)/(\d{4}),? (\d\d?):(\d\d):(\d\d)(?: ([AP]M))?"), _american),
    (re.compile(rf"(\d\d?)\.(\d\d?)\.(\d{{4}}),? {_CLOCK}"), _dotted),
    (re.compile(rf"(\d\d)-(\d\d) {_CLOCK}"), _yearless),
    (re.compile(rf"(\d\d)(\d\d) {_CLOCK}"), _yearless),
    (re.compile(rf"(\d{{4}})(\d\d)(\d\d)[ T-]{_CLOCK}"), _compact),
    (re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:[.,](\d{1,9}))?(Z?)(?!\w)"), _compact),
    (re.compile(rf"(\d\d)(\d\d)(\d\d) {_CLOCK}"), _compact),
    (re.compile(r"(1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?)(?![\w.])"), _since_1970),
    (re.compile(r"\d?\d:\d\d:\d\d [AP]M(?!\w)"), _no_day),
    (re.compile(_CLOCK), _no_day),
    (re.compile(r"\d\d?:\d\d(?::\d\d)?[AP]M(?!\w)"), _no_day),
)


def stamp_at(text: str, start: int, now: Now = None) -> Stamp | None:
    """The timestamp that begins at `start`; `now` gives the year where none is written."""
    if not text[start : start + 1].isdigit() and text[start : start + 3] not in _NAMED:
        return None
    for pattern, read in _STAMPS:
        if found := pattern.match(text, start):
            return Stamp(found.end(), read(found.groups(), now))
    return None


def time_of(value: object) -> datetime | None:
    """The moment that a JSON value names: text, or seconds, ms, us or ns since 1970."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _epoch(float(value))
    if isinstance(value, dict):
        return _of_parts(value)
    text = str(value).strip()
    if found := stamp_at(text, 0):
        return found.time
    try:
        return _epoch(float(text))
    except ValueError:
        return None


def _of_parts(value: dict[object, object]) -> datetime | None:
    """Seconds and nanoseconds under names of their own, as log4j and protobuf write them."""
    for whole, part in (("epochSecond", "nanoOfSecond"), ("seconds", "nanos")):
        seconds, nanos = value.get(whole), value.get(part)
        if isinstance(seconds, int | str) and str(seconds).isdecimal():
            return _epoch(int(seconds) + (nanos / 1e9 if isinstance(nanos, int) else 0))
    return None


def _epoch(number: float) -> datetime | None:
    for _ in range(3):
        if number >= 1e11:
            number /= 1000
    try:
        return datetime.fromtimestamp(number, UTC) if 1e8 <= number < 1e11 else None
    except (ValueError, OverflowError, OSError):
        return None


_PART = re.compile(r":\d\d[.,](\d{1,9})")


def nanos_of(value: object) -> int | None:
    """The moment that a JSON value names, in nanoseconds since 1970 as far as it gives them."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 19:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        digits = len(str(abs(value)))
        return value * 10 ** max(0, 19 - digits) if 9 <= digits <= 19 else None
    time = time_of(value)
    if time is None:
        return None
    fraction = _PART.search(str(value))
    return int(time.replace(microsecond=0).timestamp()) * 10**9 + (
        int(f"{fraction[1]:0<9}") if fraction else time.microsecond * 1000
    )
