"""How far two names are apart."""

from __future__ import annotations

from collections.abc import Iterable


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
    """The names that `name` can be a slip for, if any: those at the smallest distance."""
    far = {other: length for other in others if (length := slips(name, other)) is not None}
    least = min(far.values(), default=0)
    return sorted(other for other, length in far.items() if length == least)


def slips(name: str, other: str) -> int | None:
    """How many slips of the fingers turn one name into another; None where it is no slip.

    A slip keeps every digit and the first letter of every word, makes no plural, and is not about
    underscores around a name. Each word has its own limit, so that `price_min` is not taken for
    `price_max`, nor `encode` for `decode`.
    """
    digits = [[c for c in each if c.isdigit()] for each in (name, other)]
    if name.strip("_") == other.strip("_") or digits[0] != digits[1]:
        return None
    if name.replace("_", "") == other.replace("_", ""):
        return distance(name, other) if distance(name, other) == 1 else None
    pairs = list(zip(name.split("_"), other.split("_"), strict=False))
    if name.count("_") != other.count("_"):
        pairs = [(name, other)]
    total = sum(distance(*pair) for pair in pairs)
    return total if total <= 2 and all(_fits(*pair) for pair in pairs) else None


def _fits(word: str, other: str) -> bool:
    """Whether one word can be a slip for another: one slip, two in eight letters or more. One
    letter for another in a short word is a different word too often (`date`, `data`)."""
    if word == other:
        return True
    length = distance(word, other)
    plural = word.rstrip("s") == other.rstrip("s")
    short = len(word) < 3 or (len(word) == len(other) < 5 and sorted(word) != sorted(other))
    same_start = word[:1] == other[:1]
    return same_start and not plural and not short and length <= (2 if len(word) >= 8 else 1)
