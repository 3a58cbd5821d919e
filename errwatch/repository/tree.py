"""The files of one commit, read from git's objects without a checkout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from errwatch.errors import GitError
from errwatch.repository.runner import Git

if TYPE_CHECKING:
    import git

_REGULAR = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Entry:
    mode: str
    blob: str


def read_entries(git: Git, commit: str) -> dict[str, Entry]:
    """The regular files of a commit: no links, no submodules, no names that are not UTF-8."""
    entries = {}
    for row in git.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0")[:-1]:
        kind, _, name = row.partition("\t")
        mode, _, blob = kind.split(" ")
        if mode in _REGULAR and name.isprintable():
            entries[name] = Entry(mode, blob)
    return entries


class GitTree:
    """Implements `interfaces.Tree`."""

    def __init__(self, repo: git.Repo, git: Git, commit: str) -> None:
        self._repo = repo
        self._git = git
        self._commit = commit

    @property
    def commit(self) -> str:
        return self._commit

    def files(self) -> frozenset[str]:
        return frozenset(self._entries)

    def read(self, file: str) -> str | None:
        entry = self._entries.get(file)
        if entry is None:
            return None
        try:
            data: bytes = self._repo.odb.stream(bytes.fromhex(entry.blob)).read()
        except ValueError as error:
            reason = f"{file}: not in this clone; fetch all of its objects"
            raise GitError(reason) from error
        try:
            return data.decode()
        except UnicodeDecodeError:
            return None

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return read_entries(self._git, self._commit)
