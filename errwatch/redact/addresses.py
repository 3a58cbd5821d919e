"""IP addresses of machines; those that mean the machine itself, or none, stay."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from errwatch.redact.finding import Span, compiled

_FOUR = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_SIX = r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4})"
_AFTER = r"(?:$|[^0-9A-Za-z_.:]|[.:](?:$|[^0-9A-Za-z:])|:[0-9]{1,5}\b)"
_ADDRESS = compiled(rf"(?:^|[^0-9A-Za-z_.:-])({_FOUR}|{_SIX}){_AFTER}")
GATE = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|[0-9A-Fa-f:]:[0-9A-Fa-f]{0,4}:"


def addresses(text: bytes) -> Iterator[Span]:
    """Addresses of both versions, also before a port."""
    place = 0
    while found := _ADDRESS.search(text, place):
        span = Span(*found.span(1))
        span = _without_colon(text, span)
        if _is_address(text[span.start : span.end].decode("ascii")):
            yield span
        place = max(span.end, place + 1)


def _without_colon(text: bytes, span: Span) -> Span:
    """Of a sentence, after the address."""
    found = text[span.start : span.end]
    ends = found.endswith(b":::") or (found.endswith(b":") and not found.endswith(b"::"))
    return Span(span.start, span.end - ends)


def _is_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    told = any(sign.isdigit() for sign in text)  # `fade::cafe` is a name
    return told and not (address.is_loopback or address.is_unspecified)
