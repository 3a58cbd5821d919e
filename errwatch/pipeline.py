"""From a log line to a proven change, step by step. Start reading here.

    bytes -> Detector -> Event -> redacted -> fingerprint -> Partial -> state      scan, watch
    state -> classify -> analyze -> fix -> state                                   one step each
    state -> report                                                                reporting.py

Each step reads and writes the state, so that any one of them can be run again alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from errwatch.classify.classifier import classify as judge
from errwatch.classify.rules import RulePack
from errwatch.detect.lines import LOOKBACK_BYTES
from errwatch.errors import SourceError, StateConflict, UsageError
from errwatch.eyes import Eyes
from errwatch.group.relation import issue_names, merges
from errwatch.intake import Intake, Memory, Witness, identified
from errwatch.interfaces import Analyst, Problem, Repository, Source, StateReader, Store
from errwatch.later import later
from errwatch.model.alert import Heard
from errwatch.model.analysis import Analysis
from errwatch.model.change import Analysed, Classified, Counted, Fixed
from errwatch.model.classification import BY_USER, Classification
from errwatch.model.counting import counted
from errwatch.model.event import Event
from errwatch.model.fix import Fix
from errwatch.model.grouping import Grouping
from errwatch.model.issue import Issue, Status
from errwatch.model.levels import Level, Severity
from errwatch.model.partial import Partial, Tally
from errwatch.model.position import Position
from errwatch.model.pull_request import branch_of, did_not_stand
from errwatch.model.result import InputSummary, ScanResult
from errwatch.spool import Spool

if TYPE_CHECKING:
    from errwatch.analyze import analyzer
    from errwatch.fix import loop
else:
    analyzer, loop = later("errwatch.analyze.analyzer"), later("errwatch.fix.loop")

SAVED_SOURCES, SAVED_BYTES = 500, 8 * 1024 * 1024
"""What a scan reads before it saves: as many sources, or as many bytes of them."""


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


Reader = Callable[[Source, Eyes, Witness | None], Reading]
"""Reads one open source to its end. Raises SourceError."""


def read(
    source: Source,
    eyes: Eyes,
    witness: Witness | None,
    advance: Callable[[int], None] = lambda _bytes: None,
    memory: Memory | None = None,
) -> Reading:
    """Read one open source to its end; `advance` hears of the bytes, `memory` holds what the eyes
    know from other sources. Raises SourceError."""
    lead, sequel = source.lead(), source.sequel()
    memory = memory or Memory()
    detector = eyes.detector(source.name, memory, start=-len(lead), line=-lead.count(b"\n"))
    intake = Intake(source, eyes.window, memory.naming(eyes.groups, eyes.addresses), witness)
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
    state: StateReader | None = None,
    failures: Sequence[str] = (),
    witness: Witness | None = None,
    reader: Reader = read,
) -> ScanResult:
    """Read every source once; save what is new to `store`, where there is one.

    What a person decided holds as it stands there, or else in `state`, which nothing is added to.
    A source that cannot be read is a failure of the result, and hides no other.
    """
    state = store or state
    before = frozenset(issue.fingerprint for issue in state.issues()) if state else frozenset()
    with Spool() as events:
        watch = events.add if witness else None
        saving = _Saving(store, before, lambda one: reader(one, eyes, None)) if store else None
        readings, failed = _read_all(sources, eyes, saving, watch, reader)
        total = Partial().merge(*(one.whole for one in readings))
        names = issue_names(total, state.grouping() if state else Grouping())
        for fingerprint, event in events:
            if witness:
                witness(names.get(fingerprint, fingerprint), event)
    found = total.under(names)
    known = {i.fingerprint: i for i in state.issues()} if state else {}
    if store is not None:
        _classify_stored([known[name] for name in found.tallies if name in known], eyes.pack, store)
    new = frozenset(found.tallies) - before if state else frozenset[str]()
    issues = [_issue(tally, known.get(name), eyes.pack) for name, tally in found.tallies.items()]
    if state is not None:
        issues = [_seen_again(issue, new) for issue in issues]
    return ScanResult(
        inputs=_summaries(readings, names),
        issues=tuple(sorted(issues, key=_worst_first)),
        failures=(*failures, *failed),
        new=new,
        unsaved=frozenset(found.tallies) - known.keys() if store else frozenset(),
        names=names,
    )


@dataclass(slots=True)
class _Saving:
    """Saves what is new in many small sources at once, for each commit waits for the disk."""

    store: Store
    before: frozenset[str]
    """The issues that were there when the scan began."""
    again: Callable[[Source], Reading]
    waiting: list[tuple[Source, Counted]] = field(default_factory=list)
    bytes: int = 0

    def add(self, source: Source, reading: Reading) -> None:
        """An open source that was read. Raises StateError."""
        place = source.position(reading.resume_at, lines=reading.resume_line, starts=reading.starts)
        self.waiting.append((source, Counted(reading.fresh, place, None, self.before)))
        self.bytes += reading.bytes
        if self.bytes >= SAVED_BYTES or len(self.waiting) >= SAVED_SOURCES:
            self.save()

    def save(self) -> None:
        """All that waits, in one commit. Raises StateError."""
        waiting, self.waiting, self.bytes = self.waiting, [], 0
        try:
            places = [replace(counted, partial=Partial()) for _, counted in waiting]
            whole = Partial().merge(*(counted.partial for _, counted in waiting))
            save_all([*places, Counted(whole, None, None, self.before)], self.store, actor="scan")
        except StateConflict:
            # A watcher counted some of it meanwhile: read again, against what is counted now.
            for source, _ in waiting:
                with source:
                    self.add(source, self.again(source))
                self.save()


def _read_all(
    sources: Sequence[Source],
    eyes: Eyes,
    saving: _Saving | None,
    witness: Witness | None,
    reader: Reader,
) -> tuple[list[Reading], list[str]]:
    """What could be read, and why the rest could not."""
    readings, failed = list[Reading](), list[str]()
    for source in (*sources, None):
        try:
            if source is not None:
                with source:
                    readings.append(reader(source, eyes, witness))
                    failed += source.gaps()
                    if saving:
                        saving.add(source, readings[-1])
            elif saving:
                saving.save()
        except SourceError as error:
            failed.append(str(error))
    return readings, failed


def save(
    partial: Partial,
    position: Position | None,
    store: Store,
    *,
    actor: str,
    heard: Heard | None = None,
    before: frozenset[str] | None = None,
) -> None:
    """Commit what was counted, with the merges that follow from it. Raises StateError.

    `before`: the issues that were there before this run, where it commits more than once.
    """
    save_all([Counted(partial, position, heard, before)], store, actor=actor)


def save_all(some: Sequence[Counted], store: Store, *, actor: str) -> None:
    """As `save`, for several sources in one commit."""
    whole = Partial().merge(*(one.partial for one in some))
    store.commit(*merges(whole, store.grouping(whole.tallies)), *some, actor=actor)


def classify(
    issues: Sequence[Issue], pack: RulePack, store: Store, *, again: bool = False
) -> list[Issue]:
    """Judge stored issues by the rules, except where a person has; `again` overrules even that."""
    verdicts = _classify_stored(issues, pack, store, again=again)
    return [
        replace(issue, classification=verdicts.get(issue.fingerprint, issue.classification))
        for issue in issues
    ]


def judge_text(text: bytes, eyes: Eyes) -> list[Issue]:
    """Classify log text that no source holds; a text without a level is taken for an error."""
    detector = eyes.detector("-", Memory())
    events = detector.feed(text) + detector.flush()
    if not events and text.strip():
        words = text.decode("utf-8", "replace").strip()
        events = [Event("-", 1, 0, len(text), Level.ERROR, words, words)]
    tallies = counted(identified(events, eyes.groups, addresses=eyes.addresses)).tallies.values()
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


def analyze(
    issue: Issue,
    repository: Repository,
    store: Store,
    *,
    ran: str | None = None,
    analyst: Analyst | None = None,
) -> Analysis:
    """Find where an issue comes from, and keep the answer. `ran` names the commit that ran."""
    others = [other for other in store.issues() if other.fingerprint != issue.fingerprint]
    analysis = analyzer.analyze(issue, repository, others, ran=ran)
    before = store.analysis(issue.fingerprint)
    analysis = analyzer.with_opinion(issue, analysis, repository.tree(), analyst, before)
    store.commit(Analysed(analysis), actor="analyze")
    return analysis


def fix(
    issue: Issue, repository: Repository, workshop: loop.Workshop, store: Store, *, now: datetime
) -> Fix:
    """Analyze, let the engines propose, prove, and put what stands on a branch."""
    analysis = analyze(issue, repository, store)
    rejected = tuple(one.diff for one in store.fixes(issue.fingerprint) if did_not_stand(one))
    problem = Problem(issue, analysis, repository.tree(), rejected)
    result = loop.repair(problem, repository, workshop, branch=branch_of(issue), created_at=now)
    return store.commit(Fixed(result), actor="fix")[0]


def _classify_stored(
    issues: Iterable[Issue], pack: RulePack, store: Store, *, again: bool = False
) -> dict[str, Classification]:
    """Those that changed, by the fingerprint of the issue."""
    verdicts = {}
    for issue in issues:
        old = issue.classification
        if old is not None and old.rule == BY_USER and not again:
            continue
        verdict = _verdict(issue, pack)
        if verdict != old:
            verdicts[issue.fingerprint] = verdict
    if verdicts:
        store.commit(*(Classified(*pair) for pair in verdicts.items()), actor="classify")
    return verdicts


def _verdict(counted: Issue | Tally, pack: RulePack) -> Classification:
    return judge(counted.samples[0], buckets=counted.buckets, crashes=counted.crashes, pack=pack)


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


def _seen_again(issue: Issue, new: Collection[str]) -> Issue:
    """In a scan, `new` is what the state had not seen before it."""
    again = issue.status is Status.NEW and issue.fingerprint not in new
    return replace(issue, status=Status.ONGOING) if again else issue


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
