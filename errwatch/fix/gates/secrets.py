"""No secret goes into a change: what is taken out of logs has no place in it either."""

from __future__ import annotations

from errwatch.fix.changes import changed_lines
from errwatch.fix.gates.verdict import counted, verdict
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, GateResult
from errwatch.redact import redact


def secrets(candidate: Candidate, policy: Policy) -> GateResult:
    texts = {"the title": candidate.title, "the rationale": candidate.rationale}
    lines = 0
    for edit in candidate.edits:
        added = [line[1:] for line in changed_lines(edit) if line.startswith("+")]
        texts[edit.file] = "\n".join(added)
        lines += len(added)
    wrong = [
        f"{name}: adds a secret or personal data" for name, text in texts.items() if _has(text)
    ]
    return verdict("secrets", wrong, f"none in {counted(lines, 'added line')}")


def _has(text: str) -> bool:
    return redact(text) != text or any(redact(line) != line for line in text.split("\n"))
