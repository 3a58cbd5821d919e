"""From a log line to a proven change, step by step. Start reading here.

    bytes -> Detector -> Event -> redacted -> fingerprint -> Partial -> state      scan, watch
    state -> classify -> analyze -> fix -> state                                   one step each
    state -> report

Each step reads and writes the state, so that any one of them can be run again alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from errwatch.analyze.analyzer import analyze as analyze_issue
from errwatch.classify.classifier import classify as judge
from errwatch.classify.rules import RulePack
from errwatch.detect.detector import Detector
from errwatch.detect.frames import FrameRules
from errwatch.detect.lines import LOOKBACK_BYTES
from errwatch.errors import SourceError, StateConflict, UsageError
from errwatch.fix.loop import Workshop, repair
from errwatch.group import named
from errwatch.group.relation import issue_names, merges
from errwatch.insight.standing import standing
from errwatch.interfaces import Problem, Repository, Source, StateReader, Store
from errwatch.model.alert import Heard
from errwatch.model.analysis import Analysis
from errwatch.model.change import Analysed, Classified, Counted, Fixed
from errwatch.model.classification import Classification
from errwatch.model.counting import Counting, counted
from errwatch.model.event import Event
from errwatch.model.fix import Fix
from errwatch.model.grouping import Grouping
from errwatch.model.issue import Issue
from errwatch.model.levels import Level, Severity
from errwatch.model.partial import Named, Partial, Tally
from errwatch.model.position import Position, Ranges
from errwatch.model.result import InputSummary, ScanResult
from errwatch.model.standing import Standing
from errwatch.redact import redact_event
from errwatch.spool import Spool
from errwatch.triage.window import Window

BY_USER = "user"
"""The rule that a person's own verdict names; nothing overwrites it."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What is looked for in a log."""

    pack: RulePack
    frames: FrameRules = FrameRules()
    min_level: Level = Level.ERROR
    window: Window = Window()
    """What is reported; the state counts everything."""
    now: datetime | None = None
    """The moment that gives a year to timestamps without one; None: the present."""

    def detector(self, name: str, *, start: int = 0, line: int = 0) -> Detector:
        """For one source, from the byte `start` on, before which there are `line` lines."""
        return Detector(
            name,
            start=start,
            line=line,
            frames=self.frames,
            min_level=self.min_level,
            now=self.now or datetime.now(UTC),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What one input came to."""

    input: str
    whole: Partial
    """Everything in it."""
    fresh: Partial
    """What the state had not counted before."""
    lines: int
    bytes: int
    resume_at: int
    resume_line: int
    starts: tuple[int, ...]
    """Where the events stand that were counted though they start after `resume_at`."""


Witness = Callable[[str, Event], None]
"""Called with the fingerprint of each event's issue, and the event."""

Reader = Callable[[Source, Eyes, Witness | None], Reading]
"""Reads one open source to its end. Raises SourceError."""


def identified(events: Iterable[Event]) -> list[Named]:
    """Redact, then name: nothing after this line has seen a secret."""
    return [named(redact_event(event)) for event in events]


class Known(Protocol):
    @property
    def counted(self) -> Ranges:
        """Events that start there are in the state, as far as it is known by now."""


class Intake:
    """Redacts, names and counts the events of one source.

    What is outside the window is counted as fresh, and not reported.
    """

    def __init__(self, source: Known, window: Window, witness: Witness | None = None) -> None:
        self._source = source
        self._window = window
        self._witness = witness
        self._whole, self._fresh = Counting(), Counting()
        self._starts: list[int] = []

    def take(self, events: Iterable[Event]) -> None:
        counted = self._source.counted
        for one in identified(events):
            if self._window.holds(one.event):
                self._report(one)
            if one.event.start not in counted:
                self._fresh.add(one)
                self._starts.append(one.event.start)

    def _report(self, one: Named) -> None:
        self._whole.add(one)
        if self._witness:
            self._witness(one.fingerprint, one.event)

    def starts(self, cursor: int) -> tuple[int, ...]:
        """Where the fresh events stand that will be read again by who goes on at `cursor`."""
        return tuple(start for start in self._starts if start >= cursor)

    def forget(self, place: int) -> None:
        """No cursor will be before it."""
        self._starts = [start for start in self._starts if start >= place]

    @property
    def whole(self) -> Partial:
        return self._whole.partial()

    @property
    def fresh(self) -> Partial:
        return self._fresh.partial()


def read(
    source: Source,
    eyes: Eyes,
    witness: Witness | None,
    advance: Callable[[int], None] = lambda _bytes: None,
) -> Reading:
    """Read one open source to its end; `advance` hears of the bytes. Raises SourceError."""
    lead, sequel = source.lead(), source.sequel()
    detector = eyes.detector(source.name, start=-len(lead), line=-lead.count(b"\n"))
    intake = Intake(source, eyes.window, witness)
    detector.feed(lead)
    for block in source.blocks():
        intake.take(event for event in detector.feed(block.data) if event.start >= 0)
        intake.forget(detector.resume_at - LOOKBACK_BYTES)
        advance(len(block.data))
    # What is still open is counted now, and read again by whoever follows the file later.
    resume_at, resume_line = max(0, detector.resume_at), max(0, detector.resume_line)
    size = detector.bytes - len(lead)
    rest = detector.feed(sequel) + detector.flush()
    intake.take(event for event in rest if 0 <= event.start < size)
    around = lead.count(b"\n") + sequel.lstrip(b"\n").count(b"\n")
    return Reading(
        source.input,
        whole=intake.whole,
        fresh=intake.fresh,
        lines=detector.lines - around,
        bytes=size,
        resume_at=resume_at,
        resume_line=resume_line,
        starts=intake.starts(resume_at),
    )


def scan(
    sources: Sequence[Source],
    eyes: Eyes,
    *,
    store: Store | None = None,
    failures: Sequence[str] = (),
    witness: Witness | None = None,
    reader: Reader = read,
) -> ScanResult:
    """Read every source once; save what is new to the state, where there is one.

    A source that cannot be read is a failure of the result, and hides no other.
    """
    before = {issue.fingerprint for issue in store.issues()} if store else set()
    with Spool() as events:
        watch = events.add if witness else None
        readings, failed = _read_all(sources, eyes, store, watch, reader)
        total = _total(readings)
        names = issue_names(total, store.grouping() if store else Grouping())
        for fingerprint, event in events:
            if witness:
                witness(names.get(fingerprint, fingerprint), event)
    found = total.under(names)
    known = {i.fingerprint: i for i in store.issues()} if store else {}
    if store is not None:
        _classify_stored([known[name] for name in found.tallies if name in known], eyes.pack, store)
    issues = [_issue(tally, known.get(name), eyes.pack) for name, tally in found.tallies.items()]
    return ScanResult(
        inputs=_summaries(readings, names),
        issues=tuple(sorted(issues, key=_worst_first)),
        failures=(*failures, *failed),
        new=frozenset(set(found.tallies) - before) if store else frozenset(),
        names=names,
    )


def _read_all(
    sources: Sequence[Source],
    eyes: Eyes,
    store: Store | None,
    witness: Witness | None,
    reader: Reader,
) -> tuple[list[Reading], list[str]]:
    """What could be read, and why the rest could not."""
    readings, failed = [], []
    for source in sources:
        try:
            readings.append(_read_and_save(source, eyes, store, witness, reader))
        except SourceError as error:
            failed.append(str(error))
    return readings, failed


def _read_and_save(
    source: Source, eyes: Eyes, store: Store | None, witness: Witness | None, reader: Reader
) -> Reading:
    with source:
        reading = reader(source, eyes, witness)
        if store is None:
            return reading
        position = source.position(
            reading.resume_at, lines=reading.resume_line, starts=reading.starts
        )
        try:
            save(reading.fresh, position, store, actor="scan")
            return reading
        except StateConflict:
            pass
    # A watcher counted some of it meanwhile: read again, against what is counted now.
    return _read_and_save(source, eyes, store, None, reader)


def save(
    partial: Partial,
    position: Position | None,
    store: Store,
    *,
    actor: str,
    heard: Heard | None = None,
) -> None:
    """Commit what was counted, with the merges that follow from it. Raises StateError."""
    found = merges(partial, store.grouping())
    store.commit(*found, Counted(partial, position, heard), actor=actor)


def _total(readings: Iterable[Reading]) -> Partial:
    total = Partial()
    for reading in readings:
        total = total.merge(reading.whole)
    return total


def classify(
    issues: Sequence[Issue], pack: RulePack, store: Store, *, again: bool = False
) -> list[Issue]:
    """Judge stored issues by the rules, except where a person has; `again` overrules even that."""
    _classify_stored(issues, pack, store, again=again)
    return [store.issue(issue.fingerprint) for issue in issues]


def judge_text(text: bytes, eyes: Eyes) -> list[Issue]:
    """Classify log text that no source holds; a text without a level is taken for an error."""
    detector = eyes.detector("-")
    events = detector.feed(text) + detector.flush()
    if not events and text.strip():
        words = text.decode("utf-8", "replace").strip()
        events = [Event("-", 1, 0, len(text), Level.ERROR, words, words)]
    tallies = counted(identified(events)).tallies.values()
    return [_issue(tally, None, eyes.pack) for tally in tallies]


def correct(issue: Issue, category: str, pack: RulePack, store: Store) -> Issue:
    """Store a person's own verdict on an issue. Raises UsageError for an unknown category."""
    if category not in pack.categories:
        msg = f"{category}: no such category; there are {', '.join(sorted(pack.categories))}"
        raise UsageError(msg)
    verdict = issue.classification or _verdict(issue, pack)
    mine = replace(verdict, category=category, rule=BY_USER, why="you said so", subcategory=None)
    store.commit(Classified(issue.fingerprint, mine), actor="classify")
    return store.issue(issue.fingerprint)


def analyze(issue: Issue, repository: Repository, store: Store) -> Analysis:
    """Find where an issue comes from, and keep the answer."""
    others = [other for other in store.issues() if other.fingerprint != issue.fingerprint]
    analysis = analyze_issue(issue, repository, others)
    store.commit(Analysed(analysis), actor="analyze")
    return analysis


def fix(
    issue: Issue, repository: Repository, workshop: Workshop, store: Store, *, now: datetime
) -> Fix:
    """Analyze, let the engines propose, prove, and put what stands on a branch."""
    analysis = analyze(issue, repository, store)
    problem = Problem(issue, analysis, repository.tree())
    category = issue.classification.category if issue.classification else "unclassified"
    branch = f"auto-fix/{category}/{issue.id}"
    result = repair(problem, repository, workshop, branch=branch, created_at=now)
    return store.commit(Fixed(result), actor="fix")[0]


def report(state: StateReader, since: datetime | None) -> Standing:
    return standing(state.issues(), state.fixes(), since)


def _classify_stored(
    issues: Iterable[Issue], pack: RulePack, store: Store, *, again: bool = False
) -> None:
    changes = []
    for issue in issues:
        old = issue.classification
        if old is not None and old.rule == BY_USER and not again:
            continue
        verdict = _verdict(issue, pack)
        if verdict != old:
            changes.append(Classified(issue.fingerprint, verdict))
    if changes:
        store.commit(*changes, actor="classify")


def _verdict(counted: Issue | Tally, pack: RulePack) -> Classification:
    return judge(
        counted.samples[0],
        buckets=counted.buckets,
        crashes=counted.crashes,
        pack=pack,
    )


def _issue(tally: Tally, stored: Issue | None, pack: RulePack) -> Issue:
    """The issue as this scan saw it, under the id and the verdict that a person gave it."""
    verdict = _verdict(tally, pack)
    if stored and stored.classification and stored.classification.rule == BY_USER:
        verdict = stored.classification
    issue = Issue(
        id=stored.id if stored else short_id(tally.fingerprint),
        fingerprint=tally.fingerprint,
        count=tally.count,
        first_seen=tally.first_seen,
        last_seen=tally.last_seen,
        samples=tally.samples,
        buckets=tally.buckets,
        classification=verdict,
        crashes=tally.crashes,
    )
    return replace(issue, status=stored.status) if stored else issue


def short_id(name: str) -> str:
    """The id of a fingerprint that no state has named: `EW-` and 8 hex digits."""
    return f"EW-{name.partition(':')[2][:8]}"


def _worst_first(issue: Issue) -> tuple[int, int, str]:
    severity = issue.classification.severity if issue.classification else Severity.INFO
    return (-severity.rank, -issue.count, issue.fingerprint)


def _summaries(readings: Sequence[Reading], names: Mapping[str, str]) -> tuple[InputSummary, ...]:
    """One line an argument; the files of a directory are added up."""
    grouped: dict[str, list[Reading]] = {reading.input: [] for reading in readings}
    for reading in readings:
        grouped[reading.input].append(reading)
    return tuple(
        InputSummary(
            input=name,
            lines=sum(one.lines for one in several),
            bytes=sum(one.bytes for one in several),
            events=sum(one.whole.events for one in several),
            issues=len({names[key] for one in several for key in one.whole.tallies}),
        )
        for name, several in grouped.items()
    )
