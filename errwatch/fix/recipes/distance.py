"""How far two names are apart."""

from __future__ import annotations


def distance(left: str, right: str) -> int:
    """Damerau-Levenshtein, unrestricted: insertions, deletions, substitutions, swaps of neighbours."""
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
