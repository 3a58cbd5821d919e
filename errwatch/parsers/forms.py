"""Headers in a form of their own, in which one letter or one place says what words say elsewhere.

Each row of `_FORMS` is the beginning of a line, with named groups: `level`, `stamp`, `logger`,
`file` and `number` of a caller; the message is what follows. All rows are anchored and without
nested repetition.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from errwatch import lazy_re as re
from errwatch.model.event import Frame
from errwatch.model.levels import Level
from errwatch.parsers.levels import LETTERS, SYSLOG, level_of_word
from errwatch.parsers.times import Stamp, stamp_at


class Form(NamedTuple):
    """What the header says; `stamped` as in `header.Header`."""

    level: Level | None
    time: datetime | None
    stamped: bool
    logger: str | None
    message: str
    caller: Frame | None
    origin: str
    raw: str
    said: str


_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_MONTH_DAY = rf"(?P<stamp>(?:\d{{4}}-)?\d\d-\d\d {_CLOCK})"
_ANY_DAY = r"(?P<stamp>\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4} [\d:.]{5,15}(?: [AP]M)?)"
_LAMBDA = ("START", "END", "REPORT", "INIT_START", "INIT_REPORT")
_ANDROID = "(?P<level>[VDIWEFA])"
_ACTIONS = "error|warning|notice|debug|info|group|endgroup|section|command"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        # klog, glog: E0102 15:04:05.123456   4711 server.go:12] text
        rf"(?P<level>[IWEF])(?P<stamp>(?:\d{{4}})?\d{{4}} {_CLOCK})\s+(?P<origin>\d+) "
        r"(?P<file>[\w./-]{1,200}):(?P<number>\d{1,7})\] ",
        # Ruby: E, [2026-01-02T15:04:05.123456 #4711] ERROR -- name: text
        r"[DIWEFA], \[(?P<stamp>[^\]#]{19,40}?)(?: ?#(?P<origin>\d+))?\] +(?P<level>[A-Z]{3,7}) -- "
        r"(?P<logger>[^:]{0,100}): ?",
        # logcat: 01-02 15:04:05.123  1702  2395 E Tag: text
        rf"{_MONTH_DAY}\s+(?P<origin>\d+\s+\d+) {_ANDROID} (?P<logger>[^:]{{1,100}}?) {{0,40}}: ",
        # logcat: E/Tag( 1702): text
        rf"(?:{_MONTH_DAY} )?{_ANDROID}/(?P<logger>[^(]{{1,100}}?) {{0,40}}"
        r"\( {0,9}(?P<origin>\d+)\): ",
        # Tornado: [E 260102 15:04:05 web:2063] text
        rf"\[(?P<level>[DIWEC]) (?P<stamp>\d{{6}} {_CLOCK}) (?P<logger>[\w.]{{1,100}}):\d+\] ",
        # Vapor: [ ERROR ] text
        r"\[ (?P<level>[A-Z]{4,8}) +\] ",
        # GitHub Actions: ##[error]text
        rf"##\[(?P<level>{_ACTIONS})\]",
        # GitHub Actions: ::error file=a.py,line=3::text
        r"::(?P<level>error|warning|notice|debug)"
        r"(?: file=(?P<file>[^,:]{1,300})(?:,line=(?P<number>\d{1,7}))?[^:]{0,200}"
        r"| [^:]{0,300})?::",
        # SQL Server: 2026-01-02 15:04:05.12 spid51      Error: 18456, Severity: 14
        rf"(?P<stamp>\d{{4}}-\d\d-\d\d {_CLOCK}) (?P<logger>spid\d+s?|Logon|Server|Backup) {{4,}}",
        # a table: 2026-01-02T15:04:05Z,ERROR,name,text
        rf"(?P<stamp>\d{{4}}-\d\d-\d\d[ T]{_CLOCK}Z?),\"?(?P<level>[A-Za-z]{{3,11}})\"?,"
        r"(?:\"?(?P<logger>[\w.:/-]{1,100})\"?,)?",
        # NLog: 2026-01-02 15:04:05.1234|ERROR|name|text
        rf"(?P<stamp>\d{{4}}-\d\d-\d\d {_CLOCK})\|(?P<level>[A-Z]{{4,5}})\|(?P<logger>[^"
        rf"|]{{1,200}})\|",
        # MongoDB before 4.4: 2026-01-02T15:04:05.123+0000 E NETWORK  [conn17] text
        rf"(?P<stamp>\d{{4}}-\d\d-\d\dT{_CLOCK}(?:Z|[+-][\d:]{{4,5}})) (?P<level>[DIWEF])\d? +"
        r"(?P<logger>[A-Z]{2,12}|-) +\[(?P<origin>[^\]]{1,60})\] ",
        # Windows: Error,1/2/2026 3:04:05 PM,Source,1000,None,text; also with tabs
        r"(?P<level>Critical|Error|Warning|Information|Verbose)[,\t]"
        rf"{_ANY_DAY}[,\t](?P<logger>[^,\t]{{1,120}})[,\t]\d+[,\t][^,\t]{{0,80}}[,\t]?",
        # Redis: 4711:M 02 Jan 2026 15:04:05.123 # text
        rf"\d+:[XCSM] (?P<stamp>\d\d [A-Z][a-z]{{2}} \d{{4}} {_CLOCK}) (?P<level>[.*#-]) ",
        # TensorFlow, Abseil: 2026-01-02 15:04:05.123456: E path/file.cc:12] text
        rf"(?P<stamp>\d{{4}}-\d\d-\d\d {_CLOCK}): (?P<level>[IWEF]) "
        r"(?P<file>[\w./-]{1,200}):(?P<number>\d{1,7})\] ",
        # Azure Pipelines: ##vso[task.logissue type=error]text
        r"##vso\[task\.logissue [^\]]{0,200}?type=(?P<level>error|warning)[^\]]{0,200}\]",
        # a badge:  ERROR  text
        r" (?P<level>LOG|INFO|WARN|ERROR|DEBUG|FATAL) {1,2}(?=\S)",
        # AWS Lambda: START RequestId: 5d7c2f00-...
        rf"(?P<level>{'|'.join(_LAMBDA)}) (?=RequestId: |Runtime Version: |Init )",
        # librdkafka: %3|1767366245.123|FAIL|producer-1| text
        r"%(?P<level>[0-7])\|(?P<stamp>\d{10}\.\d{3})\|[A-Z]{1,20}\|(?P<logger>[^|]{1,100})\| ",
        # Chromium: [4711:12:0102/150405.123456:ERROR:net/socket.cc(12)] text
        r"\[(?:\d+:){0,2}(?P<stamp>\d{4}/\d{6}\.\d{3,6}):(?P<level>[A-Z]{4,7})\d*:"
        r"(?P<file>[\w./-]{1,200})[(:](?P<number>\d{1,7})\)?\] ",
    )
)
_WORDS = {
    "trce": Level.DEBUG, "group": Level.INFO, "endgroup": Level.INFO, "section": Level.INFO,
    "command": Level.INFO, **dict.fromkeys(_LAMBDA, Level.INFO),
    ".": Level.DEBUG, "-": Level.INFO, "*": Level.INFO, "#": Level.WARNING,
    **{str(number): level for number, level in SYSLOG.items()},
}  # fmt: skip
_FIRST = frozenset("0123456789IWEFDVACSRtdfcwi#:[.% ")


def read_form(text: str, now: datetime | None) -> Form | None:
    """The header of the line, where it is one of these."""
    if text[:1] not in _FIRST:
        return None
    for form in _FORMS:
        if found := form.match(text):
            return _read(text, found, now)
    return None


def _read(text: str, found: re.Match[str], now: datetime | None) -> Form:
    given = found.groupdict()
    stamp = _stamp(given.get("stamp"), now)
    number = given.get("number")
    caller = Frame(given["file"] or "", int(number), None) if number else None
    logger = (given.get("logger") or "").strip() or None
    time = stamp.time if stamp else None
    level = _level(given.get("level"))
    origin = given.get("origin") or ""
    said = text[found.end() :]
    return Form(level, time, stamp is not None, logger, said, caller, origin, said, said)


def _stamp(text: str | None, now: datetime | None) -> Stamp | None:
    if text is None:
        return None
    return stamp_at(text.strip(), 0, now) or Stamp(len(text), None)


def _level(word: str | None) -> Level | None:
    if word is None:
        return None
    return _WORDS.get(word) or LETTERS.get(word) or level_of_word(word)
