"""Secrets and personal data out of a text: what goes keeps its kind, `[REDACTED:jwt]`, no more.

Text -> text, and event -> event. Redacting twice changes nothing. Whatever is stored, shown or sent
passes here once, between detection and everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import re2

from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.parsers.assigned import secret_values

KINDS = (
    "private-key",
    "cookie",
    "authorization",
    "password",
    "api-key",
    "jwt",
    "secret",
    "card",
    "iban",
    "email",
)

_HINT = re2.compile(
    r"(?i)passw|passphrase|pwd|secret|token|credential|cookie|authorization|@|bearer |basic "
    r"|(?:api|app|access|private|auth|signing|encryption|account|shared|storage|license)[_-]?key"
    r"|session[_-]?(?:id|key)|signature|s(?:ig|id)(?:\\*[\"'])? ?[:=]|PRIVATE KEY"
    r"|eyJ|sk-|gh[opusr]_|github_pat|A(?:KI|SI|BI|CC)A|AIza|xox|xapp-|gl[a-z]+-|gls?[ac]_|npm_|hf_|gsk_"
    r"|pypi-|ya29|[srp]k_(?:live|test)_|whsec_|SG\.|shp[a-z]+_|dop_v1_|hooks\.slack"
    r"|\bcurl |\bmysql|\bmariadb|\bsshpass|response=\"|[?&](?:code|key|auth)=|key[_-]base|fernet"
    r"|(?:\b|_)(?:pass|pw|otp|session)[ \\\"'`\]]*(?:[:=]|%3d)|<pass|session[_-]?token"
    r"|hvs\.|hvb\.|dapi[0-9a-f]{8}|sntry[su]_|\bkey-[0-9a-f]{8}|sq0|\bEAA|ATATT|lin_api|PMAK-"
    r"|pat-[a-z]{2}[0-9]|\b[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4}"
    r"|\br8_|nvapi-|AGE-SEC|\bSK[0-9a-f]{8}|HRKU-|dckr_|atlasv1|GOCSPX|1//0|[0-9]:AA|/webhooks/"
    r"|\b[MNO][a-z0-9_-]{23,28}\.|PuTTY|Private-(?:Lines|MAC)"
    r"|[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|[0-9]{4}[ -]?[0-9]{6}[ -]?[0-9]{5}"
)
"""Found in every text that has something to hide, and in few others."""

_DONE = re.compile(r"(\[REDACTED:(?:" + "|".join(KINDS) + r")\])")


@dataclass(frozen=True, slots=True)
class _Secret:
    start: int
    end: int
    kind: str


_Finder = Callable[[str], Iterator[_Secret]]


def redact(text: str) -> str:
    """The text without its secrets."""
    while _HINT.search(text) is not None:
        clean = "".join(_clean(piece) for piece in _DONE.split(text))
        if clean == text:
            break
        text = clean
    return text


def redact_event(event: Event) -> Event:
    """The event without the secrets of any of its texts."""
    if _HINT.search("\n".join(_texts(event))) is None:
        return event
    return replace(
        event,
        message=redact(event.message),
        text=redact(event.text),
        logger=_optional(event.logger),
        key=_optional(event.key),
        exceptions=tuple(_exception(one) for one in event.exceptions),
        culprit=None if event.culprit is None else _frame(event.culprit),
    )


def _texts(event: Event) -> Iterator[str]:
    """Every text of an event; the culprit is one of the frames."""
    yield from (event.message, event.text, event.logger or "", event.key or "")
    for one in event.exceptions:
        yield from (one.type, one.message)
        for frame in one.frames:
            yield from (frame.file, frame.function or "", frame.module or "", frame.code or "")


def _exception(one: ExceptionInfo) -> ExceptionInfo:
    return replace(
        one,
        type=redact(one.type),
        message=redact(one.message),
        frames=tuple(_frame(frame) for frame in one.frames),
    )


def _frame(frame: Frame) -> Frame:
    return replace(
        frame,
        file=redact(frame.file),
        function=_optional(frame.function),
        module=_optional(frame.module),
        code=_optional(frame.code),
    )


def _optional(text: str | None) -> str | None:
    return None if text is None else redact(text)


def _clean(piece: str) -> str:
    """One pass over a text between two marks; the rules do not see each other's work."""
    if not piece or _DONE.fullmatch(piece):
        return piece
    parts, place = [], 0
    for secret in _united(piece):
        parts += [piece[place : secret.start], f"[REDACTED:{secret.kind}]"]
        place = secret.end
    return "".join([*parts, piece[place:]])


def _united(text: str) -> Iterator[_Secret]:
    """What all rules found, in order, with overlaps as one; the first rule names it."""
    found = [(one, rank) for rank, rule in enumerate(_RULES) for one in rule(text)]
    found.sort(key=lambda item: (item[0].start, item[1]))
    open_: _Secret | None = None
    for one, _rank in found:
        if open_ is not None and one.start < open_.end:
            open_ = replace(open_, end=max(open_.end, one.end))
            continue
        if open_ is not None:
            yield open_
        open_ = one
    if open_ is not None:
        yield open_


def _found(kind: str, pattern: str, holds: Callable[[str], bool] = lambda _secret: True) -> _Finder:
    """The rule that hides the last group of a pattern, or all of it."""
    compiled = re2.compile(pattern)
    group = compiled.groups

    def rule(text: str) -> Iterator[_Secret]:
        for match in compiled.finditer(text):
            start, end = match.span(group)
            if start < end and holds(text[start:end]):
                yield _Secret(start, end, kind)

    return rule


def _assigned(text: str) -> Iterator[_Secret]:
    for start, end in secret_values(text):
        yield _Secret(start, end, "secret")


_USER = re2.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s/?#\"'<>@:]*:")
_URL_END = re.compile(r"[^\s\"'<>`]{0,2000}")
_AUTHORITY_END = re.compile(r"[^\s\"'<>`/?#]{0,2000}")
_PORT = re.compile(r"\d{1,5}(?:[/?#]|$)")


def _url_passwords(text: str) -> Iterator[_Secret]:
    """`scheme://user:password@host`; the password itself may contain any sign but spaces."""
    for user in _USER.finditer(text):
        start = user.end()
        end = text.rfind("@", start, _end(_AUTHORITY_END, text, start))
        if end < 0 and not _PORT.match(text, start):
            end = text.rfind("@", start, _end(_URL_END, text, start))
        if end > start:
            yield _Secret(start, end, "password")


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def _credential(value: str) -> bool:
    """Not the next word of a sentence about authentication."""
    token = value.split()[-1]
    return len(token) >= 20 or any(c.isdigit() or c in "=._" for c in token) or _mixed(token)


def _mixed(token: str) -> bool:
    return not (token.islower() or token.isupper() or token.istitle())


def _luhn(number: str) -> bool:
    digits = [int(c) for c in number if c.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


_IBAN = re2.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")


def _ibans(text: str) -> Iterator[_Secret]:
    """Account numbers whose check digits agree; the next word may look like a group."""
    for match in _IBAN.finditer(text):
        number = match.group()
        while len(number) >= 15:
            if _mod97(number):
                yield _Secret(match.start(), match.start() + len(number), "iban")
                break
            number = number.rpartition(" ")[0]


def _mod97(number: str) -> bool:
    plain = number.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


_FILES = frozenset(("png", "jpg", "jpeg", "gif", "svg", "webp", "js", "ts", "css", "py", "json"))
_UNITS = frozenset(("service", "socket", "timer", "mount", "scope", "target", "slice"))


def _address(value: str) -> bool:
    """A mailbox; not `icon@2x.png`, `pkg@1.0.0-rc.tar`, `getty@tty1.service` or a git remote."""
    user, _, host = value.partition("@")
    first, last = host.partition(".")[0], host.rpartition(".")[2].lower()
    return not (first.isdigit() or user == "git" or last in _FILES or last in _UNITS)


_TOKENS = (
    r"(?:^|[^A-Za-z0-9])(sk-[A-Za-z0-9_-]{16,})",
    r"(?:gh[opusr]_|github_pat_)[A-Za-z0-9_]{16,}",
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}",
    r"AIza[A-Za-z0-9_-]{30,}",
    r"xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}",
    r"(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}",
    r"gl(?:pat|dt|rt|cbt)-[A-Za-z0-9_.-]{16,}|glsa_[A-Za-z0-9_]{20,}|glc_[A-Za-z0-9+/=]{20,}",
    r"(?:npm|hf|gsk)_[A-Za-z0-9]{30,}",
    r"pypi-[A-Za-z0-9_-]{40,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"ya29\.[A-Za-z0-9_-]{20,}",
    r"shp(?:at|ca|pa|ss)_[A-Za-z0-9]{32}|dop_v1_[a-f0-9]{40,}",
    r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,})",
    r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/([0-9]+/[A-Za-z0-9_-]{20,})",
    r"[0-9]{6,12}:AA[A-Za-z0-9_-]{30,}",
    r"\b[MNO][A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}",
    r"\bhv[sbr]\.[A-Za-z0-9_-]{20,}",
    r"\bdapi[a-f0-9]{32}(?:-[0-9])?",
    r"\bsntry[su]_[A-Za-z0-9_+/=-]{20,}",
    r"\bkey-[a-f0-9]{32}\b",
    r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{20,}",
    r"\bEAA[A-Z][A-Za-z0-9]{20,}",
    r"\bATATT3x[A-Za-z0-9_=-]{20,}",
    r"\blin_api_[A-Za-z0-9]{20,}",
    r"\bPMAK-[A-Za-z0-9-]{20,}",
    r"\bpat-[a-z]{2}[0-9]-[A-Fa-f0-9-]{20,}",
    r"\br8_[A-Za-z0-9]{30,}",
    r"\bnvapi-[A-Za-z0-9_-]{20,}",
    r"(?i)\bAGE-SECRET-KEY-1[a-z0-9]{20,}",
    r"\bSK[a-f0-9]{32}\b",
    r"\bHRKU-[A-Za-z0-9_-]{20,}",
    r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}",
    r"[A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_-]{20,}",
    r"\bGOCSPX-[A-Za-z0-9_-]{20,}",
    r"\b1//0[A-Za-z0-9_-]{20,}",
)

_RULES: tuple[_Finder, ...] = (
    _found(
        "private-key",
        r"(?s)-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:.*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|.*)",
    ),
    _found(
        "private-key",
        r"(?s)PuTTY-User-Key-File-[0-9]+:(?:.*?Private-MAC: *[a-fA-F0-9]+|.*)",
    ),
    _found("private-key", r"(?s)Private-Lines: *[0-9]+(?:.*?Private-MAC: *[a-fA-F0-9]+|.*)"),
    _found("cookie", r"(?i)cookie(?:\\*[\"'])?: *(?:\\*[\"'])?([^\s\"'\\=]{1,100}=[^\"'\r\n\\]+)"),
    _found(
        "authorization",
        r"(?i)authorization(?:\\*[\"'])? *[:=] *(?:\\*[\"'])?"
        r"((?:[a-z][a-z0-9-]{1,20} +)?[^\s\"',;\\]{6,})",
        _credential,
    ),
    _found("authorization", r"(?i)\b(?:bearer|basic) +([a-z0-9._~+/=-]{8,})", _credential),
    _found("authorization", r"(?i)\bresponse=\\*\"([a-f0-9]{32,})"),
    _found("password", r"\b(?:mysql\w*|mariadb)\b[^\n]*? -p([^\s\"']+)"),
    _found("password", r"\bcurl\b[^\n]*? (?:-u|--user)[ =]?[\"']?[^\s:\"']+:([^\s\"']+)"),
    _found("password", r"\bsshpass +-p *[\"']?([^\s\"']+)"),
    _found("password", r"(?i)<(?:password|passwd|secret|token)>([^<\s]+)</"),
    _found("secret", r"(?i)[?&](?:code|token|sig|key|auth)=([^\s&\"'<>#]{6,})"),
    _url_passwords,
    *(_found("api-key", pattern) for pattern in _TOKENS),
    _found("jwt", r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}"),
    _assigned,
    _found(
        "card",
        r"(?:^|[^0-9.A-Za-z_-])((?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6[0-9]{3}|35[0-9]{2})"
        r"(?:[ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5})\b",
        _luhn,
    ),
    _ibans,
    _found(
        "email",
        r"([A-Za-z0-9._%+\x{80}-\x{10ffff}-]+@(?:[A-Za-z0-9\x{80}-\x{10ffff}-]+\.)+"
        r"(?:xn--[A-Za-z0-9-]+|[A-Za-z\x{80}-\x{10ffff}]{2,24}))(?:[^A-Za-z0-9_]|$)",
        _address,
    ),
)
