"""What a scan's result comes to for whoever asked: what is shown, what fails, what is hidden."""

from __future__ import annotations

from dataclasses import dataclass

from errwatch.model.issue import Issue
from errwatch.model.result import ScanResult


@dataclass(frozen=True, slots=True)
class Baseline:
    """Issues that are known and accepted: fingerprint -> title."""

    titles: dict[str, str]

    def __contains__(self, fingerprint: str) -> bool:
        return fingerprint in self.titles


@dataclass(frozen=True, slots=True)
class Triage:
    """A scan's result after the ignore rules, the baseline and `--fail-on`."""

    result: ScanResult
    """With the issues that are shown; its counts are of all that was read."""
    failing: frozenset[str]
    """Fingerprints of the issues shown that are bad enough to fail the scan."""
    known: tuple[Issue, ...] = ()
    """Hidden because they are not new: the baseline or the state has them."""
    notes: tuple[str, ...] = ()
    """What the user should know: what is hidden and why, rules that expired or match nothing."""

    @property
    def accepted(self) -> Baseline:
        """What a baseline made now holds: all but what is ignored, under every fingerprint."""
        titles = {i.fingerprint: i.title for i in (*self.result.issues, *self.known)}
        names = self.result.names.items()
        return Baseline(titles | {one: titles[name] for one, name in names if name in titles})

    def fails(self, issue: Issue) -> bool:
        return issue.fingerprint in self.failing
