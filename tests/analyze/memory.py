"""A repository in memory, and short ways to write events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from errwatch.interfaces import Worktree
from errwatch.model.analysis import Blame, Mention, Rename
from errwatch.model.event import Event, ExceptionInfo, Frame, Link
from errwatch.model.issue import Issue
from errwatch.model.levels import Level

COMMIT = "c0ffee" * 6 + "cafe"
NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class MemoryTree:
    texts: Mapping[str, str]
    commit: str = COMMIT

    def files(self) -> frozenset[str]:
        return frozenset(self.texts)

    def read(self, file: str) -> str | None:
        return self.texts.get(file)


@dataclass(frozen=True)
class MemoryRepository:
    texts: Mapping[str, str]
    blames: Sequence[Blame] = ()
    remarks: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    past: Mapping[str, str] = field(default_factory=dict)
    """`commit:file` -> its text."""
    drops: Sequence[Blame] = ()
    """`summary` is the text that was dropped."""
    renames: Sequence[Rename] = ()
    root: Path = field(default=Path("/home/dev/shop"))

    def tree(self) -> MemoryTree:
        return MemoryTree(self.texts)

    def starting_at(self, commit: str) -> MemoryRepository:
        assert commit == COMMIT
        return self

    def changed(self, commit: str, other: str) -> list[str]:
        assert commit == other == COMMIT
        return []

    def blame(self, commit: str, file: str, first: int, last: int) -> list[Blame]:
        assert commit == COMMIT
        return [one for one in self.blames if one.file == file and first <= one.line <= last]

    def mentions(self, commit: str, word: str) -> list[Mention]:
        assert commit == COMMIT
        whole = re.compile(rf"\b{re.escape(word)}\b")
        return [
            Mention(file, number, line)
            for file, text in sorted(self.texts.items())
            for number, line in enumerate(text.splitlines(), 1)
            if whole.search(line)
        ]

    def resolve(self, name: str) -> str | None:
        return self.names.get(name)

    def text_at(self, commit: str, file: str) -> str | None:
        return self.past.get(f"{commit}:{file}")

    def dropped(self, commit: str, file: str, text: str) -> Blame | None:
        assert commit == COMMIT
        return next((one for one in self.drops if (one.file, one.summary) == (file, text)), None)

    def renamed(self, commit: str, ending: str) -> Rename | None:
        assert commit == COMMIT
        return next((one for one in self.renames if one.old.endswith(ending)), None)

    def contains(self, commit: str, other: str) -> bool | None:
        return commit == other

    def is_whole(self) -> bool:
        return True

    def worktree(self, commit: str) -> AbstractContextManager[Worktree]:
        raise NotImplementedError(commit)

    def sweep(self) -> None:
        """Nothing is left behind in memory."""

    def notes(self) -> list[str]:
        return list(self.remarks)


def frame(file: str, line: int, function: str | None = None, code: str | None = None) -> Frame:
    return Frame(file, line, function, code=code)


def library(file: str, line: int, function: str, code: str | None = None) -> Frame:
    return Frame(file, line, function, in_app=False, code=code)


def error(type_: str, message: str, *frames: Frame, link: Link = Link.RAISED) -> ExceptionInfo:
    return ExceptionInfo(type_, message, frames, link)


def event(*chain: ExceptionInfo, culprit: Frame | None = None, message: str = "") -> Event:
    said = chain[0].message if chain else message
    return Event(
        "app.log", 1, 0, 9, Level.ERROR, said, said, exceptions=chain, culprit=culprit, time=NOON
    )


def issue(
    one: Event,
    *,
    name: str = "1a2b3c4d",
    count: int = 1,
    first: datetime = NOON,
    last: datetime = NOON,
    buckets: dict[int, int] | None = None,
) -> Issue:
    return Issue(f"EW-{name}", f"v1:{name}", count, first, last, (one,), buckets or {})
