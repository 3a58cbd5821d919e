"""The state in one SQLite file: reads are snapshots, each commit is one short transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from errwatch.model.analysis import Analysis
from errwatch.model.audit import AuditEntry
from errwatch.model.change import Analysed, Change, Classified, Counted, Fixed, Merged, StatusSet
from errwatch.model.fix import Fix
from errwatch.model.grouping import Grouping
from errwatch.model.issue import Issue, Status
from errwatch.model.position import EntryPosition, FilePosition
from errwatch.store import audit, entries, files, fixes, issues, merges, verdicts
from errwatch.store.audit import Commit
from errwatch.store.database import Database
from errwatch.store.reference import resolve
from errwatch.store.unite import unite


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

    def statuses(self, fingerprints: Iterable[str]) -> dict[str, Status]:
        with self._database.reading() as connection:
            return issues.statuses(connection, fingerprints)

    def analysis(self, fingerprint: str) -> Analysis | None:
        with self._database.reading() as connection:
            return verdicts.analysis_of(connection, fingerprint)

    def fixes(self, fingerprint: str | None = None) -> list[Fix]:
        with self._database.reading() as connection:
            return fixes.fixes(connection, fingerprint)

    def position(self, device: int, inode: int) -> FilePosition | None:
        with self._database.reading() as connection:
            return files.position(connection, device, inode)

    def positions(self, path: str) -> list[FilePosition]:
        with self._database.reading() as connection:
            return files.positions(connection, path)

    def entry_position(self, source: str) -> EntryPosition | None:
        with self._database.reading() as connection:
            return entries.position(connection, source)

    def grouping(self) -> Grouping:
        with self._database.reading() as connection:
            return merges.grouping(connection)

    def audit(self) -> list[AuditEntry]:
        with self._database.reading() as connection:
            return audit.audit(connection)

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
        case Counted(partial, position):
            match position:
                case FilePosition():
                    files.read_up_to(commit, position)
                case EntryPosition():
                    entries.read_up_to(commit, position)
            merges.remember(commit, partial)
            for tally in partial.tallies.values():
                issues.count(commit, tally)
        case Merged(fingerprint, other):
            unite(commit, fingerprint, other)
        case Classified(fingerprint, classification):
            verdicts.classify(commit, home(fingerprint), classification)
        case Analysed(analysis):
            verdicts.analyse(commit, replace(analysis, issue=home(analysis.issue)))
        case StatusSet(fingerprint, status):
            issues.set_status(commit, home(fingerprint), status)
        case Fixed(fix):
            return fixes.store_fix(commit, replace(fix, issue=home(fix.issue)))
    return None
