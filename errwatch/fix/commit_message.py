"""The message of a fix's commit. Its last paragraph tells machines what the commit is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from errwatch.escape import plain
from errwatch.model.fix import Candidate, Evidence, GateResult
from errwatch.model.issue import Issue
from errwatch.redact import redact


def commit_message(
    issue: Issue, candidate: Candidate, evidence: Evidence, gates: Sequence[GateResult]
) -> str:
    """Subject, cause, evidence and trailers; `repository` knows a branch again by the latter."""
    seen = f"{issue.id}: {_clean(issue.title, 200)} ({seen_times(issue)})"
    shown = "".join(
        f"- {gate.name}: {gate.status.value}, {_clean(gate.detail)}\n" for gate in gates
    )
    trailers = (
        f"Errwatch-Issue: {issue.id}\n"
        f"Errwatch-Fingerprint: {issue.fingerprint}\n"
        f"Errwatch-Evidence: {evidence.value}\n"
    )
    paragraphs = (_wrapped(_clean(candidate.rationale, 2000)), _wrapped(seen), shown.rstrip("\n"))
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"{_clean(candidate.title, 72)}\n\n{body}\n\n{trailers}"


def seen_times(issue: Issue) -> str:
    return "seen 1 time" if issue.count == 1 else f"seen {issue.count} times"


def _clean(text: str, limit: int = 500) -> str:
    """Redacted before it is cut: half a secret is not known for one."""
    return plain(redact(text), limit)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 72, break_long_words=False, break_on_hyphens=False)
