"""Prefixes of collectors in front of a line. Each row of `PREFIXES` peels one kind."""

from __future__ import annotations

from datetime import datetime

from errwatch import lazy_re as re
from errwatch.parsers.layers import Layer, Peel
from errwatch.parsers.levels import SYSLOG, WORDS, level_of_word
from errwatch.parsers.times import stamp_at

_COMPOSE = re.compile(r"([A-Za-z][\w.-]{0,100})\s+\|(?: |$)")
_POD = re.compile(r"\[(pod/[\w.-]{1,260}/[\w.-]{1,100})\](?: |$)")
_STERN = re.compile(r"([a-z0-9][a-z0-9.-]{0,250}-[a-z0-9]{1,20}) ([a-z][a-z0-9-]{0,62})(?: |$)")
_SYSLOG = re.compile(r" ([\w.:-]{1,255}) ([\w./()@-]{1,100}(?:\[\d+\])?):(?: |$)")
_NSLOG = re.compile(r" (?:[\w.-]{1,100}\[\d+:[0-9a-f]+\]) (?=\*\*\* )")
_LOGPLEX = re.compile(r"(?: [\w.-]{1,100})? ([a-z][\w-]{0,60}\[[\w.-]{1,60}\]):(?: |$)")
_CRI = re.compile(r" (stdout|stderr) ([FP])(?: |$)")
_PRIORITY = re.compile(r"<(\d{1,3})>")
_RFC5424 = re.compile(r"1 (\S{1,40}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ")
_STRUCTURED = re.compile(
    r'(?:-|(?:\[[^\s\]="]{1,64}(?: [^\s\]="]{1,32}="(?:[^"\\]|\\.)*")*\])+)(?: |$)'
)
_KERNEL = re.compile(r"\[ {0,6}\d{1,9}\.\d{6}\](?:\[ *[TC]\d+\])? ")
_TICKS = re.compile(r"\.\d{7}Z")
_ACTIONS = re.compile(r"(?:[^\t]{1,120}\t[^\t]{1,120}\t\ufeff?)?(?=\d{4}-\d\d-\d\dT)")


def compose(text: str, _now: datetime | None) -> Layer | None:
    """`worker-1  | text`."""
    found = _COMPOSE.match(text)
    if found is None or found[1].lower() in WORDS:
        return None
    return Layer(found[1], None, False, text[found.end() :])


def kubectl(text: str, _now: datetime | None) -> Layer | None:
    """`[pod/web-7d4b9c-x2x1z/app] text`."""
    found = _POD.match(text) if text.startswith("[pod/") else None
    return Layer(found[1], None, False, text[found.end() :]) if found else None


def stern(text: str, _now: datetime | None) -> Layer | None:
    """`web-7d4b9c-x2x1z app text`: a pod's name ends in a random part of at least a digit."""
    found = _STERN.match(text)
    if found is None or not any(sign.isdigit() for sign in found[1].rpartition("-")[2]):
        return None
    parts = found[1].split("-")
    if len(parts) < 3 and not parts[-1].isdigit():
        return None
    return Layer(f"{found[1]} {found[2]}", None, False, text[found.end() :])


def syslog(text: str, now: datetime | None) -> Layer | None:
    """`Nov 08 07:55:26 host process[pid]: text`; with an ISO timestamp the pid is required."""
    if text[0].isdigit() and "]:" not in text:
        return None
    stamp = stamp_at(text, 0, now)
    if stamp is None:
        return None
    found = _SYSLOG.match(text, stamp.end)
    if found and (not text[0].isdigit() or found[2].endswith("]")):
        stream = f"{found[1]} {found[2]}"
        return Layer(stream, stamp.time, True, text[found.end() :])
    nslog = _NSLOG.match(text, stamp.end)
    if nslog is not None:
        return Layer("", stamp.time, True, text[nslog.end() :])
    logplex = _LOGPLEX.match(text, stamp.end)
    if logplex is None or logplex[1].partition("[")[0] in WORDS:
        return None
    if text.startswith(" segfault at ", logplex.end() - 1):
        return None
    return Layer(logplex[1], stamp.time, False, text[logplex.end() :])


def priority(text: str, now: datetime | None) -> Layer | None:
    """`<11>` before a line of syslog, old or new: the low three bits are the level."""
    found = _PRIORITY.match(text) if text[0] == "<" else None
    if found is None or int(found[1]) > 191:
        return None
    level, rest = SYSLOG[int(found[1]) % 8], text[found.end() :]
    if (inner := _RFC5424.match(rest)) is not None:
        time, host, app, pid, _ = inner.groups()
        data = _STRUCTURED.match(rest, inner.end())
        stamp = stamp_at(time, 0, now)
        body = rest[data.end() if data else inner.end() :].removeprefix("\ufeff")
        return Layer(f"{host} {app}[{pid}]", stamp and stamp.time, True, body, level)
    if rest and (inner_layer := syslog(rest, now)) is not None:
        return inner_layer._replace(level=level)
    return Layer("", None, False, rest, level) if rest[:1].strip() else None


def cri(text: str, now: datetime | None) -> Layer | None:
    """`2026-03-01T10:00:01.001000000Z stderr F text`; `P` where the line goes on."""
    if " std" not in text:
        return None
    stamp = stamp_at(text, 0, now)
    found = stamp and _CRI.match(text, stamp.end)
    if not stamp or not found:
        return None
    rest = text[found.end() :]
    return Layer(found[1], stamp.time, False, rest, part=found[2] == "P", container=True)


def kernel(text: str, _now: datetime | None) -> Layer | None:
    """`[12345.678901] text`: seconds since the machine started. What it prints may come under the
    header of whoever passes it on, so it is no stream of its own."""
    found = _KERNEL.match(text) if text[0] == "[" else None
    return Layer("", None, False, text[found.end() :]) if found else None


def actions(text: str, now: datetime | None) -> Layer | None:
    """`2026-01-02T15:04:05.1234567Z text`, after job and step in a downloaded log. Seven digits are
    .NET's resolution, which tells the runner's own timestamps from those of programs."""
    found = _ACTIONS.match(text) if _TICKS.search(text, 0, 300) else None
    stamp = stamp_at(text, found.end(), now) if found else None
    if found is None or stamp is None or not _TICKS.match(text, stamp.end - len(".1234567Z")):
        return None
    stream = text[: found.end()].replace("\t", " ").strip("\ufeff ")
    return Layer(stream, stamp.time, False, text[stamp.end :].removeprefix(" "))


_TAILED = re.compile(r" \d{4}/\d\d/\d\d/\[[\w$.-]{1,40}\][0-9a-f]{4,64}(?: |$)")


def tailed(text: str, now: datetime | None) -> Layer | None:
    """`2026-04-01T10:00:00.001000+00:00 2026/04/01/[$LATEST]c2c3b330 text`: `aws logs tail`. The
    other lines of a message have no prefix."""
    stamp = stamp_at(text, 0, now) if "/[" in text else None
    found = stamp and _TAILED.match(text, stamp.end)
    if not stamp or not found:
        return None
    return Layer("", stamp.time, True, text[found.end() :])


_FLY = re.compile(
    r" ([a-z][\w-]{0,60})\[([0-9a-z]{6,32})\] ([a-z]{3}) \[(debug|info|warn|error)\](?: |$)"
)


def fly(text: str, now: datetime | None) -> Layer | None:
    """`2026-11-15T03:54:15.995 app[683d92dce34dd8] lhr [info] text`. What the application wrote is
    all `info`; its proxy and its runner state levels."""
    stamp = stamp_at(text, 0, now) if "] " in text else None
    found = stamp and _FLY.match(text, stamp.end)
    if not stamp or not found:
        return None
    level = None if found[1] == "app" else level_of_word(found[4])
    return Layer(f"{found[1]}[{found[2]}]", stamp.time, False, text[found.end() :], level)


_FPM = re.compile(
    r"\[(\d\d-\w{3}-\d{4} [\d:.]+)\] WARNING: \[pool ([\w.-]+)\] child (\d+) said into "
    r'std(?:err|out): "'
)


def fpm(text: str, now: datetime | None) -> Layer | None:
    """`[01-Mar-2026 10:00:02] WARNING: [pool www] child 7 said into stderr: "text"`, also behind
    the timestamp of a collector."""
    if " said into std" not in text:
        return None
    outer = stamp_at(text, 0, now) if text[0] != "[" else None
    found = _FPM.match(text, outer.end + 1 if outer else 0)
    if found is None:
        return None
    rest = text[found.end() :].removesuffix(", pipe is closed").removesuffix('"')
    stamp = stamp_at(found[1], 0, now)
    return Layer(f"{found[2]} {found[3]}", stamp and stamp.time, True, rest)


_RANK = re.compile(
    r"\[(\d+,\d+|[A-Za-z][\w.-]{0,40}\d)\](?:<std(?:err|out|diag)>)?:(?: |$)"
    r"|\(((?:[\w.()-]{1,80} )?pid=\d+(?:, ip=[\d.]+)?)\) ?(?=\S| )"
)


def rank(text: str, now: datetime | None) -> Layer | None:
    """`[rank1]: text`, `[1,0]<stderr>: text`, `(train pid=4711) text`: what one of many processes
    of a job wrote."""
    if text[0] != "(" and text.find("]:", 0, 60) < 0 and text.find("]<std", 0, 60) < 0:
        return None
    stamp = stamp_at(text, 0, now) if text[0].isdigit() else None
    found = _RANK.match(text, stamp.end + 1 if stamp else 0)
    time = stamp.time if stamp else None
    return Layer(found[1] or found[2], time, False, text[found.end() :]) if found else None


_LOGFMT = re.compile(r"(?<=\d[Z\d]) (?:level|lvl|time|ts|severity)=")
_AGAIN = re.compile(r"\d\S{18,39} (?=[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )")


def dated(text: str, now: datetime | None) -> Layer | None:
    """`2026-03-01T10:00:01.001Z {"level": "error"}`: a collector's time before a record of any
    kind, or before a line of syslog."""
    again = _AGAIN.match(text)
    place = again.end() - 1 if again else text.find(' {"', 0, 40)
    if place < 0 or not (again or text.rstrip().endswith("}")):
        place = found.start() if (found := _LOGFMT.search(text, 0, 40)) else -1
    if place < 0:
        return None
    stamp = stamp_at(text, 0, now)
    if stamp is None or stamp.end != place:
        return None
    return Layer("", stamp.time, False, text[place + 1 :])


_MANAGED = re.compile(
    r"\d\d:\d\d:\d\d ([A-Za-z][\w.-]{0,60}) +\|(?: |$)"
    r"|(\d{1,4}\|[\w@.-]{1,80}) +\| (?:\d{4}-\d\d-\d\dT\S{8,20}: )?"
)


def managed(text: str, _now: datetime | None) -> Layer | None:
    """`10:00:00 web.1  | text`, `0|web  | text`: managers of processes."""
    found = _MANAGED.match(text) if "|" in text else None
    return Layer(found[1] or found[2], None, False, text[found.end() :]) if found else None


_TASK = re.compile(
    r"((?:@[\w-]{1,60}/)?[\w.-]{1,60}[:#](?:build|lint|tests?|dev|start|type-?check|check-types|check"
    r"|generate|deploy|format|compile|e2e)(?::[\w-]{1,40})*|@[\w-]{1,60}/[\w.-]{1,60}): "
)


def task(text: str, _now: datetime | None) -> Layer | None:
    """`@acme/web:build: text`: a script of one package of many."""
    found = _TASK.match(text)
    return Layer(found[1], None, False, text[found.end() :]) if found else None


PREFIXES: dict[str, tuple[Peel, ...]] = {
    "digit": (cri, dated, syslog, actions, stern, fpm, tailed, fly, rank, managed),
    "letter": (compose, syslog, actions, stern, task),
    "@": (task,),
    "[": (kubectl, kernel, fpm, rank),
    "(": (rank,),
    "<": (priority,),
}
"""By the first character of the line."""


def peel_prefix(text: str, now: datetime | None) -> Layer | None:
    """The outermost prefix of the line, if it has one."""
    first = text[0]
    kind = "digit" if first.isdigit() else "letter" if first.isalpha() else first
    for row in PREFIXES.get(kind, ()):
        if found := row(text, now):
            return found
    return None
