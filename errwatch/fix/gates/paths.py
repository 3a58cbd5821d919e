"""Path policy: a change stays inside the repository and off what the policy denies."""

from __future__ import annotations

from collections.abc import Iterator

from errwatch.fix.gates.verdict import counted, verdict
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, GateResult


def paths(candidate: Candidate, policy: Policy) -> GateResult:
    files = [edit.file for edit in candidate.edits]
    wrong = [f"{file!r}: {reason}" for file in files for reason in wrong_path(file, policy)]
    return verdict("paths", wrong, f"{counted(len(files), 'path')} allowed by the policy")


def wrong_path(file: str, policy: Policy) -> Iterator[str]:
    """Why no change may touch a file, if it may not."""
    parts = file.split("/")
    if not file.isprintable() or "\\" in file:
        yield "has characters that no source path needs"
    elif {"", ".", ".."} & set(parts) or ":" in parts[0]:
        yield "is not a plain path below the root"
    elif glob := policy.denied(file):
        yield f"the policy denies {glob}"
