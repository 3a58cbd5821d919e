"""A scan's result -> what is shown of it, what fails, and what is hidden for which reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from errwatch.model.event import Event
from errwatch.model.issue import Issue, Status
from errwatch.model.levels import Severity
from errwatch.model.result import ScanResult
from errwatch.model.triage import Baseline, Triage
from errwatch.triage.ignore import IgnoreRule, ignored

_BY_RULE = "ignored by a rule"
_IN_STATE = "ignored in the state"
_IN_BASELINE = "in the baseline"
_NOT_NEW = "not new"


class FailOn(StrEnum):
    """What fails a scan: any issue, a new one, one at least this severe, or none."""

    ANY = "any"
    NEW = "new"
    CRITICAL = Severity.CRITICAL.value
    HIGH = Severity.HIGH.value
    MEDIUM = Severity.MEDIUM.value
    LOW = Severity.LOW.value
    INFO = Severity.INFO.value
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is let through."""

    today: date
    ignores: tuple[IgnoreRule, ...] = ()
    baseline: Baseline | None = None
    new_only: bool = False
    """Whether only what is new is shown."""
    fail_on: FailOn = FailOn.ANY
    known: bool = False
    """Whether there is a state, which knows issues of earlier scans."""

    @property
    def asks_the_state(self) -> bool:
        """Whether what is shown or fails depends on what the state knows."""
        return self.baseline is None and (self.new_only or self.fail_on is FailOn.NEW)

    def hides(self, fingerprints: Collection[str], event: Event) -> bool:
        """Whether an event is ignored or in the baseline, by its own or its issue's name."""
        holding = [rule for rule in self.ignores if not rule.expired(self.today)]
        known = self.baseline or ()
        return any(
            fingerprint in known or any(rule.matches(fingerprint, event) for rule in holding)
            for fingerprint in fingerprints
        )

    def sift(self, result: ScanResult) -> Triage:
        merged: dict[str, list[str]] = {}
        for fingerprint, issue_name in result.names.items():
            merged.setdefault(issue_name, []).append(fingerprint)
        fates = [
            (issue, self._hidden(issue, merged.get(issue.fingerprint, []), result))
            for issue in result.issues
        ]
        shown = tuple(issue for issue, why in fates if why is None)
        return Triage(
            result=replace(result, issues=shown),
            failing=frozenset(i.fingerprint for i in shown if self._fails(i, result)),
            known=tuple(issue for issue, why in fates if why in (_IN_BASELINE, _NOT_NEW)),
            notes=(*_told(Counter(why for _, why in fates if why)), *self._remarks(result, merged)),
        )

    def _hidden(self, issue: Issue, merged: list[str], result: ScanResult) -> str | None:
        """Why an issue is not shown; None where it is."""
        if ignored(issue, self.ignores, self.today, merged):
            return _BY_RULE
        if issue.status is Status.IGNORED:
            return _IN_STATE
        # More templates can give a merged issue another name; one known fingerprint is enough.
        known = self.baseline or ()
        if any(fingerprint in known for fingerprint in (issue.fingerprint, *merged)):
            return _IN_BASELINE
        return _NOT_NEW if self.new_only and not self._new(issue, result) else None

    def _new(self, issue: Issue, result: ScanResult) -> bool:
        """To the state; where there is none, or a baseline decides, all that is left is new."""
        return self.baseline is not None or not self.known or issue.fingerprint in result.new

    def _fails(self, issue: Issue, result: ScanResult) -> bool:
        match self.fail_on:
            case FailOn.NEVER:
                return False
            case FailOn.ANY:
                return True
            case FailOn.NEW:
                return self._new(issue, result)
        bar = Severity(self.fail_on.value).rank
        verdict = issue.classification
        return verdict is not None and verdict.severity.rank >= bar

    def _remarks(self, result: ScanResult, merged: Mapping[str, list[str]]) -> Iterator[str]:
        if count := len(result.unsaved):
            are = "issue is" if count == 1 else "issues are"
            yield (
                f"{count} {are} not in the state: an earlier run counted the same lines,"
                " at another --min-level"
            )
        for rule in self.ignores:
            met = any(rule.covers(i, merged.get(i.fingerprint, ())) for i in result.issues)
            if rule.expired(self.today):
                again = "; what it ignored is back" if met else ""
                yield f"ignore rule “{rule.reason}” expired on {rule.until}{again}"
            elif not met:
                yield f"ignore rule “{rule.reason}” matched nothing"


def _told(hidden: Counter[str]) -> Iterator[str]:
    if hidden:
        parts = ", ".join(f"{count} {why}" for why, count in hidden.items())
        total = hidden.total()
        yield f"{total} issue{'' if total == 1 else 's'} not shown: {parts}"


def exit_code(triage: Triage, *, exit_zero: bool = False, allow_failure: bool = False) -> int:
    """3 where an input could not be read, else 1 where an issue is bad enough, else 0."""
    if triage.result.failures and not allow_failure:
        return 3
    return int(bool(triage.failing) and not exit_zero)
