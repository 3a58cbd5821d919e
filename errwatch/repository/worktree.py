"""A separate checkout of one commit: what a fix is tried in, and committed from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from errwatch.errors import GitError
from errwatch.model.fix import Edit
from errwatch.repository.branches import place_branch
from errwatch.repository.leftovers import TREE, prefix
from errwatch.repository.paths import inside
from errwatch.repository.runner import Git
from errwatch.repository.tree import Entry, read_entries


@contextmanager
def checked_out(git: Git, commit: str) -> Iterator[GitWorktree]:
    """A worktree outside the repository, gone on the way out."""
    with TemporaryDirectory(prefix=prefix(), ignore_cleanup_errors=True) as home:
        path = Path(home).resolve() / TREE
        try:
            git.run("worktree", "add", "--quiet", "--detach", str(path), commit)
            # Code that is tried here must not find its way to the user's refs, hooks and config.
            (path / ".git").unlink()
            yield GitWorktree(git, path, commit)
        finally:
            shutil.rmtree(path, ignore_errors=True)
            with suppress(GitError):  # unknown to git where `add` was cut short
                git.run("worktree", "remove", "--force", str(path))


@dataclass(frozen=True, slots=True)
class Mark:
    """A file as it was left: one that was rewritten and put back has another one, for nobody sets
    the time of its last change."""

    inode: int
    mode: int
    size: int
    mtime_ns: int
    ctime_ns: int


class GitWorktree:
    """Implements `interfaces.Worktree`."""

    def __init__(self, git: Git, path: Path, commit: str) -> None:
        self._git = git
        self._path = path
        self._commit = commit
        self._left: dict[str, Mark | None] = {}

    @property
    def path(self) -> Path:
        return self._path

    def apply(self, edits: Sequence[Edit]) -> None:
        targets = [inside(self._path, edit.file) for edit in edits]
        for edit in edits:
            self._expect(edit)
        for edit, target in zip(edits, targets, strict=True):
            _write(target, edit.after.encode())
        files = {*self._entries, *(edit.file for edit in edits)}
        self._left = {file: _mark(self._path / file) for file in files}

    def rewritten(self) -> frozenset[str]:
        found = self._left.items()
        return frozenset(file for file, left in found if _mark(self._path / file) != left)

    def commit(self, edits: Sequence[Edit], branch: str, message: str) -> str:
        """From git's objects alone: whatever else a test run left in the worktree stays out."""
        for edit in edits:
            self._expect(edit)
        commit = self._git.run(
            "commit-tree", self._tree_with(edits), "-p", self._commit, stdin=message
        ).strip()
        return place_branch(self._git, branch, commit, message)

    def _tree_with(self, edits: Sequence[Edit]) -> str:
        index = self._path.parent / "index"
        self._git.run("read-tree", self._commit, index=index)
        self._expect_plain([edit.file for edit in edits], index)
        rows = []
        for edit in edits:
            entry = self._entries.get(edit.file)
            mode = "100644" if entry is None else entry.mode
            blob = self._git.run("hash-object", "-w", "--stdin", stdin=edit.after).strip()
            rows.append(f"{mode} {blob}\t{edit.file}\0")
        self._git.run("update-index", "-z", "--index-info", stdin="".join(rows), index=index)
        return self._git.run("write-tree", index=index).strip()

    def _expect_plain(self, files: Sequence[str], index: Path) -> None:
        """The repository holds no more than a pointer to a file that LFS keeps."""
        told = self._git.run(
            "check-attr", "--cached", "-z", "filter", "--", *files, index=index
        ).split("\0")
        for file, value in zip(told[::3], told[2::3], strict=False):
            if value == "lfs":
                reason = f"{file}: kept by Git LFS; errwatch changes no such file"
                raise GitError(reason)

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return read_entries(self._git, self._commit)

    def _expect(self, edit: Edit) -> None:
        """The edit must start from the file as the commit has it."""
        entry = self._entries.get(edit.file)
        there = None if entry is None else self._git.run("cat-file", "blob", entry.blob)
        if there != edit.before:
            reason = f"{edit.file}: not the text that the change was made for"
            raise GitError(reason)


def _write(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(target, flags, 0o644), "wb") as file:
            file.write(data)
    except OSError as error:
        reason = f"{target.name}: could not be written: {error.strerror}"
        raise GitError(reason) from error


def _mark(target: Path) -> Mark | None:
    try:
        found = target.lstat()
    except OSError:
        return None
    return Mark(found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
