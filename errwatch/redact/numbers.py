"""Cards and bank accounts, by their check digits, and addresses of people and of machines."""

from __future__ import annotations

from collections.abc import Iterator

from errwatch import lazy_re as re
from errwatch.redact.finding import Span, compiled


def _luhn(number: bytes) -> bool:
    digits = [c - 48 for c in number if 48 <= c <= 57]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


_CARD = compiled(
    r"(?:^|[^0-9.A-Za-z_-])((?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6[0-9]{3}|35[0-9]{2})"
    r"(?:[ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}"
    r"|3(?:0[0-5]|[68][0-9])[0-9][ -]?[0-9]{6}[ -]?[0-9]{4})\b"
)
CARD_GATE = r"[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|[0-9]{4}[ -]?[0-9]{6}[ -]?[0-9]{4}"
_COUNTED = re.compile(
    rb"(?i)(?:\b|_)(?:order|orders?_?(?:id|no)|id|ts|time|seq|offset|lsn|epoch)[\"']?[=:] ?\Z"
)


def cards(text: bytes) -> Iterator[Span]:
    """Numbers of cards; not an identifier that happens to pass the check."""
    for found in _CARD.finditer(text):
        start, end = found.span(1)
        number = text[start:end]
        if _luhn(number) and not (
            number.isdigit() and _COUNTED.search(text, max(0, start - 20), start)
        ):
            yield Span(start, end)


_IBAN = compiled(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
IBAN_GATE = r"\b[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4}"


def ibans(text: bytes) -> Iterator[Span]:
    """Account numbers whose check digits agree; the next word may look like a group."""
    for found in _IBAN.finditer(text):
        number = found.group()
        while len(number) >= 15:
            if _mod97(number):
                yield Span(found.start(), found.start() + len(number))
                break
            number = number.rpartition(b" ")[0]


def _mod97(number: bytes) -> bool:
    plain = number.decode().replace(" ", "")
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


_FILES = frozenset(
    (b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"js", b"ts", b"css", b"py", b"json")
)
_UNITS = frozenset((b"service", b"socket", b"timer", b"mount", b"scope", b"target", b"slice"))
_MAILBOX = compiled(
    r"([A-Za-z0-9._%+\x80-\xff-]+@(?:[A-Za-z0-9\x80-\xff-]+\.)+"
    r"(?:xn--[A-Za-z0-9-]+|[A-Za-z\x80-\xff]{2,24}))(?:[^A-Za-z0-9_]|$)"
)
MAIL_GATE = r"[A-Za-z0-9._%+\x80-\xff-]@[A-Za-z0-9\x80-\xff-]+\."
_REMOTE = re.compile(rb":(?:\d{2,5}\b|[\w.~-]*/)")


def mailboxes(text: bytes) -> Iterator[Span]:
    """Mail addresses; not `icon@2x.png`, `getty@tty1.service`, a git remote or `user@host:port`."""
    for found in _MAILBOX.finditer(text):
        start, end = found.span(1)
        user, _, host = text[start:end].partition(b"@")
        first, last = host.partition(b".")[0], host.rpartition(b".")[2].lower()
        other = first.isdigit() or user == b"git" or last in _FILES or last in _UNITS
        if not (other or _REMOTE.match(text, end)):
            yield Span(start, end)
