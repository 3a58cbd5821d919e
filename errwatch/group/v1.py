"""The building blocks of `v1:` fingerprints and templates. Frozen: never edit once released.

An edit here would split every stored issue. What has to change goes into a `v2.py` of its own,
with copies of what it shares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from errwatch import lazy_re as re
from errwatch.model.event import Event, ExceptionInfo, Frame

VERSION = "v1"
VARIABLE = "<*>"
_MARK = "\ufdd0"
"""Stands for a variable while the rest is taken apart; no text contains it."""

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_UNITS = "[KMGT]i?B|bytes|B|[munµ]s|s|secs?|seconds?|mins?|minutes?|hours?|h|days?|d|%"
_VERBS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_AFTER_VERB = "|".join(f'(?<="{verb} )' for verb in _VERBS)
_MASKS = re.compile(
    r"\[REDACTED:[a-z-]+\]"
    r"|[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'<>,;)\]]+"  # addresses on the web
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"  # e-mail
    rf"|(?:{_AFTER_VERB})[^\"\n]{{1,800}}(?=\")"  # requests, of which the verb stays
    rf"|\"(?!(?:{'|'.join(_VERBS)}) )[^\"\n]{{0,400}}\""  # quoted
    r"|(?<![\w'])'[^'\n]{0,400}'(?!\w)|`[^`\n]{1,400}`"
    r"|(?<![\w/.])(?:[A-Za-z]:\\|~?/)[^\s\"'<>,;:()\[\]{}|=]+"  # paths
    r"|(?<![\w.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){2,8}(?![\w.-]*[A-Z])(?::\d+)?"  # hosts
    r"|(?<![\w.-])[a-z0-9][\w-]{0,62}(?:\.[\w-]{1,63}){0,3}:\d{2,5}(?![\w:])"  # file:line
    r"|\b(?:[0-9A-Fa-f]{2,4}:){3,9}[0-9A-Fa-f]{1,4}\b"  # hardware and IPv6 addresses
    rf"|\b(?:(?:{_DAYS}),? )?(?:{_MONTHS})  ?\d\d?\b(?:[ \d:.,]*\d)?"  # dates in words
    rf"|<?(?<![\w.-])\d[\d.,]* ?(?:{_UNITS})(?!\w)"  # quantities
)
_FIELD = re.compile(
    r"(?:[\w$]+(?:\.[\w$-]+)+ )?"
    r"\[[^\[\]]{0,200}(?:\[[^\[\]]{0,80}\][^\[\]]{0,100})?\](?: [-:|])?\s+"
    r"|[\w$-]+[.:/@][\w$./:@-]+(?: \*?\d+)? - "
)
"""`[worker-1:pool@12] - `, `a.b.Logger [request 17] `, `program.exe - `."""
_MAX_FIELDS = 4

_SAME_AGAIN = re.compile(r" \(\d[\d.,]* ?[KMGT]i?B\)")
"""A size repeated for people, which is left out where it would say nothing."""

_SPLIT = re.compile(r"([\s,;:=()\[\]{}<>|\"'#*]+)")
_ONE_DIGIT = str.maketrans("123456789", "000000000")
_DIGIT = re.compile(r"\d")
_HEX = re.compile(r"[0-9a-f]{8,}|[0-9A-F]{8,}")
_EMPTY = re.compile(r"\(\)|\[\]|\{\}")
_REPEATED = re.compile(r"<\*>(?:[\s,.;:/|_*+#-]*<\*>)+")
_MADE = re.compile(
    r"(?:(?<=[$|/#])|(?<=__))\d+(?:_\d+)*(?!\w)"  # lambda$open$4, fn__1873, b__0_1
    r"|0x[0-9a-fA-F]+"
    r"|@anonymous.*"
)
"""What a compiler or a runtime numbers anew in each build or run."""
_HASH = re.compile(
    r"[.~_-](?:(?=[a-f]*\d)[0-9a-f]{6,32}|(?=\w*\d)(?=\w*[A-Z])(?=\w*[a-z])\w{8,20})(?=[.~_-]|$)"
)
"""The content hash in the name of a bundle: `main.8f3a21c4.js`, `index-BX3kd9aF.js`."""
_GENERIC = frozenset(("__init__", "__main__", "index", "main", "mod"))


def digest(parts: Iterable[str]) -> str:
    """`v1:` and 128 bits of the parts, each kept apart from the next."""
    text = "\0".join(part.replace("\0", " ") for part in parts)
    return (
        f"{VERSION}:{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
    )


def template(message: str) -> str:
    """The first line of a message with its variable parts replaced."""
    line = next((text for text in message.splitlines() if text and not text.isspace()), "")
    return _template(line.strip()[:1000].translate(_ONE_DIGIT))


@lru_cache(maxsize=8192)
def _template(line: str) -> str:
    """No mask tells digits apart, and no template has one: so few lines are distinct."""
    masked = _MASKS.sub(_MARK, _SAME_AGAIN.sub("", _without_head(line)))
    joined = "".join(_token(part) for part in _SPLIT.split(masked))
    joined = _EMPTY.sub(_in_brackets, joined).replace(_MARK, VARIABLE)
    return _REPEATED.sub(VARIABLE, joined)


def _without_head(line: str) -> str:
    """What the logger put before the message, as far as it shows: who is speaking, not what."""
    for _ in range(_MAX_FIELDS):
        found = _FIELD.match(line)
        if found is None or found.end() == len(line):
            break
        line = line[found.end() :]
    return line


def _in_brackets(found: re.Match[str]) -> str:
    return f"{found[0][0]}{VARIABLE}{found[0][1]}"


def _token(token: str) -> str:
    if token.isalpha() and len(token) < 8:
        return token
    variable = _MARK in token or _DIGIT.search(token) or _HEX.fullmatch(token)
    return _MARK if variable else token


def of_event(event: Event) -> tuple[str, str | None]:
    """The fingerprint: of exceptions by their types and frames, else by type and template; of lines
    by template. And the template, with the types before it, where it decided."""
    if not event.exceptions:
        line = template(event.message)
        return of_message(line), line
    frames = _frames(event.exceptions)
    types = [kind for one in event.exceptions if (kind := _MADE.sub("", one.type))]
    if any(frames):
        return digest(["exception", *types, *("\n".join(keys) for keys in frames)]), None
    line = template(event.message)
    kinds = "!".join(re.sub(r"\W+", ".", kind) for kind in types)
    return digest(["exception", *types, line]), f"!{kinds} {line}"


@lru_cache(maxsize=8192)
def of_message(line: str) -> str:
    """The fingerprint of a template."""
    return digest(["message", line])


def _frames(exceptions: Sequence[ExceptionInfo]) -> list[list[str]]:
    """The keys of the in-app frames of each exception; of all frames where none is in-app."""
    in_app = [_keys(frame for frame in one.frames if frame.in_app) for one in exceptions]
    return in_app if any(in_app) else [_keys(one.frames) for one in exceptions]


def _keys(frames: Iterable[Frame]) -> list[str]:
    """Each key once, in order of first use: the depth of a recursion counts for nothing."""
    return list(dict.fromkeys(_key(frame) for frame in frames))


def _key(frame: Frame) -> str:
    folders, _, file = frame.file.replace("\\", "/").rpartition("/")
    name = _HASH.sub("", file.rpartition(".")[0] or file)
    if not name and frame.module:
        name = _MADE.sub("", frame.module)
    if name in _GENERIC:
        name = f"{folders.rpartition('/')[2]}/{name}"
    return f"{name}:{_MADE.sub('', frame.function or '')}"


def frame_keys(exceptions: Sequence[ExceptionInfo]) -> list[list[str]]:
    """What a fingerprint takes of the frames: a list for each exception, all empty without any."""
    return _frames(exceptions)
