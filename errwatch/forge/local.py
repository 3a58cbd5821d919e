"""Pull requests of who has no forge: a patch and its text in a folder, beside the branch."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from errwatch.errors import ForgeError
from errwatch.model.pull_request import (
    BranchCommit,
    Checks,
    Comment,
    ForgeIssue,
    Proposal,
    PullRequest,
    PullRequestState,
    PullRequestText,
    Reviewers,
    marker,
)

_AUTHOR = "errwatch"


@dataclass(frozen=True, slots=True)
class _Held:
    pull: PullRequest
    comments: tuple[Comment, ...] = ()


_ADAPTER = TypeAdapter(_Held)


class LocalForge:
    """Implements `interfaces.Forge`. Nobody reviews here, and nothing checks."""

    def __init__(self, folder: Path, default_branch: str, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._default_branch = default_branch
        self._now = now

    @property
    def name(self) -> str:
        return str(self._folder)

    @property
    def web(self) -> None:
        return None

    def default_branch(self) -> str:
        return self._default_branch

    def find(self, marker: str, branch: str) -> list[PullRequest]:
        return [pull for pull in self._pulls() if pull.branch == branch or marker in pull.body]

    def pull_request(self, number: int) -> PullRequest:
        return self._held(number).pull

    def open(self, proposal: Proposal) -> PullRequest:
        """Writes the patch, too; an open one is given the commit and the patch."""
        there = [pull for pull in self.find(proposal.marker, proposal.branch) if pull.open]
        number = there[0].number if there else max((p.number for p in self._pulls()), default=0) + 1
        patch = self._folder / f"{number}-{proposal.branch.rpartition('/')[2]}.patch"
        pull = PullRequest(
            number=number,
            url=str(patch),
            state=PullRequestState.OPEN,
            draft=proposal.draft,
            title=proposal.text.title,
            body=proposal.text.body,
            author=_AUTHOR,
            branch=proposal.branch,
            head=proposal.commit,
            base=proposal.base,
            labels=proposal.labels,
            created_at=there[0].created_at if there else self._now(),
        )
        held = self._held(number) if there else _Held(pull)
        self._write(patch, proposal.diff)
        self._keep(replace(held, pull=pull))
        return pull

    def rewrite(self, number: int, text: PullRequestText) -> None:
        self._change(number, title=text.title, body=text.body)

    def set_draft(self, number: int, draft: bool) -> None:
        self._change(number, draft=draft)

    def label(
        self, number: int, add: Collection[str], remove: Collection[str] = frozenset()
    ) -> None:
        there = self.pull_request(number).labels
        labels = tuple(one for one in dict.fromkeys((*there, *add)) if one not in remove)
        self._change(number, labels=labels)

    def request_review(self, number: int, reviewers: Reviewers) -> list[str]:
        return []

    def assign(self, number: int, people: Collection[str]) -> None:
        """Nobody is here."""

    def comment(self, number: int, key: str, body: str) -> None:
        held, line = self._held(number), marker(key)
        if not any(one.body.startswith(line) for one in held.comments):
            said = Comment(len(held.comments) + 1, _AUTHOR, f"{line}\n{body}", self._now(), True)
            self._keep(replace(held, comments=(*held.comments, said)))

    def comments(self, number: int) -> list[Comment]:
        return list(self._held(number).comments)

    def commits(self, number: int) -> list[BranchCommit]:
        return []

    def checks(self, commit: str) -> Checks:
        return Checks(commit)

    def close(self, number: int) -> None:
        if self.pull_request(number).open:
            self._change(number, state=PullRequestState.CLOSED, closed_at=self._now())

    def delete_branch(self, branch: str) -> None:
        """It is the user's own repository: the branch stays."""

    def account_of(self, commit: str) -> str | None:
        return None

    def issues(self, words: str) -> list[ForgeIssue]:
        return []

    def _pulls(self) -> list[PullRequest]:
        """The latest first."""
        return sorted((held.pull for held in self._all()), key=lambda one: -one.number)

    def _all(self) -> Iterator[_Held]:
        for path in self._folder.glob("*.json"):
            yield self._load(path)

    def _held(self, number: int) -> _Held:
        return self._load(self._folder / f"{number}.json")

    def _load(self, path: Path) -> _Held:
        try:
            return _ADAPTER.validate_json(self._read(path))
        except ValidationError as error:
            msg = f"{path}: not a pull request of errwatch; move it away"
            raise ForgeError(msg) from error

    def _read(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{path}: cannot be read: {_why(error)}"
            raise ForgeError(msg) from error

    def _change(self, number: int, **changes: object) -> None:
        held = self._held(number)
        self._keep(replace(held, pull=replace(held.pull, **changes)))  # type: ignore[arg-type]

    def _keep(self, held: _Held) -> None:
        """As JSON for errwatch, and as text for people."""
        number = held.pull.number
        text = Path(held.pull.url).with_suffix(".md")
        self._write(text, f"# {held.pull.title}\n\n{held.pull.body}")
        self._write(self._folder / f"{number}.json", _ADAPTER.dump_json(held, indent=1).decode())

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all; only its owner reads it, as the state."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.{os.getpid()}")
            beside.write_text(text, encoding="utf-8", newline="")
            beside.chmod(0o600)
            beside.replace(path)
        except OSError as error:
            msg = f"{path}: cannot be written: {error.strerror}"
            raise ForgeError(msg) from error


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "?" if isinstance(error, OSError) else "not UTF-8"
