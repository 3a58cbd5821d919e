"""The change that takes a merged one back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from errwatch.model.fix import Edit, Fix
from errwatch.model.issue import Issue
from errwatch.model.pull_request import LABEL, PullRequestText, Tracked, marker

Texts = Callable[[str], str | None]
"""A file's text in one commit."""


def reverse(files: Sequence[str], before: Texts, merged: Texts, now: Texts) -> list[Edit] | str:
    """The edits that bring the files back; or why they cannot: one has changed since, or is new
    with the change."""
    edits = []
    for file in files:
        old, new, today = before(file), merged(file), now(file)
        if today == old:
            continue
        if today != new or today is None:
            return f"{file} has changed since"
        if old is not None:
            edits.append(Edit(file, today, old))
    return edits or "nothing of it is left"


def revert_key(fingerprint: str) -> str:
    """What the pull request is found by."""
    return f"revert:{fingerprint}"


def revert_branch(issue: Issue) -> str:
    return f"{LABEL}/revert/{issue.id}"


def revert_text(tracked: Tracked, issue: Issue, fix: Fix | None, why: str) -> PullRequestText:
    commit = (tracked.merge_commit or "")[:12]
    title = f"Revert the fix of {issue.id}"
    lines = [
        marker(revert_key(issue.fingerprint)),
        f"This takes back {tracked.url}, merged as {commit}, and nothing else.",
        "",
        f"Since it was merged: {why}.",
        "",
        f"Nothing was run on this change. It is a draft: whether `{issue.id}` coming back is the "
        "lesser evil is for a person to decide. Close it to keep the fix.",
    ]
    if fix is not None and fix.evidence is not None:
        lines.append(f"The fix was {fix.id}, with evidence {fix.evidence.value}.")
    return PullRequestText(title, "\n".join(lines) + "\n")


def revert_message(tracked: Tracked, issue: Issue, why: str) -> str:
    commit = (tracked.merge_commit or "")[:12]
    head = f"Revert the fix of {issue.id}"
    return f"{head}\n\nTakes back {commit}: {why}.\n\nErrwatch-Reverts: {tracked.fix}\n"
