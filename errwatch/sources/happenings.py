"""What a poll of a follower tells."""

from __future__ import annotations

from dataclasses import dataclass

from errwatch.errors import SourceError
from errwatch.sources.text import Text


@dataclass(frozen=True, slots=True)
class Began:
    """`text` is read from `text.start` on, before which there are `text.lines` lines."""

    text: Text


@dataclass(frozen=True, slots=True)
class Chunk:
    text: Text
    data: bytes
    start: int
    """Offset of the first byte of `data` in the text."""


@dataclass(frozen=True, slots=True)
class Ended:
    """No more comes of `text`. Its position can be asked for until the next poll."""

    text: Text


@dataclass(frozen=True, slots=True)
class Lost:
    """What was written behind byte `start` of a text that is gone, and had not been read."""

    path: str
    start: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}; what stood after byte {self.start} unread is lost"


Happening = Began | Chunk | Ended | Lost | SourceError


@dataclass(frozen=True, slots=True)
class Poll:
    happenings: tuple[Happening, ...]
    more: bool
    """Whether the next poll has something to read at once."""
