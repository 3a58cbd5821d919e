"""Whether what stands after a secret-like name can be a secret.

A placeholder, a word of prose and code that only passes a secret on are none.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass

from errwatch import lazy_re as re

LONG = 200
"""Longer values are never declined."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What a name and its sign say about the value."""

    strong: bool
    """Nothing but a secret has such a name."""
    name: bytes = b""
    loose: bool = False
    """The sign stands in prose too."""
    alone: bool = False
    """Name, sign and value are all of their line."""
    quoted: bool = False


_NOTHING = re.compile(
    rb"(?:none|null|nil|true|false|undefined|empty|yes|no|required|missing|invalid|expired|n/a"
    rb"|str|int|bytes|bool|string|optional|any|x+|\*+|\.+|-+"
    rb"|[\[<*x. ]*(?:redacted|masked|filtered|hidden|removed|secret)[\]>*x. ]*"
    rb"|[\[({]|\{[\w.]*\}|%[sdr]|%\(\w*\)?s?|\$\{[\w:.-]*\}?|\$[A-Z_]+|<[\w -]*>)\Z",
    re.IGNORECASE,
)
_PASSED_ON = re.compile(
    rb"(?:\w+[_-])?(?:password|passwd|pwd|passphrase|secret|token|key|credentials?)\Z"
    rb"|\{[\w.]*\Z|[A-Za-z_][A-Za-z_.]{0,80}(?:\.[A-Za-z_]{1,80}\Z|[(\[])",
    re.IGNORECASE,
)
_FILE = re.compile(
    rb"/(?:etc|run|var|home|usr|opt|srv|tmp|app|root|mnt|secrets?|dev|proc|vault|data|config)/"
)
_WORD = re.compile(rb"[A-Za-z]+[.!?:]?\Z")
_PROSE = re.compile(
    rb"(?:is|was|must|not|incorrect|wrong|mismatch(?:ed)?|blank|(?:too )?(?:short|long|weak)|bad|ok"
    rb"|rejected|accepted|denied|failed|changed|updated|reset|(?:un)?set|valid|masked|hidden|unknown"
    rb"|redacted|given|provided|found|error|failure|absent|present|login|permission|default)[.!]?\Z",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    rb"(?i)(?=\S+ \S+ \S).*\b(?:must|required|should|cannot|can't|too (?:short|long|common|similar"
    rb"|weak)|at least|characters|is (?:not|in)|invalid|incorrect|does(?: not|n't)|do(?: not|n't)"
    rb"|may not)\b"
)
_MEASURE = re.compile(
    rb"(?i)(?:sha|md|utf|base|bcrypt|argon|scrypt|v|id)-?\d|\d+[- ]?(?:bits?|chars?|bytes?|x)\b"
    rb"|[\d.,:-]+\Z|.*(?:[/(]|:\d+\Z)"
)
_LETTER = re.compile(rb"[A-Za-z]")
_DIGIT = re.compile(rb"[0-9]")
_RANDOM = re.compile(rb"[A-Za-z0-9+/=_-]{20,}\Z")
_MIXED = re.compile(rb"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])", re.DOTALL)


def secret(value: bytes, clues: Clues) -> bool:
    """Whether a value after a name and a sign is one."""
    if len(value) > LONG:
        return True
    if not value or _NOTHING.match(value) or _COMPLAINT.match(value):
        return False
    if not clues.quoted and _PASSED_ON.match(value):
        return False
    if not clues.strong:
        return _random(value, clues)
    if clues.quoted or not clues.loose:
        return _FILE.match(value) is None
    if _WORD.match(value):
        return clues.alone and not _PROSE.match(value)
    return len(value) >= 6


def said(value: bytes, *, quoted: bool) -> bool:
    """Whether a word after `password` is one: quoted, or of letters and digits."""
    if not value or _NOTHING.match(value) or _COMPLAINT.match(value):
        return False
    if quoted or len(value) > LONG:
        return True
    return len(value) >= 6 and _composed(value) and not _MEASURE.match(value)


def unlike_a_word(value: bytes) -> bool:
    """Of letters and digits."""
    return len(value) > LONG or (len(value) >= 6 and _composed(value))


def _composed(value: bytes) -> bool:
    return _LETTER.search(value) is not None and _DIGIT.search(value) is not None


def _random(value: bytes, clues: Clues) -> bool:
    """Whether a value is one though its name has other meanings too."""
    name = clues.name.lower().strip(b"_")
    if name == b"key":
        return _RANDOM.match(value) is not None and _MIXED.match(value) is not None
    if name == b"auth":
        return _basic(value)
    if value.isdigit() and name.endswith(b"s"):
        return False
    if len(value) >= 16 or (len(value) >= 8 and _DIGIT.search(value)):
        return True
    return (
        name in (b"token", b"tokens", b"credential", b"credentials")
        and not clues.loose
        and unlike_a_word(value)
    )


def _basic(value: bytes) -> bool:
    """Whether it is `user:password` in base64."""
    try:
        return b":" in b64decode(value, validate=True)
    except ValueError:
        return False
