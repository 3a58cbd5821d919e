"""What git says when a fetch or a push fails -> our errors, with nothing of a token in them."""

from __future__ import annotations

from enum import Enum, auto
from urllib.parse import urlsplit

from errwatch.errors import BranchMoved, GitError, PushRefused
from errwatch.escape import plain
from errwatch.redact import redact
from errwatch.repository.runner import Done


class Refusal(Enum):
    ABSENT = auto()
    """There is no such branch."""
    MOVED = auto()
    """The branch stands elsewhere than was expected."""
    FORBIDDEN = auto()
    PASSING = auto()
    """The same may work later."""
    OTHER = auto()


_MOVED = (
    "stale info",
    "fetch first",
    "non-fast-forward",
    "reference already exists",
    "cannot lock ref",
)
_LOGIN = ("Authentication failed", "could not read Username", "could not read Password")
_PASSING = (
    *("error: 500", "error: 502", "error: 503", "error: 504", "error: 429", "Could not resolve"),
    *("Failed to connect", "Couldn't connect", "timed out", "RPC failed", "Empty reply"),
    *("unexpected disconnect", "hung up unexpectedly", "early EOF", "Connection reset", "too slow"),
)


def read_refusal(done: Done, what: str, url: str, secret: str) -> tuple[Refusal, GitError]:
    """`what`: fetch or push."""
    address = urlsplit(url)
    host, repository = address.netloc, address.path.strip("/").removesuffix(".git")
    text = f"{done.errors}\n{done.output}"
    told = plain(redact(_remote(done.errors)), 300)
    if "couldn't find remote ref" in text:
        return Refusal.ABSENT, GitError("")
    if any(sign in text for sign in _LOGIN):
        reason = f"{host} does not accept {secret} for git; it needs Contents: write"
        return Refusal.FORBIDDEN, PushRefused(reason)
    if "error: 403" in text:
        reason = (
            f"{host} does not let {secret} {what} ({told or repository}); it needs Contents: write"
        )
        return Refusal.FORBIDDEN, PushRefused(reason)
    if "not found" in text and f"repository '{url}" in text:
        reason = f"{host} has no {repository}, or {secret} may not see it; check forge.repository"
        return Refusal.FORBIDDEN, PushRefused(reason)
    if "redirect" in text or "error: 301" in text:
        reason = f"{repository} has moved; let forge.repository name it as {host} does now"
        return Refusal.FORBIDDEN, PushRefused(reason)
    if "declined" in text or "GH006" in text or "GH013" in text or "refusing to allow" in text:
        reason = f"{host} does not take the branch: {told or plain(redact(_last(text)), 300)}"
        return Refusal.FORBIDDEN, PushRefused(reason)
    if any(sign in text for sign in _MOVED):
        return Refusal.MOVED, BranchMoved("")
    if "shallow update not allowed" in text:
        reason = f"{host} takes nothing of a shallow clone: run git fetch --unshallow"
        return Refusal.OTHER, GitError(reason)
    kind = Refusal.PASSING if any(sign in text for sign in _PASSING) else Refusal.OTHER
    return kind, GitError(f"git {what} failed at {host}: {plain(redact(_last(done.errors)), 300)}")


def _remote(errors: str) -> str:
    """What the server itself said."""
    said = [
        line.removeprefix("remote:").strip()
        for line in errors.splitlines()
        if line.startswith("remote:")
    ]
    return " ".join(line.removeprefix("error: ") for line in said if line)


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
