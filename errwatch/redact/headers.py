"""Credentials in headers: `Authorization`, `Cookie`, `Set-Cookie`, in HTTP, JSON, repr and logs."""

from __future__ import annotations

from collections.abc import Iterator

from errwatch import lazy_re as re
from errwatch.redact.extent import items
from errwatch.redact.finding import Span, compiled, matching

_QUOTE = r"(?:\\*[\"'])?"
_SIGN = (
    rf"{_QUOTE}(?:[ \t]{{0,9}}(?:=>|[:=])|,[ \t]{{0,9}}(?:{_QUOTE}value{_QUOTE}[ \t]{{0,9}}:)?)"
    rf"[ \t]{{0,9}}[\[(]{{0,2}}b?{_QUOTE}"
)
_SCHEME = (
    "bearer|basic|token|digest|negotiate|ntlm|apikey|api-key|key|jwt|oauth|splunk|bot|aws4-[a-z0-9-]+"
    "|sharedkey(?:lite)?|sharedaccesssignature|genie-?key|sso-key|discourse|hawk|mac"
)
_VALUE = r"[^\s\"',;\\&<>\]}]{4,}"

COOKIES = matching(
    rf"(?i)cookie2?{_SIGN}([^\s\"'\\=\[\](){{}}]{{1,100}}=(?:[^\"'\r\n\\\]]|=\"[^\"\r\n]{{0,999}}\")+)"
)
_COOKIE_LIST = compiled(rf"(?i)cookie2?{_QUOTE}[ \t]{{0,9}}(?:=>|[:=])[ \t]{{0,9}}(?:\[)")


def listed_cookies(text: bytes) -> Iterator[Span]:
    """`"set-cookie": ["a=b; Path=/", "c=d"]`."""
    for found in _COOKIE_LIST.finditer(text):
        for span in items(text, found.end() - 1):
            if b"=" in text[span.start : span.end]:
                yield span


COOKIES_GATE = r"(?i)cookie2?[\\\"']{0,99}\s?[:=,]"


def _credential(value: bytes) -> bool:
    """Not the next word of a sentence about authentication."""
    token = value.split()[-1]
    return (
        len(token) >= 20
        or any(c in b"0123456789=._" for c in token.rstrip(b"."))
        or not (token.islower() or token.isupper() or token.istitle())
    )


_TALK = re.compile(
    rb"(?i)(?:auth\w*|token|header|scheme|credentials?|challenge|is|was|not|missing|required|realm"
    rb"|invalid|denied|expired|failed|error|realm=.*)[.:]?\Z"
)


def _no_talk(value: bytes) -> bool:
    return _TALK.match(value.split()[-1]) is None


AUTHORIZATIONS = matching(
    rf"(?i)authorization{_SIGN}((?:[a-z][a-z0-9-]{{1,20}} +)?[^\s\"',;\\\]]{{6,}})", _credential
)
SCHEMES = matching(rf"(?i)authorization{_SIGN}((?:{_SCHEME}) +{_VALUE})", _no_talk)
BEARERS = matching(
    r"(?i)\b(?:bearer|basic)(?: +|\\*[\"'],? *:? *\\*[\"'])([a-z0-9._~+/=-]{8,})", _credential
)
DIGESTS = matching(r"(?i)\b(?:response|cnonce)=\\*\"([a-f0-9]{32,})")

AUTHORIZATION_GATE = r"(?i)authorization[\\\"']{0,99}\s?[:=,]>?\s{0,9}[^\s]"
BEARERS_GATE = r"(?i)\b(?:bearer|basic)[ \\\"']"
DIGESTS_GATE = r"(?i)(?:response|cnonce)=\\*\""
