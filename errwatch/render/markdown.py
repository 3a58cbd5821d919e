"""A scan as Markdown, for a job's summary or a comment. Log text stands in it letter by letter."""

from __future__ import annotations

import html
from collections.abc import Iterator

from errwatch import lazy_re as re
from errwatch.escape import plain, prose
from errwatch.model.issue import Issue
from errwatch.model.triage import Triage
from errwatch.render.plain import clean, inert
from errwatch.render.terminal import plural, span, summary, where

ROWS = 100
"""Issues in the table."""

SAMPLES = 10
"""Issues of which an event is shown."""

SAMPLE_LINES = 40
SAMPLE_SIZE = 4_000
"""Characters of an event that are shown."""

_FENCES = re.compile("`{3,}")


def markdown(triage: Triage) -> str:
    """What could not be read, a table of the issues, and an event of each of the first ones."""
    result = triage.result
    lines = [f"### errwatch: {prose(summary(result))}", ""]
    if result.failures:
        lines += ["**Not everything could be read:**", ""]
        lines += [*(f"- {prose(failure)}" for failure in result.failures[:ROWS]), ""]
    if result.issues:
        lines += [
            "| severity | issue | events | where | seen |",
            "| --- | --- | ---: | --- | --- |",
            *(_row(issue, failing=triage.fails(issue)) for issue in result.issues[:ROWS]),
            "",
        ]
    if len(result.issues) > ROWS:
        lines += [f"{plural(len(result.issues) - ROWS, 'more issue')} not shown here.", ""]
    for issue in result.issues[:SAMPLES]:
        lines += _sample(issue)
    return "\n".join(inert(line) for line in lines).rstrip()


def _row(issue: Issue, *, failing: bool) -> str:
    verdict = issue.classification
    severity = verdict.severity.value if verdict else "?"
    cells = (
        f"**{severity}**" if failing else severity,
        f"{prose(issue.title)}<br>{issue.id}",
        f"{issue.count:,}",
        prose(where(issue.event)),
        span(issue.first_seen, issue.last_seen) or "",
    )
    return f"| {' | '.join(cells)} |"


def _sample(issue: Issue) -> Iterator[str]:
    lines = clean(issue.event.text).splitlines()
    text = "\n".join(lines[:SAMPLE_LINES])[:SAMPLE_SIZE]
    fence = "`" * max(3, 1 + max((len(run) for run in _FENCES.findall(text)), default=0))
    yield f"<details><summary>{issue.id}: {html.escape(plain(issue.title))}</summary>"
    yield from ("", f"{fence}text", *text.splitlines(), fence, "")
    yield from (f"{prose(issue.event.source)}, line {issue.event.line}", "", "</details>", "")
