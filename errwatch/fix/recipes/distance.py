"""How far two names are apart."""

from __future__ import annotations

from collections.abc import Iterable

from errwatch import lazy_re as re

PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^A-Za-z0-9]")


def distance(left: str, right: str) -> int:
    """Damerau-Levenshtein: insertions, deletions, substitutions, swaps of neighbours."""
    far = len(left) + len(right)
    seen: dict[str, int] = {}
    table = {(-1, -1): far}
    for i in range(len(left) + 1):
        table[i, -1], table[i, 0] = far, i
    for j in range(len(right) + 1):
        table[-1, j], table[0, j] = far, j
    for i, a in enumerate(left, 1):
        swap = 0
        for j, b in enumerate(right, 1):
            row, column = seen.get(b, 0), swap
            swap = j if a == b else swap
            table[i, j] = min(
                table[i - 1, j - 1] + (a != b),
                table[i, j - 1] + 1,
                table[i - 1, j] + 1,
                table[row - 1, column - 1] + (i - row - 1) + 1 + (j - column - 1),
            )
        seen[a] = i
    return table[len(left), len(right)]


def nearest(name: str, others: Iterable[str]) -> list[str]:
    """The names that `name` can be a slip for, and with them any other that is as near."""
    known = set(others)
    found = {other for other in known if is_slip(name, other)}
    near = {other for other in known if distance(name, other) <= 1} if found else set()
    return sorted(found | near)


def is_slip(name: str, other: str) -> bool:
    """Whether one slip of the fingers turns one name into the other.

    A slip is in one word of the name, after its first letter: a letter too much, one too few, or
    two that are swapped. A letter in place of another makes a different word too often (`mailed`,
    `failed`), and so does a change at the end (`closes`, `closed`, `item`, `items`) or
    of a very short word (`net`, `neat`).
    """
    pairs = list(zip(_parts(name), _parts(other), strict=False))
    if len(_parts(name)) != len(_parts(other)):
        return False
    different = [pair for pair in pairs if pair[0] != pair[1]]
    return len(different) == 1 and _is_slip(*different[0])


def differing(name: str, other: str) -> tuple[str, str]:
    """The word in which two names with as many words differ, in small letters."""
    pairs = zip(_parts(name), _parts(other), strict=True)
    return next((a.lower(), b.lower()) for a, b in pairs if a != b)


def _parts(name: str) -> list[str]:
    """A name's words and what is between them."""
    return PARTS.findall(name)


def _is_slip(word: str, other: str) -> bool:
    letters = word.isalpha() and other.isalpha() and min(len(word), len(other)) >= 4
    swapped = sorted(word) == sorted(other)
    inflected = word.startswith(other) or other.startswith(word)
    start = word[:1] == other[:1] and not inflected
    return letters and start and distance(word, other) == 1 and (swapped or len(word) != len(other))
