"""Earlier commits: texts, lines that are gone, files that moved."""

from __future__ import annotations

from datetime import UTC, datetime

from errwatch import lazy_re as re
from errwatch.model.analysis import Blame, Rename
from errwatch.repository.runner import Git

_NAME = re.compile(r"[\w][\w.+/-]{0,99}\Z")
"""What may name a commit: no option, no operator of git's."""

_GLOB = frozenset("*?[]\\:")
FAR = 5_000
"""Commits back that are looked at: a trace is of code that ran lately."""

LONGEST = 10_000
"""Characters of a log that git is asked about."""

_FINE, _MISSING = 0, 128
_FORM = "--format=%H%x00%an%x00%at%x00%s"


def resolve(git: Git, name: str) -> str | None:
    if not _NAME.match(name) or ".." in name:
        return None
    found = git.run(
        "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", fine=(_FINE, 1, _MISSING)
    )
    return found.strip() or None


def text_at(git: Git, commit: str, file: str) -> str | None:
    text = git.run("cat-file", "blob", f"{commit}:{file}", fine=(_FINE, _MISSING))
    readable = not any("\udc80" <= one <= "\udcff" for one in text)
    return text if text and readable else None


def contains(git: Git, commit: str, other: str) -> bool | None:
    done = git.attempt("merge-base", "--is-ancestor", other, commit)
    return {0: True, 1: False}.get(done.code)


def changed(git: Git, commit: str, other: str) -> list[str]:
    listed = git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", commit, other)
    return [name for name in listed.split("\0") if name]


def dropped(git: Git, commit: str, file: str, text: str) -> Blame | None:
    path = f":(top,literal){file}"
    if not _can_be_asked(text):
        return None
    found = git.run(
        "log", "-1", "--no-textconv", _FORM, f"-S{text}", *_lately(git, commit), "--", path
    )
    if not found.strip():
        return None
    sha, author, date, summary = found.rstrip("\n").split("\0", 3)
    return Blame(file, 0, sha, author, datetime.fromtimestamp(int(date), UTC), summary)


def renamed(git: Git, commit: str, ending: str) -> Rename | None:
    if not ending or _GLOB.intersection(ending) or not _can_be_asked(ending):
        return None
    gone = git.run(
        *("log", "-1", "--diff-filter=D", "--no-renames", "--format=%H", "--name-only", "-z"),
        *(*_lately(git, commit), "--", f":(top,glob)**/{ending}"),
    )
    sha, _, names = gone.strip("\0\n").partition("\0")
    old = names.strip("\n").split("\0")[0]
    if not old:
        return None
    pairs = git.run(
        *("diff-tree", "-r", "-M", "-z", "--name-status", "--diff-filter=R", "--no-commit-id"),
        *("--no-textconv", sha),
    ).split("\0")
    found = dict(zip(pairs[1::3], pairs[2::3], strict=False))
    return Rename(old, found[old], sha) if old in found else None


def _can_be_asked(text: str) -> bool:
    """Whether text of a log can be a word on git's command line."""
    return len(text) <= LONGEST and "\0" not in text and not any(_is_half(one) for one in text)


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _lately(git: Git, commit: str) -> list[str]:
    """The range of commits to look at."""
    start = git.run("rev-list", "-1", f"--skip={FAR}", commit).strip()
    return [commit, f"^{start}"] if start else [commit]
