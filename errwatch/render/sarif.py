"""SARIF 2.1.0: one run, one result an issue, for code scanning and for editors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from errwatch import lazy_re as re
from errwatch.model.event import Event
from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from errwatch.model.triage import Triage
from errwatch.render.checkout import Checkout
from errwatch.render.plain import clean, inert_json, one_line
from errwatch.render.terminal import place, plural

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

MOST = 25_000
"""Results that GitHub takes of one run."""

UNCLASSIFIED = "unclassified"

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_LINK = re.compile(r"\](?=\()|\{(?=\d+\})")
"""What a viewer would make a link or a placeholder of."""


def sarif(triage: Triage, checkout: Checkout, version: str) -> str:
    issues = triage.result.issues[:MOST]
    rules = {rule: number for number, rule in enumerate(sorted({_rule(i) for i in issues}))}
    run = {
        "tool": {"driver": _driver(version, rules, issues)},
        "invocations": [_invocation(triage)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": _message("The checkout's root.")}},
        "results": [_result(issue, rules, checkout) for issue in issues],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return inert_json(json.dumps(document, indent=2, ensure_ascii=False))


def _driver(version: str, rules: Iterable[str], issues: Sequence[Issue]) -> dict[str, Any]:
    first = {_rule(issue): issue for issue in reversed(issues)}
    return {
        "name": "errwatch",
        "semanticVersion": version,
        "rules": [_descriptor(rule, first[rule]) for rule in rules],
    }


def _descriptor(rule: str, issue: Issue) -> dict[str, Any]:
    """A rule, as its verdict on one issue tells of it. GitHub needs all of the descriptions."""
    verdict = issue.classification
    category = verdict.category if verdict else UNCLASSIFIED
    impact = verdict.impact if verdict else None
    advice = verdict.suggested_fix if verdict else None
    return {
        "id": rule,
        "shortDescription": _message(f"{category}: {rule}"),
        "fullDescription": _message(f"{category}: {impact or 'its impact is not known'}"),
        "help": _message(advice or "errwatch knows no advice for it"),
        "properties": {"tags": [category]},
    }


def _result(issue: Issue, rules: dict[str, int], checkout: Checkout) -> dict[str, Any]:
    rule, verdict = _rule(issue), issue.classification
    where = place(issue.event.culprit)
    facts = [issue.title, f"at {where}" if where else None, plural(issue.count, "event")]
    version, _, digits = issue.fingerprint.partition(":")
    return {
        "ruleId": rule,
        "ruleIndex": rules[rule],
        "level": _LEVELS[verdict.severity] if verdict else "warning",
        "message": _message(", ".join(one_line(fact) for fact in facts if fact)),
        "locations": [{"physicalLocation": _location(issue.event, checkout)}],
        "partialFingerprints": {f"errwatch/{version}": digits},
        "occurrenceCount": issue.count,
        "properties": {
            "id": issue.id,
            "severity": verdict.severity.value if verdict else None,
            "firstSeen": issue.first_seen.isoformat() if issue.first_seen else None,
            "lastSeen": issue.last_seen.isoformat() if issue.last_seen else None,
        },
    }


def _location(event: Event, checkout: Checkout) -> dict[str, Any]:
    """The culprit in the checkout; where it is not there, the line of the log."""
    file, culprit = checkout.find(event.culprit), event.culprit
    if file is None or culprit is None:
        return {
            "artifactLocation": {"uri": _uri("stdin" if event.source == "-" else event.source)},
            "region": {"startLine": event.line},
        }
    return {
        "artifactLocation": {"uri": _uri(file), "uriBaseId": "%SRCROOT%"},
        # GitHub takes no location without a line.
        "region": {"startLine": max(culprit.line or 1, 1)},
    }


def _uri(path: str) -> str:
    uri = quote(clean(path).replace("\\", "/"))
    return f"file://{uri}" if uri.startswith("/") else uri


def _invocation(triage: Triage) -> dict[str, Any]:
    """An input that could not be read is never "no results"."""
    failures = triage.result.failures
    told = [{"level": "error", "message": _message(failure)} for failure in failures]
    left = len(triage.result.issues) - MOST
    if left > 0:
        told.append({"level": "warning", "message": _message(f"{left:,} more issues left out")})
    return {"executionSuccessful": not failures, "toolExecutionNotifications": told}


def _rule(issue: Issue) -> str:
    return issue.classification.rule if issue.classification else UNCLASSIFIED


def _message(text: str) -> dict[str, str]:
    return {"text": _LINK.sub(r"\g<0> ", clean(text))}
