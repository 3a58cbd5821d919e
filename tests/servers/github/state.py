"""What the server knows: who may do what, issues and pull requests, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WRITE = frozenset({"contents", "pulls", "issues", "checks", "statuses"})
APP = "errwatch-app"
"""The name of the installed app, whose tokens are made on demand."""


@dataclass(frozen=True)
class Access:
    """What a token gives: an account, and what that may write; everything can be read."""

    login: str
    writes: frozenset[str] = WRITE
    sees: bool = True
    """Whether it knows that the repository is there."""


@dataclass
class Remark:
    """A comment."""

    id: int
    author: str
    body: str
    at: datetime


@dataclass
class Review:
    id: int
    author: str
    state: str
    body: str
    at: datetime
    commit: str


@dataclass
class Thread:
    """An issue; a pull request has one too, with the same number."""

    number: int
    author: str
    title: str
    body: str
    at: datetime
    closed_at: datetime | None = None
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[Remark] = field(default_factory=list)

    @property
    def state(self) -> str:
        return "open" if self.closed_at is None else "closed"


@dataclass
class Pull:
    thread: Thread
    head: str
    """The branch."""
    base: str
    draft: bool
    sha: str
    """Where the branch stood last."""
    merged_at: datetime | None = None
    merge_commit: str | None = None
    asked: list[str] = field(default_factory=list)
    """Whose review is wanted; teams begin with `@`."""
    reviews: list[Review] = field(default_factory=list)
    fork: str | None = None
    """Where the branch is, if not here."""
    known: tuple[str, str] | None = None
    """Of which head and base it is known whether they can be merged."""


@dataclass
class Check:
    id: int
    name: str
    status: str
    conclusion: str | None


@dataclass
class State:
    owner: str = "acme"
    name: str = "shop"
    threads: dict[int, Thread] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    checks: dict[str, list[Check]] = field(default_factory=dict)
    """By commit."""
    statuses: dict[str, dict[str, str]] = field(default_factory=dict)
    """By commit and context."""
    collaborators: set[str] = field(default_factory=lambda: {"ada", "bob", "carol"})
    teams: set[str] = field(default_factory=lambda: {"payments"})
    addresses: dict[str, str] = field(default_factory=lambda: {"ada@example.invalid": "ada"})
    """Whose account an address belongs to."""
    archived: bool = False
    made: int = 0
    """Things that were made: each has a number, and comes a second after the last."""

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def next_id(self) -> int:
        self.made += 1
        return self.made

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.next_id())

    def open_thread(self, author: str, title: str, body: str) -> Thread:
        number = max(self.threads, default=0) + 1
        self.threads[number] = Thread(number, author, title, body, self.now())
        return self.threads[number]

    def say(self, thread: Thread, author: str, body: str) -> Remark:
        thread.comments.append(Remark(self.next_id(), author, body, self.now()))
        return thread.comments[-1]
