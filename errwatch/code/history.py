"""What a repository can be asked about the code of its commits."""

from __future__ import annotations

from typing import Protocol

from errwatch.model.analysis import Blame, Mention


class History(Protocol):
    """The reading half of `interfaces.Repository`."""

    def blame(self, commit: str, file: str, first: int, last: int) -> list[Blame]:
        """One entry a line, inclusive; empty where history does not reach."""

    def mentions(self, commit: str, word: str) -> list[Mention]:
        """The lines of text files that hold a whole word, not all where they are very many."""
