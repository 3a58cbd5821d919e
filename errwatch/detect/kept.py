"""The text of an event, of which a long one is kept only in part."""

from __future__ import annotations

import copy
from collections import deque

HEAD_LINES, TAIL_LINES = 400, 200
HEAD_BYTES, TAIL_BYTES = 96 * 1024, 32 * 1024
"""What is kept of a long event: its beginning and its end."""


class Kept:
    """The first and the last of many lines, bounded in number and size."""

    def __init__(self) -> None:
        self._head: list[str] = []
        self._tail: deque[str] = deque()
        self._head_size = self._tail_size = 0
        self._left_out = 0

    def add(self, line: str) -> None:
        size = len(line) + 1
        fits = len(self._head) < HEAD_LINES and self._head_size + size <= HEAD_BYTES
        if fits and not self._tail:
            self._head.append(line)
            self._head_size += size
            return
        self._tail.append(line)
        self._tail_size += size
        while len(self._tail) > TAIL_LINES or self._tail_size > TAIL_BYTES:
            self._tail_size -= len(self._tail.popleft()) + 1
            self._left_out += 1

    def lines(self) -> list[str]:
        return [*self._head, *self._tail]

    def text(self) -> str:
        mark = [f"… [{self._left_out} lines left out]"] if self._left_out else []
        return "\n".join([*self._head, *mark, *self._tail])

    def with_more(self, other: Kept) -> Kept:
        """A copy, and what is kept of another text under it."""
        both = copy.deepcopy(self)
        for line in other.lines():
            both.add(line)
        return both
