"""The fields that a logger puts before the message: time, level, logger.

They are read one token at a time, so that their order, brackets and separators do not matter:
`TIME LEVEL logger: message`, `TIME - logger - LEVEL - message`, `[TIME] [pid] [LEVEL] message`,
`[TIME: LEVEL/process] message`, `LEVEL TIME message`, `LEVEL:logger:message`, `LEVEL:  message`.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from errwatch import lazy_re as re
from errwatch.model.event import Frame
from errwatch.model.levels import Level
from errwatch.parsers.caller import place_of
from errwatch.parsers.forms import read_form
from errwatch.parsers.levels import LETTERS, WORDS
from errwatch.parsers.times import stamp_at

MAX_FIELDS = 10
"""Tokens before a level; whatever stands later is message."""

MAX_FIELD = 200
"""Characters of such a token."""

_TOKEN = re.compile(r"\s*(\[[^\s\[\]]{1,60}\](?=\[)|\S+)")
"""`[time][pid][level]` are three."""
_LEVEL = re.compile(
    r"(\*{2,3}|[\[({<|]?)(?:[a-z_]{1,20}:|[\w-]{1,30}\.(?=[A-Z]+:)|[\w.#-]{1,60}/(?=[A-Z]{4,5}\]))?([A-Za-z]{3,13})"
    r"(?:[/#][\w.-]+|(?<=[A-Z])\[\w{1,20}\])?(\*{2,3}|[\])}>|]?)(:?)"
)
_LETTER = re.compile(r"[\[(<]([A-Z])(\1?)[\])>]")
"""`[E]`, and `(EE)` as the X server writes it."""
_MORE = re.compile(r"\d[:.]\d\d|\d{8}|\d{4} |(?:level|severity)=", re.I)
"""What there must be of a timestamp, or of a level by its name, that is not the first token."""
_SEPARATORS = frozenset(("-", "=", "|", ":", "--", "---", "*"))
_LIKE_A_FIELD = re.compile(r"[^A-Za-z,;!?'\"]|[A-Z]+$")
_NAMED = re.compile(r"([\w.$/<>@-]{1,100}):(?:\s|$)")
_SEPARATOR = re.compile(r"\s+[-=|](?:\s|$)")
_AFTER_LEVEL = (
    re.compile(r"\s+[-=|](?:\s+([\w.$:/<>\[\]-]{1,100})\s+[-=|])?(?:\s|$)"),
    re.compile(r"\s+([\w$]+(?:\.[\w$]+)+)\s+-(?:\s|$)"),
    re.compile(r":([A-Za-z_][\w.]{0,100}):"),
    re.compile(r"\s+\d+ --- (?:\[[^\]]*\] ){1,3}([\w.$\[\]/-]{1,200})\s+: ?"),
)
"""` - logger - message`, ` a.b.Logger - message`, `:logger:message`,
` pid --- [thread] logger : message`."""
_ORIGIN_AFTER = re.compile(
    r"\s*(\[[^\]\s!]{1,80}\]|<[\d.]{3,30}>|\[pid [^\]]{1,60}\](?: \[(?:client"
    r"|remote) [^\]]{1,80}\])?) "
)
"""A thread's or request's name between the level and the message."""

_COMPONENT = re.compile(r"\[[A-Za-z_.-]{1,40}\](?=[ \[])")
"""`[level][component]`: no thread, for which there is a number in the name."""

_CONSOLE = re.compile(r"(trce|dbug|info|warn|fail|crit): ([\w.`+<>-]{1,200})\[\d+\](?: |$)")
"""The console of .NET: the message stands on the next line."""
_CONSOLE_LEVELS = {
    "trce": Level.DEBUG,
    "dbug": Level.DEBUG,
    "info": Level.INFO,
    "warn": Level.WARNING,
    "fail": Level.ERROR,
    "crit": Level.CRITICAL,
}
_ZAP = re.compile(r"\t(?:([\w.-]{1,100})\t)?([\w./@-]{1,300}\.\w{1,5}:\d{1,7})\t")
"""Zap's console: logger, caller, message, set apart by tabs."""

_INNER = frozenset("/,0123456789")
"""The second character of those forms that are told by their first two: `E/`, `E,`, `E0102`."""

_PADDED = re.compile(r"  |\t")
_INDENTED = " " * 4
"""Behind a timestamp: what is indented as far as this is part of a text, unless it is a level."""
_WRITTEN_SMALL = frozenset(
    ("trace", "debug", "info", "notice", "warn", "warning", "error", "err", "critical", "fatal")
)
"""Levels that loggers write in lower case; `failure` or `alert` there begins a sentence."""
_SPOKEN = re.compile(r"\s*([A-Za-z]{3,9})(?::\s|(?: [a-z]+){1,2}:(?:\s|$)| ERROR:\s)")
_EXCEPTION = re.compile(r".*(?:Error|Exception|Warning)$")


NO_LEVEL = re.compile(
    r" (?:FATAL UNHANDLED )?EXCEPTION: | SUMMARY: | (?:collecting|at \w+ of) \S+ _+$"
    r"|: task \S+ blocked for more"
    r"|(?<=PANIC) RECOVER\]|(?<=--- FAIL): "
    r"|(?:(?<=FAIL)|(?<=ERROR)): (?:test\w*|setUp\w+|tearDown\w+) \([\w.]+\)"
    r"|: rcu_\w+ | in (?:\./\S|main$)|(?<=FAIL)(?:\t|$)|(?<=FAILURE)$"
    r"|(?<=\[Vue warn\]): (?:Error in|Unhandled error) "
)
"""What follows a word that is no level: `FATAL EXCEPTION: main`, `ERROR SUMMARY: 1 errors`,
`INFO: task pump:7 blocked for more than 120 seconds`, `FAIL<tab>package`,
`ERROR in ./src/index.js`."""


class Header(NamedTuple):
    level: Level | None
    time: datetime | None
    stamped: bool
    """It has a timestamp, even if one that names no day."""
    logger: str | None
    message: str
    caller: Frame | None = None
    """Where in the code the line says that it was written."""
    origin: str = ""
    """The process, thread or request that wrote it."""
    raw: str = ""
    """What follows the level and the origin, with its indentation."""
    said: str = ""
    """The end of `raw` that is the message."""
    spoken: str = ""
    """The message with its level, where that may be the program's own word: `error: no space`."""


class _Place(NamedTuple):
    """How far the header is read."""

    end: int
    time: datetime | None = None
    stamped: bool = False
    logger: str | None = None
    origin: str = ""


def read_header(text: str, now: datetime | None = None) -> Header | None:
    """The header of a line; None where it has neither a leading timestamp nor a level."""
    if not text or (text[0].isspace() and not text[1:2].isupper()):
        return None
    form = read_form(text, now)
    if form is not None or text[0].isspace():
        return Header(*form) if form else None
    leading = _stamp(text, _Place(0), now)
    if found_inside := _console(text, leading) or _inside(text, leading, now):
        return found_inside
    found = _find_level(text, leading, now)
    again = _stamp(text, leading, now) if found is None and leading.stamped else leading
    if again.end > leading.end:  # a collector's, then the program's own
        leading, found = again, _find_level(text, again, now)
    if found is not None and not NO_LEVEL.match(text, found[1].end):
        level, place = found
        rest = text[place.end :]
        if (zap := _ZAP.match(rest)) is not None:
            return Header(
                level, place.time, place.stamped, zap[1], rest[zap.end() :], place_of(zap[2])
            )
        if component := _COMPONENT.match(rest):
            rest = rest[component.end() :]
        caller, rest = _caller(rest) if rest.startswith(" [") else (None, rest)
        logger, message = _message(rest, place.logger)
        spoken = _spoken(text[leading.end :])
        origin, raw, said = place.origin, rest.removeprefix(":").removeprefix(" "), message
        if place.stamped and (named := _ORIGIN_AFTER.match(rest)):
            origin, raw = f"{origin} {named[1]}".strip(), rest[named.end() :]
            said = _message(f" {raw}", None)[1] or raw
        return Header(
            level, place.time, place.stamped, logger, message, caller, origin, raw, said, spoken
        )
    if not leading.stamped:
        return None
    rest = text[leading.end :]
    message, named = rest.removeprefix(" "), _ORIGIN_AFTER.match(rest)
    if named is None:
        return Header(None, leading.time, True, None, message)
    raw = rest[named.end() :]
    return Header(None, leading.time, True, None, message, None, named[1], raw, raw)


def _inside(text: str, place: _Place, now: datetime | None) -> Header | None:
    """A form of its own behind the timestamp of a collector."""
    rest = text[place.end + 1 : place.end + 3] if place.stamped else ""
    if rest[1:] not in _INNER:
        return None
    form = read_form(text[place.end + 1 :], now)
    return form and Header(*form)._replace(time=form.time or place.time, stamped=True)


def _console(text: str, place: _Place) -> Header | None:
    found = _CONSOLE.match(text, place.end + (text[place.end : place.end + 1] == " "))
    if found is None:
        return None
    level = _CONSOLE_LEVELS[found[1]]
    return Header(level, place.time, place.stamped, found[2], text[found.end() :])


def _find_level(text: str, place: _Place, now: datetime | None) -> tuple[Level, _Place] | None:
    """Step over fields until one states a level."""
    separated, fields, named = True, 0, False
    indented = place.stamped and text.startswith(_INDENTED, place.end)
    while fields < MAX_FIELDS and (found := _TOKEN.match(text, place.end)):
        token, end = found[1], found.end()
        if token in _SEPARATORS:
            if not (fields or place.stamped or text[end + 1 : end + 2].isdigit()):
                return None  # a row of a table, a comment
            separated, place = True, place._replace(end=end)
            continue
        level = _level(token, first=fields == 0, stamped=place.stamped, separated=separated)
        level = level or (_told_of(token) if named else None)
        if level is None and fields == 0:
            level = _first_level(text, token, place._replace(end=end), now)
        if indented and (level is None or token.islower()):
            return None
        if level is not None:
            origin = f"{place.origin} {token}".strip() if "/" in token else place.origin
            place = place._replace(end=found.start(1) + _level_length(token), origin=origin)
            return level, place if place.stamped else _stamp(text, place, now)
        fields += 1
        if fields == 1 and token[0] == "#":  # a step of BuildKit
            return None
        place = place if place.stamped else _stamp(text, place, now)
        if place.end >= end:
            continue
        if fields == 1 and not (place.stamped or _MORE.search(text)):
            return None
        apart = separated and _separator_at(text, end)
        if len(token) > MAX_FIELD or not (apart or _LIKE_A_FIELD.search(token)):
            return None
        separated, place = False, place._replace(end=end, logger=token if apart else place.logger)
        named = place.stamped and token[-1] == ":" and token.rpartition("]")[2][:1].isupper()
        if token[0] in "[(" and token[-1] in "])":
            place = place._replace(origin=f"{place.origin} {token}".strip())
    return None


def _stamp(text: str, place: _Place, now: datetime | None) -> _Place:
    """Step over a timestamp and its brackets, if one stands there."""
    start = place.end
    if text[start : start + 3] == " - ":
        start += 2
    while text[start : start + 1] in (" ", "["):
        start += 1
    found = stamp_at(text, start, now)
    if found is None:
        return place
    end = found.end
    while text[end : end + 1] in ("]", ":", ","):
        end += 1
    return place._replace(end=end, time=found.time, stamped=True)


def _level(token: str, *, first: bool, stamped: bool, separated: bool) -> Level | None:
    """The level that a token states by standing where it stands.

    Upper case states one anywhere in the header; lower case only in brackets, between separators
    or right after the timestamp; on a line without a timestamp only brackets or upper case do.
    """
    if token.lower().startswith(("level=", "severity=")):
        return WORDS.get(token.partition("=")[2].strip('",').lower())
    if (letter := _LETTER.fullmatch(token)) and (stamped or letter[2]):
        return LETTERS.get(letter[1])
    found = _LEVEL.match(token)
    if found is None:
        return None
    opening, word, closing, colon = found.groups()
    level = WORDS.get(word.lower()) if word != "Error" or opening else None
    goes_on = closing == "|" or (closing == "]" and token[found.end() : found.end() + 1] == "[")
    if level is None or not (found.end() == len(token) or colon or goes_on):
        return None
    if opening == "(" and not closing:
        return None
    if opening == "[" and not closing and word == "Error":  # an error that JavaScript shows
        return None
    bracketed = bool(opening and closing) or (bool(closing) and stamped)
    if stamped:
        plain = word.isupper() or (separated and first and (colon or word in _WRITTEN_SMALL))
        return level if bracketed or plain else None
    return level if first and (bracketed or word.isupper()) else None


def _first_level(text: str, token: str, place: _Place, now: datetime | None) -> Level | None:
    """The level of a first token that only what stands after it shows to be one."""
    if place.stamped:
        return _padded(token) if _PADDED.match(text, place.end) else None
    letter = _LETTER.fullmatch(token)
    return LETTERS.get(letter[1]) if letter and _stamp(text, place, now).stamped else None


def _told_of(token: str) -> Level | None:
    """`Error:` behind a timestamp and a name with a colon."""
    word = token.removesuffix(":").lower()
    return WORDS.get(word) if token[-1] == ":" and word in _WRITTEN_SMALL else None


def _padded(token: str) -> Level | None:
    """`Error` at the place of a column of levels: the column is as wide as the longest of them."""
    word = token.rstrip(":")
    return WORDS.get(word.lower()) if word.istitle() and word.lower() in _WRITTEN_SMALL else None


def _level_length(token: str) -> int:
    """Where the level ends inside its token: `ERROR:root:text` is one token."""
    found = _LEVEL.match(token)
    return len(token) if found is None else found.end() - len(found[4])


def _caller(rest: str) -> tuple[Frame | None, str]:
    """` [src/net/pool.cc:112] text`: a place in the code in brackets of its own."""
    place, closed, text = rest[2:].partition("] ")
    caller = place_of(place) if closed else None
    return (caller, f" {text}") if caller else (None, rest)


def _spoken(rest: str) -> str:
    """What follows the timestamp, if its first word is a level that could begin a sentence."""
    rest = rest.removeprefix(" ")
    found = _SPOKEN.match(rest)
    return rest if found and found[1].lower() in WORDS else ""


def _separator_at(text: str, place: int) -> bool:
    found = _TOKEN.match(text, place)
    return found is not None and found[1] in _SEPARATORS


def _message(rest: str, logger: str | None) -> tuple[str | None, str]:
    """What follows the level -> the logger's name, and the message with its indentation."""
    if logger is not None and (found := _SEPARATOR.match(rest)):
        return logger, rest[found.end() :]
    for pattern in _AFTER_LEVEL:
        if found := pattern.match(rest):
            return found[1] or logger, rest[found.end() :]
    rest = rest.lstrip(":").lstrip()
    found = _NAMED.match(rest)
    if found and not _EXCEPTION.match(found[1]):
        return found[1], rest[found.end() :]
    return logger, rest
