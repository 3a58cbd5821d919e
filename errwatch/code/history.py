"""What a repository can be asked about the code of its commits."""

from __future__ import annotations

from typing import Protocol

from errwatch.model.analysis import Blame, Mention, Rename


class History(Protocol):
    """The reading half of `interfaces.Repository`."""

    def blame(self, commit: str, file: str, first: int, last: int) -> list[Blame]:
        """One entry a line, inclusive; empty where history does not reach."""

    def mentions(self, commit: str, word: str) -> list[Mention]:
        """The lines of text files that hold a whole word, not all where they are very many."""

    def resolve(self, name: str) -> str | None:
        """The commit that a hash, the start of one, or a tag names."""

    def text_at(self, commit: str, file: str) -> str | None:
        """The text of a file in any commit; None where it is not there, empty or not UTF-8."""

    def dropped(self, commit: str, file: str, text: str) -> Blame | None:
        """The last commit up to that one in which a text left the file, or came into it."""

    def renamed(self, commit: str, ending: str) -> Rename | None:
        """The last time that a file whose path ends so got another path."""

    def is_whole(self) -> bool:
        """Whether history is all there; False in a shallow clone."""
