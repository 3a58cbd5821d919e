"""Whether a commit is ours, and what its trailers say."""

from __future__ import annotations

from errwatch.model.fix import Evidence
from errwatch.model.pull_request import ADDRESS, BranchTip
from errwatch.repository.runner import Git

FINGERPRINT = "Errwatch-Fingerprint"
"""The trailer that tells which issue a commit is for."""

EVIDENCE = "Errwatch-Evidence"
"""The trailer that tells how far a commit is proven; in rising order as text."""

_FORM = f"--format=%ae%n%ce%n%(trailers:key={FINGERPRINT},key={EVIDENCE},unfold)"


def tip(git: Git, commit: str) -> BranchTip:
    """Of a commit that is here."""
    author, committer, *rest = git.run("log", "-1", "--no-show-signature", _FORM, commit).split(
        "\n"
    )
    if not author == committer == ADDRESS:
        return BranchTip(commit)
    told = dict(line.split(": ", 1) for line in rest if ": " in line)
    levels = {level.value: level for level in Evidence}
    return BranchTip(commit, told.get(FINGERPRINT), levels.get(told.get(EVIDENCE, "")))
