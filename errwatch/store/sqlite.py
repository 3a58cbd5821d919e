"""The state in one SQLite file: reads are snapshots, each commit is one short transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from errwatch.model.alert import Alert, Delivery, Fired, Heard, Holding, Notice, Silence, Turn
from errwatch.model.analysis import Analysis
from errwatch.model.attempt import Attempt
from errwatch.model.audit import AuditEntry
from errwatch.model.change import (
    Analysed,
    Attempted,
    Change,
    Classified,
    Counted,
    Decided,
    Delivered,
    Fixed,
    Forgotten,
    Merged,
    Proposed,
    Silenced,
    SilenceEnded,
    Split,
    StatusSet,
    Told,
    Watched,
)
from errwatch.model.fix import Fix
from errwatch.model.grouping import Grouping
from errwatch.model.issue import Issue, Status
from errwatch.model.ledger import Ledger
from errwatch.model.levels import Severity
from errwatch.model.period import Period
from errwatch.model.position import EntryPosition, FilePosition
from errwatch.model.pull_request import Tracked
from errwatch.store import (
    alerts,
    archive,
    attempts,
    audit,
    buckets,
    deliveries,
    entries,
    files,
    fixes,
    issues,
    ledger,
    merges,
    pull_requests,
    tallies,
    verdicts,
)
from errwatch.store.audit import Commit
from errwatch.store.compact import give_back
from errwatch.store.database import Database
from errwatch.store.reference import resolve
from errwatch.store.unite import split, unite


class SqliteStore:
    """Implements `errwatch.interfaces.Store`.

    A file that is absent or empty is a fresh state. `read_only` writes nothing, not even that
    file. `repository` is what issues that are found from now on belong to.
    """

    def __init__(
        self, path: Path, *, repository: str | None = None, read_only: bool = False
    ) -> None:
        self._database = Database(path, read_only=read_only)
        self._repository = repository

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def issues(self) -> list[Issue]:
        with self._database.reading() as connection:
            return issues.issues(connection)

    def issue(self, reference: str) -> Issue:
        with self._database.reading() as connection:
            known = merges.issue_of(connection, reference.strip())
            if not issues.exists(connection, known):
                found = resolve(known, issues.names(connection))
                known = merges.issue_of(connection, found)
            return issues.issue(connection, known)

    def issues_of(self, fingerprints: Iterable[str]) -> dict[str, Issue]:
        with self._database.reading() as connection:
            homes = {name: merges.issue_of(connection, name) for name in fingerprints}
            there = {home for home in homes.values() if issues.exists(connection, home)}
            found = {home: issues.issue(connection, home) for home in there}
            return {name: found[home] for name, home in homes.items() if home in found}

    def fingerprint(self, reference: str) -> str:
        with self._database.reading() as connection:
            merged = {name: name for name in merges.homes(connection)}
            return resolve(reference, merged | issues.names(connection))

    def statuses(self, fingerprints: Iterable[str]) -> dict[str, Status]:
        with self._database.reading() as connection:
            return issues.statuses(connection, fingerprints)

    def analysis(self, fingerprint: str) -> Analysis | None:
        with self._database.reading() as connection:
            return verdicts.analysis_of(connection, fingerprint)

    def fixes(self, fingerprint: str | None = None) -> list[Fix]:
        with self._database.reading() as connection:
            return fixes.fixes(connection, fingerprint)

    def pull_requests(self, fingerprint: str | None = None) -> list[Tracked]:
        with self._database.reading() as connection:
            return pull_requests.pull_requests(connection, fingerprint)

    def position(self, device: int, inode: int) -> FilePosition | None:
        with self._database.reading() as connection:
            return files.position(connection, device, inode)

    def positions(self, path: str) -> list[FilePosition]:
        with self._database.reading() as connection:
            return files.positions(connection, path)

    def entry_position(self, source: str) -> EntryPosition | None:
        with self._database.reading() as connection:
            return entries.position(connection, source)

    def unseen(self, since: datetime, limit: int) -> list[FilePosition]:
        with self._database.reading() as connection:
            return files.unseen(connection, since, limit)

    def attempts(self, since: datetime) -> list[Attempt]:
        with self._database.reading() as connection:
            return attempts.attempts(connection, since)

    def untried(self, min_severity: Severity, min_count: int, limit: int) -> list[Issue]:
        severities = [one.value for one in Severity if one.rank >= min_severity.rank]
        with self._database.reading() as connection:
            found = attempts.untried(connection, severities, min_count, limit)
            return [issues.issue(connection, fingerprint) for fingerprint in found]

    def first_seen(self, since: datetime, until: datetime, limit: int) -> list[Issue]:
        with self._database.reading() as connection:
            found = attempts.first_seen(connection, since, until, limit)
            return [issues.issue(connection, fingerprint) for fingerprint in found]

    def heard(self, since: datetime) -> dict[str, list[Heard]]:
        with self._database.reading() as connection:
            return alerts.heard(connection, int(since.timestamp()))

    def turns(self, limit: int) -> list[Turn]:
        with self._database.reading() as connection:
            after = alerts.seen(connection)
            after = alerts.last_row(connection) if after is None else after
            found = alerts.turns(connection, after, limit)
            homes = [
                (number, kind, merges.issue_of(connection, key)) for number, kind, key in found
            ]
            return [Turn(n, kind, issues.issue(connection, key)) for n, kind, key in homes]

    def trail(self) -> tuple[int, int]:
        with self._database.reading() as connection:
            last = alerts.last_row(connection)
            seen = alerts.seen(connection)
            return last if seen is None else seen, last

    def active(self, since: datetime) -> list[Issue]:
        with self._database.reading() as connection:
            rows = alerts.active(connection, since)
            found = sorted({merges.issue_of(connection, row) for row in rows})
            return [issues.issue(connection, fingerprint) for fingerprint in found]

    def holding(self) -> list[Holding]:
        with self._database.reading() as connection:
            return alerts.holding(connection)

    def fired(self) -> list[Fired]:
        with self._database.reading() as connection:
            return alerts.fired(connection)

    def waiting(self) -> tuple[datetime | None, list[Alert]]:
        with self._database.reading() as connection:
            return alerts.waiting(connection)

    def told(self) -> list[Notice]:
        with self._database.reading() as connection:
            return alerts.told(connection)

    def digested(self) -> datetime | None:
        with self._database.reading() as connection:
            return alerts.digested(connection)

    def deliveries(self, limit: int) -> list[Delivery]:
        with self._database.reading() as connection:
            return deliveries.under_way(connection, limit)

    def dead_letters(self) -> list[Delivery]:
        with self._database.reading() as connection:
            return deliveries.dead(connection)

    def silences(self) -> list[Silence]:
        with self._database.reading() as connection:
            return alerts.silences(connection)

    def beside(self, path: str) -> list[FilePosition]:
        with self._database.reading() as connection:
            return files.beside(connection, path)

    def ledger(self, period: Period, *, all_sources: bool) -> Ledger:
        with self._database.reading() as connection:
            return ledger.ledger(connection, period, all_sources=all_sources)

    def grouping(self, about: Iterable[str] | None = None) -> Grouping:
        with self._database.reading() as connection:
            return merges.grouping(connection, about)

    def audit(self) -> list[AuditEntry]:
        with self._database.reading() as connection:
            return audit.audit(connection)

    def tidy(self) -> None:
        with self._database.translated():
            give_back(self._database.connection)

    def commit(self, *changes: Change, actor: str) -> list[Fix]:
        with self._database.writing() as connection:
            commit = Commit(connection, actor, datetime.now(UTC), self._repository)
            stored = [_apply(commit, change) for change in changes]
        return [fix for fix in stored if fix is not None]


def _apply(commit: Commit, change: Change) -> Fix | None:
    """Returns the fix as it is stored, where the change is one.

    What is said of an issue that was merged meanwhile is said of the one that is left.
    """

    def home(fingerprint: str) -> str:
        return merges.issue_of(commit.connection, fingerprint)

    match change:
        case Counted(partial, position, heard, before):
            match position:
                case FilePosition():
                    files.read_up_to(commit, position)
                case EntryPosition():
                    entries.read_up_to(commit, position)
            if heard is not None:
                alerts.hear(commit, heard)
            merges.remember(commit, partial)
            issues.count(commit, partial.tallies.values(), before)
        case Merged(fingerprint, other, by_hand):
            unite(commit, fingerprint, other, by_hand=by_hand)
        case Split(fingerprint):
            split(commit, fingerprint)
        case Classified(fingerprint, classification):
            verdicts.classify(commit, home(fingerprint), classification)
        case Analysed(analysis):
            verdicts.analyse(commit, replace(analysis, issue=home(analysis.issue)))
        case StatusSet(fingerprint, status):
            issues.set_status(commit, home(fingerprint), status)
        case Watched():
            alerts.watch(commit, change)
        case Told():
            alerts.tell(commit, change)
        case Delivered(delivery):
            deliveries.record(commit, delivery)
        case Decided(delivery, again_at):
            deliveries.decide(commit, delivery, again_at)
        case Silenced():
            alerts.silence(commit, change)
        case SilenceEnded(number):
            alerts.end_silence(commit, number)
        case Forgotten():
            for part in (alerts, buckets, files, archive):
                part.forget(commit, change)
            tallies.forget_samples(commit, change)
        case Attempted(attempt):
            attempts.record(commit, replace(attempt, issue=home(attempt.issue)))
        case Proposed(one):
            pull_requests.track(commit, replace(one, issue=home(one.issue)))
        case Fixed(fix):
            return fixes.store_fix(commit, replace(fix, issue=home(fix.issue)))
    return None
