"""A function or class by its lines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """A function or class of a file; `name` is qualified, `outer.inner`."""

    name: str
    first: int
    """Of Python, its first decorator's line."""
    last: int

    @property
    def bare(self) -> str:
        return self.name.rpartition(".")[2]

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last
