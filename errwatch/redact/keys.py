"""Private keys: in PEM, whole or cut, PuTTY's files, and PEM in base64."""

from __future__ import annotations

from errwatch.redact.finding import matching

_TITLE = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?"
_BREAK = r"(?:\\+[rn]|[\s\"'+,])+"

BLOCKS = matching(
    rf"(?s)-{{4,5}} ?BEGIN {_TITLE}-{{4,5}}(?:.*?-{{4,5}} ?END {_TITLE}-{{4,5}}|.*)"
    rf"|(?:[A-Za-z0-9+/=]{{16,}}{_BREAK})+(?:[A-Za-z0-9+/=]+{_BREAK})?"
    rf"-{{4,5}} ?END {_TITLE}-{{4,5}}"
)
BLOCKS_GATE = "PRIVATE KEY"

PUTTY = matching(
    r"(?s)PuTTY-User-Key-File-[0-9]+:(?:.*?Private-MAC: *[a-fA-F0-9]+|.*)"
    r"|Private-Lines: *[0-9]+(?:.*?Private-MAC: *[a-fA-F0-9]+|.*)"
)
PUTTY_GATE = "PuTTY-User|Private-Lines"


def _no_certificate(value: bytes) -> bool:
    return not value.startswith(b"LS0tLS1CRUdJTiBDRVJU")


ENCODED = matching(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]+", _no_certificate)
ENCODED_GATE = "LS0tLS1CRUdJTi"
