"""The message of a fix's commit. Its last paragraph tells machines what the commit is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from errwatch.escape import plain
from errwatch.model.fix import Candidate, Evidence, GateResult
from errwatch.model.issue import Issue


def commit_message(
    issue: Issue, candidate: Candidate, evidence: Evidence, gates: Sequence[GateResult]
) -> str:
    """Subject, cause, evidence and trailers; `repository` knows a branch again by the latter."""
    seen = f"{issue.id}: {plain(issue.title, 200)} (seen {issue.count} times)"
    shown = "".join(f"- {gate.name}: {gate.status.value}, {plain(gate.detail)}\n" for gate in gates)
    trailers = (
        f"Errwatch-Issue: {issue.id}\n"
        f"Errwatch-Fingerprint: {issue.fingerprint}\n"
        f"Errwatch-Evidence: {evidence.value}\n"
    )
    paragraphs = (_wrapped(plain(candidate.rationale, 2000)), _wrapped(seen), shown.rstrip("\n"))
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"{plain(candidate.title, 72)}\n\n{body}\n\n{trailers}"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 72, break_long_words=False, break_on_hyphens=False)
