"""The user's repository: read through GitPython, written through `runner`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, cast

from errwatch.errors import GitError, RepositoryUnusable
from errwatch.model.analysis import Blame, Mention, Rename
from errwatch.repository import past
from errwatch.repository.branches import Head, read_references
from errwatch.repository.hardening import OLDEST_GIT, hardened
from errwatch.repository.leftovers import sweep
from errwatch.repository.mentions import mentions
from errwatch.repository.push import GitUpstream, LocalUpstream
from errwatch.repository.runner import Git
from errwatch.repository.tree import GitTree
from errwatch.repository.worktree import GitWorktree, checked_out

if TYPE_CHECKING:
    import git

    Parts = list[tuple[git.Commit, list[str]]]


def open_repository(path: Path, *, default_branch: str | None = None) -> GitRepository:
    """The repository that `path` lies in. Raises RepositoryUnusable, in one clear line."""
    repo = _discover(path)
    if repo.git.version_info[:2] < OLDEST_GIT:
        reason = "git {}.{} or newer is needed".format(*OLDEST_GIT)
        raise GitError(reason)
    if repo.working_tree_dir is None:
        reason = f"{path}: a bare repository; give a clone with a checkout"
        raise RepositoryUnusable(reason)
    root = Path(repo.working_tree_dir).resolve()
    if Path(tempfile.gettempdir()).resolve().is_relative_to(root):
        reason = f"{root}: holds the temporary directory; set TMPDIR elsewhere"
        raise RepositoryUnusable(reason)
    runner = _hardened_runner(Path(repo.git_dir), root)
    repo.git.update_environment(**runner.environment)
    repository = GitRepository(repo, runner, default_branch)
    repository.tree()
    return repository


def files(path: Path) -> list[str]:
    """The files of the checkout that `path` lies in, relative to its root; not the ignored ones.

    Raises RepositoryUnusable, GitError.
    """
    repo = _discover(path)
    if repo.working_tree_dir is None:
        reason = f"{path}: a bare repository has no checkout"
        raise RepositoryUnusable(reason)
    git = _hardened_runner(Path(repo.git_dir), Path(repo.working_tree_dir))
    listed = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return [name for name in listed.split("\0") if name]


def _discover(path: Path) -> git.Repo:
    try:
        import git
    except ImportError as error:
        reason = "git is not installed, or not on PATH"
        raise GitError(reason) from error
    try:
        return git.Repo(path, search_parent_directories=True, expand_vars=False)
    except git.NoSuchPathError as error:
        reason = f"{path}: no such directory"
        raise RepositoryUnusable(reason) from error
    except git.InvalidGitRepositoryError as error:
        reason = f"{path}: not a git repository; name one with --repo"
        raise RepositoryUnusable(reason) from error


def _hardened_runner(git_dir: Path, root: Path) -> Git:
    first = Git(root, hardened(git_dir, root))
    configured = first.run("config", "--list", "--name-only", "-z").split("\0")
    return Git(root, hardened(git_dir, root, configured))


class GitRepository:
    """Implements `interfaces.Repository`. Made by `open_repository`."""

    def __init__(
        self,
        repo: git.Repo,
        runner: Git,
        default_branch: str | None,
        start: str | None = None,
    ) -> None:
        self._repo = repo
        self._git = runner
        self._default_branch = default_branch
        self._start = start

    @property
    def root(self) -> Path:
        return self._git.root

    def tree(self) -> GitTree:
        return GitTree(self._repo, self._git, self._start or self._head().commit)

    def changed(self, commit: str, other: str) -> list[str]:
        return past.changed(self._git, commit, other)

    def starting_at(self, commit: str) -> GitRepository:
        """As this one; its tree is that of a commit that was fetched."""
        return GitRepository(self._repo, self._git, self._default_branch, commit)

    def default_branch(self) -> str:
        """Its name. Raises RepositoryUnusable."""
        return self._head().name

    def origin(self) -> str | None:
        """The address of the remote of that name, as the user wrote it."""
        found = self._git.run("config", "--local", "--get", "remote.origin.url", fine=(0, 1))
        return found.strip() or None

    def upstream(
        self, url: str, token: Callable[[], str], secret: str, sleep: Callable[[float], None]
    ) -> GitUpstream:
        """What is at that address; `secret` is the name of what the token comes from."""
        objects = Path(self._repo.common_dir) / "objects"
        return GitUpstream(self._git, objects, url, token, secret, sleep)

    def local_upstream(self) -> LocalUpstream:
        return LocalUpstream(self._git)

    def sweep(self) -> None:
        sweep(self._git)

    def worktree(self, commit: str) -> AbstractContextManager[GitWorktree]:
        return checked_out(self._git, commit)

    def blame(self, commit: str, file: str, first: int, last: int) -> list[Blame]:
        from git import GitCommandError

        lines = ["--no-textconv", "-L", f"{first},{last}"]
        try:
            parts = self._repo.blame(commit, file, rev_opts=lines)
        except GitCommandError:
            return []
        cut = self._boundary()
        authors = [one for one, held in cast("Parts", parts) for _ in held]
        return [
            _blame(file, line, author)
            for line, author in enumerate(authors, first)
            if author.hexsha not in cut
        ]

    def mentions(self, commit: str, word: str) -> list[Mention]:
        return mentions(self._git, commit, word)

    def resolve(self, name: str) -> str | None:
        return past.resolve(self._git, name)

    def text_at(self, commit: str, file: str) -> str | None:
        return past.text_at(self._git, commit, file)

    def contains(self, commit: str, other: str) -> bool | None:
        return past.contains(self._git, commit, other)

    def dropped(self, commit: str, file: str, text: str) -> Blame | None:
        return past.dropped(self._git, commit, file, text)

    def renamed(self, commit: str, ending: str) -> Rename | None:
        return past.renamed(self._git, commit, ending)

    def is_whole(self) -> bool:
        return not self._boundary()

    def notes(self) -> list[str]:
        changed = self._git.run(
            "status", "--porcelain=v2", "--untracked-files=normal", "--ignore-submodules=all"
        ).splitlines()
        notes = []
        if changed:
            notes.append(
                f"{self.root} has uncommitted changes ({len(changed)}), which are left out"
            )
        if self._boundary():
            notes.append("the clone is shallow: history is cut, so blame may be missing")
        head = self._head()
        if self._start is None and head.upstream not in (None, head.commit):
            notes.append(f"{head.name} differs from origin/{head.name}; the local one is used")
        return notes

    def _head(self) -> Head:
        references = read_references(self._git)
        names = references.names
        if not names:
            reason = f"{self.root}: no commit on any branch; commit something"
            raise RepositoryUnusable(reason)
        configured = self._default_branch
        head = references.head(configured) if configured else references.default()
        if head is not None:
            return head
        missing = f"no branch {configured}" if configured else "no default branch"
        reason = f"{self.root}: {missing} among {', '.join(names[:10])}; set [repo] default_branch"
        raise RepositoryUnusable(reason)

    def _boundary(self) -> frozenset[str]:
        """The commits where a shallow history is cut: blame puts all that is older on them."""
        listed = Path(self._repo.common_dir, "shallow")
        return frozenset(listed.read_text().split()) if listed.exists() else frozenset()


def _blame(file: str, line: int, commit: git.Commit) -> Blame:
    return Blame(
        file=file,
        line=line,
        commit=commit.hexsha,
        author=str(commit.author),
        date=commit.authored_datetime.astimezone(UTC),
        summary=str(commit.summary),
    )
