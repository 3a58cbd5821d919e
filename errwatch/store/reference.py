"""What a user types -> the one issue that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import islice

from errwatch.errors import UnknownReference

ID_DIGITS = 8
_SHOWN = 5


def digits(fingerprint: str) -> str:
    """The fingerprint without its version."""
    return fingerprint.partition(":")[2]


def possible_ids(fingerprint: str) -> Iterator[str]:
    """Ids for a new issue, the best first: `EW-` and 8 digits, then more of them."""
    code = digits(fingerprint)
    for length in range(min(ID_DIGITS, len(code)), len(code) + 1):
        yield f"EW-{code[:length]}"
    yield f"EW-{fingerprint}"


def resolve(reference: str, names: Mapping[str, str]) -> str:
    """The fingerprint that `reference` means, among `names` (fingerprint -> id)."""
    wanted = reference.strip().lower()
    exact = [key for key, name in names.items() if wanted in (name.lower(), key.lower())]
    code = wanted.removeprefix("ew-")
    found = exact or [key for key in names if code and _begins(key.lower(), code)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownReference(_ambiguous(reference, [names[key] for key in sorted(found)]))
    raise UnknownReference(_unknown(reference, code, list(names.values())))


def _begins(fingerprint: str, code: str) -> bool:
    return (fingerprint if ":" in code else digits(fingerprint)).startswith(code)


def _ambiguous(reference: str, names: list[str]) -> str:
    shown = ", ".join(islice(names, _SHOWN))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{reference!r} names more than one issue: {shown}{more}; give more digits"


def _unknown(reference: str, code: str, names: list[str]) -> str:
    close = get_close_matches(f"ew-{code}", [name.lower() for name in names], n=3)
    shown = [name for name in names if name.lower() in close]
    hint = f"did you mean {' or '.join(shown)}?" if shown else "`errwatch issues list` shows all"
    return f"there is no issue {reference!r}; {hint}"
