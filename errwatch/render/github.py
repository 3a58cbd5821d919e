"""GitHub Actions: workflow commands that annotate the files of a pull request.

Log text gets into a line only by `_data`, `_property` or `inert`, so that none is a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from errwatch.model.triage import Triage
from errwatch.render.checkout import Checkout
from errwatch.render.plain import clean, inert, inert_part, one_line
from errwatch.render.terminal import plural, scan_lines, where

MOST = 10
"""Errors, and warnings, that GitHub shows of one step; it drops more without a word."""

ERRORS = frozenset((Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM))


def github(triage: Triage, checkout: Checkout) -> str:
    """An annotation for each of the first issues, how many are left out, and all as text."""
    return "\n".join(
        [
            *_annotations(triage, checkout),
            "::group::errwatch",
            *(inert(line.plain) for line in scan_lines(triage.result)),
            "::endgroup::",
        ]
    )


def _annotations(triage: Triage, checkout: Checkout) -> Iterator[str]:
    result = triage.result
    errors = [issue for issue in result.issues if _is_error(issue)]
    warnings = [issue for issue in result.issues if not _is_error(issue)]
    for failure in result.failures[:MOST]:
        yield _command("error", one_line(failure), title="errwatch: not read")
    room = max(MOST - len(result.failures), 0)
    yield from (_annotation("error", issue, checkout) for issue in errors[:room])
    yield from (_annotation("warning", issue, checkout) for issue in warnings[:MOST])
    left = len(errors[room:]) + len(warnings[MOST:])
    if left:
        rest = f"{left} more, not shown as annotations: GitHub shows {MOST} errors and {MOST} "
        yield _command("notice", f"{rest}warnings of a step", title=f"errwatch: {left} more")
    unread = len(result.failures[MOST:])
    if unread:
        yield _command("notice", f"{plural(unread, 'more input')} not read", title="errwatch")


def _is_error(issue: Issue) -> bool:
    return issue.classification is not None and issue.classification.severity in ERRORS


def _annotation(kind: str, issue: Issue, checkout: Checkout) -> str:
    culprit, verdict = issue.event.culprit, issue.classification
    file = checkout.find(culprit)
    line = str(culprit.line) if file and culprit and culprit.line else None
    facts = [
        issue.title,
        where(issue.event),
        verdict.suggested_fix if verdict else None,
    ]
    judged = f" {verdict.severity.value} {verdict.category}" if verdict else ""
    title = f"{issue.id}{judged}, {plural(issue.count, 'event')}"
    text = "\n".join(one_line(fact) for fact in facts if fact)
    return _command(kind, text, file=file, line=line, title=title)


def _command(name: str, text: str, **properties: str | None) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' if given else ''}{given}::{_data(text)}"


def _data(text: str) -> str:
    return inert_part(_escaped(clean(text), (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))))


def _property(text: str) -> str:
    return _escaped(_data(text), ((":", "%3A"), (",", "%2C")))


def _escaped(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for found, instead in pairs:
        text = text.replace(found, instead)
    return text
