"""The text of a pull request, built from fields; whatever came from a log is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from errwatch.escape import Markdown, code, plain, prose
from errwatch.fix.commit_message import seen_times
from errwatch.model.analysis import Analysis
from errwatch.model.fix import Evidence, Fix, GateStatus
from errwatch.model.issue import Issue
from errwatch.model.pull_request import ForgeIssue, PullRequestText, marker
from errwatch.redact import redact


def pull_request_text(
    fix: Fix, issue: Issue, analysis: Analysis, related: Sequence[ForgeIssue] = ()
) -> PullRequestText:
    """For a fix that was chosen: it has a title and evidence. `related` are issues of the forge's
    tracker, which are referred to and never closed: nobody knows yet that the error is gone."""
    template = _environment().from_string(
        Path(__file__).with_name("pull_request.md.j2").read_text(encoding="utf-8")
    )
    body = template.render(
        marker=Markdown(marker(issue.fingerprint)),
        fix=fix,
        issue=issue,
        analysis=analysis,
        unverified=_unverified(fix),
        related=[Markdown(f"#{one.number}") for one in related],
        seen=seen_times(issue).capitalize(),
    )
    return PullRequestText(plain(redact(fix.title or issue.title), 72), body)


def _environment() -> Environment:
    """Redacts all and escapes by default: a field that the template forgets to escape is prose."""
    environment = Environment(
        autoescape=False,  # noqa: S701
        finalize=lambda v: v if isinstance(v, Markdown) else prose(redact(str(v))),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = lambda value: code(redact(str(value)))
    environment.filters["utc"] = lambda time: f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return environment


def _unverified(fix: Fix) -> list[str]:
    skipped = [gate for gate in fix.gates if gate.status is GateStatus.SKIPPED]
    open_points = [f"{gate.name}: {gate.detail}" for gate in skipped]
    if fix.evidence in (Evidence.E0, Evidence.E1):
        open_points.append("that the error is gone: nothing reproduced it")
    else:
        open_points.append("other inputs than the one of the reproduction")
    return [*open_points, "behaviour in production"]
