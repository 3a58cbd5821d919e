"""Issue + repository -> Analysis: suspects, the culprit's source and blame, causes, kin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from errwatch.analyze.causes import kind_of, root_causes
from errwatch.analyze.circumstances import changed_since, factors, newly_written
from errwatch.analyze.deployed import changed, deployed
from errwatch.analyze.genuine import judge
from errwatch.analyze.moves import moved
from errwatch.analyze.relations import relations, suspicions
from errwatch.analyze.suspects import frames, places, raised_by, ranked
from errwatch.analyze.usage import Usage
from errwatch.code.history import History
from errwatch.code.locate import Locator
from errwatch.code.place import Place
from errwatch.interfaces import Analyst, Repository, Tree
from errwatch.model.analysis import Analysis, Blame, Excerpt, Mention, Opinion, Suspect
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.issue import Issue

AROUND = 4
"""Lines of source shown on each side of the culprit."""
LONGEST = 200
"""Lines of a function whose history is asked for."""
MOST_CALLS = 5
"""Callers and tests that are listed."""
MOST_NAMED = 5
"""Frames that a note names."""


def analyze(
    issue: Issue,
    repository: Repository,
    others: Sequence[Issue] = (),
    *,
    ran: str | None = None,
) -> Analysis:
    """Find where an issue comes from at the head of the default branch, and why.

    `ran` names the commit that ran, where the log does not. Raises RepositoryUnusable. A trace that
    is not of this repository gives no suspects, and a note.
    """
    tree, event = repository.tree(), issue.event
    locator = Locator(tree)
    found = _found(event, locator, repository, tree.commit)
    commit = deployed(event, repository, ran)
    verdict = judge(found, repository, tree.commit, commit)
    since = changed(found, repository, commit, tree.commit) if commit else ()
    said = (*repository.notes(), *_notes(event, found), *verdict.notes, *since)
    if verdict.forged:
        bare = Analysis(issue.fingerprint, str(repository.root), tree.commit)
        return replace(bare, notes=said, quarantine=verdict.forged)
    usage = Usage(partial(repository.mentions, tree.commit), locator)
    known = _explained(issue, repository, tree.commit, found)
    suspects = ranked(event, found, usage)
    written = _written(issue, repository, tree.commit, suspects, found, locator)
    kin = relations(issue, others)
    tests = called_at(usage.tests, suspects)
    return replace(
        known,
        suspects=suspects,
        related=tuple(relation.issue for relation in kin),
        relations=kin,
        callers=called_at(usage.callers, suspects),
        tests=tests,
        contributing_factors=(
            *known.contributing_factors,
            *written,
            *suspicions(issue, others, kin),
        ),
        recommendations=(*known.recommendations, *_about_tests(suspects, tests)),
        notes=(*said, *known.notes),
    )


def with_opinion(
    issue: Issue, analysis: Analysis, tree: Tree, analyst: Analyst | None, before: Analysis | None
) -> Analysis:
    """With what the analyst concludes, or a note why it does not; without a new opinion, that of
    `before` stays while the code does."""
    if analysis.quarantine:
        return analysis
    opinion = analyst.opinion(issue, analysis, tree) if analyst else None
    if isinstance(opinion, str):
        note = f"no opinion of a model: {opinion}"
        analysis = replace(analysis, notes=(*analysis.notes, note))
    if isinstance(opinion, Opinion):
        return replace(analysis, opinion=opinion)
    same = before is not None and before.commit == analysis.commit
    return replace(analysis, opinion=before.opinion) if before and same else analysis


def _written(
    issue: Issue,
    repository: Repository,
    commit: str,
    suspects: Sequence[Suspect],
    found: Sequence[Place],
    locator: Locator,
) -> tuple[str, ...]:
    """What history says of the first suspect, where that is not the place that is shown."""
    if not suspects or (suspects[0].file, suspects[0].function) == (
        found[0].file,
        found[0].function,
    ):
        return ()
    first, source = suspects[0], locator.source(suspects[0].file)
    lines = [one for one in source.functions if one.name == first.function] if source else []
    if not lines:
        return ()
    last = min(lines[0].last, lines[0].first + LONGEST)
    blame = repository.blame(commit, first.file, lines[0].first, last)
    return tuple(newly_written(issue, first.function, blame))


def called_at(
    search: Callable[[str], Sequence[Mention]], suspects: Sequence[Suspect]
) -> tuple[str, ...]:
    """Where the first suspect is called; names that the language gives are too many to look up."""
    name = suspects[0].function.rpartition(".")[2] if suspects else ""
    if not name.isidentifier() or name.startswith("__"):
        return ()
    return tuple(f"{one.file}:{one.line}" for one in search(name)[:MOST_CALLS])


def _about_tests(suspects: Sequence[Suspect], tests: Sequence[str]) -> Iterator[str]:
    if suspects and tests:
        yield f"extend {tests[0]}, which calls {suspects[0].function}, with what the trace shows"
    elif suspects:
        yield f"add a test that goes through {suspects[0].function} with what the trace shows"


def _found(event: Event, locator: Locator, history: History, head: str) -> list[Place]:
    """The places of the trace, those in files that moved since among them."""
    found = places(event, locator)
    elsewhere = moved(_missing(event, found), found, locator, history, head)
    return places(event, locator, elsewhere) if elsewhere else found


def _explained(
    issue: Issue, repository: Repository, commit: str, found: Sequence[Place]
) -> Analysis:
    """What the code at the first place says, and who wrote it."""
    event = issue.event
    exception = raised_by(event, found[0].frame) if found else next(iter(event.exceptions), None)
    excerpt = _excerpt(found[0]) if found else None
    blame = _blame(repository, commit, excerpt) if excerpt else ()
    causes = root_causes(exception, found)
    return Analysis(
        issue=issue.fingerprint,
        repository=str(repository.root),
        commit=commit,
        excerpt=excerpt,
        blame=blame,
        root_causes=causes,
        contributing_factors=factors(issue, blame),
        recommendations=tuple(dict.fromkeys(_recommendations(issue, exception, found))),
        notes=tuple(changed_since(issue, blame, excerpt.marked)) if excerpt else (),
        confidence=max((cause.confidence for cause in causes), default=0.0),
    )


def _excerpt(place: Place) -> Excerpt:
    first = max(place.line - AROUND, 1)
    lines = place.source.lines[first - 1 : place.line + AROUND]
    return Excerpt(place.file, first, place.line, tuple(lines))


def _blame(repository: Repository, commit: str, excerpt: Excerpt) -> tuple[Blame, ...]:
    """One entry a commit, at the line nearest to the culprit; the culprit's own first."""
    last = excerpt.first + len(excerpt.lines) - 1
    if last < excerpt.first:
        return ()
    every = repository.blame(commit, excerpt.file, excerpt.first, last)
    nearest: dict[str, Blame] = {}
    for one in sorted(every, key=lambda one: abs(one.line - excerpt.marked)):
        nearest.setdefault(one.commit, one)
    return tuple(nearest.values())


def _recommendations(
    issue: Issue, exception: ExceptionInfo | None, found: Sequence[Place]
) -> Iterator[str]:
    kind = kind_of(exception) if exception else None
    if found and kind:
        yield f"{found[0].at}: {kind.advice}"
    if issue.classification and issue.classification.suggested_fix:
        yield issue.classification.suggested_fix


def _notes(event: Event, found: Sequence[Place]) -> Iterator[str]:
    yield from dict.fromkeys(place.moved for place in found if place.moved)
    missing = [f"{frame.file}:{frame.line}" for frame in _missing(event, found)]
    if missing:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        named = ", ".join(missing[:MOST_NAMED]) + more
        yield (
            f"not in this repository: {named}" if found else f"no frame is here; looked at {named}"
        )
    elif not found:
        yield "the log names no place in the code"


def _missing(event: Event, found: Sequence[Place]) -> list[Frame]:
    """The user's frames that are not in the repository; all frames where none is."""
    placed = {place.frame for place in found}
    own = dict.fromkeys(frame for frame in frames(event) if frame.in_app or not found)
    return [frame for frame in own if frame not in placed]
