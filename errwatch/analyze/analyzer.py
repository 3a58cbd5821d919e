"""Issue + repository -> Analysis: suspects, the culprit's source and blame, causes, kin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from errwatch.analyze.causes import kind_of, root_causes
from errwatch.analyze.circumstances import changed_since, factors, related
from errwatch.analyze.suspects import frames, places, raised_by, ranked
from errwatch.analyze.usage import Usage
from errwatch.code.locate import Locator
from errwatch.code.place import Place
from errwatch.interfaces import Repository
from errwatch.model.analysis import Analysis, Blame, Excerpt
from errwatch.model.event import Event, ExceptionInfo
from errwatch.model.issue import Issue

AROUND = 4
"""Lines of source shown on each side of the culprit."""
MOST_NAMED = 5
"""Frames that a note names."""


def analyze(issue: Issue, repository: Repository, others: Sequence[Issue] = ()) -> Analysis:
    """Find where an issue comes from at the head of the default branch, and why.

    Raises RepositoryUnusable. A trace that is not of this repository gives no suspects, and a note.
    """
    tree = repository.tree()
    event = issue.event
    locator = Locator(tree)
    found = places(event, locator)
    exception = raised_by(event, found[0].frame) if found else next(iter(event.exceptions), None)
    excerpt = _excerpt(found[0]) if found else None
    blame = _blame(repository, tree.commit, excerpt) if excerpt else ()
    causes = root_causes(exception, found)
    since = changed_since(issue, blame, excerpt.marked) if excerpt else ()
    return Analysis(
        issue=issue.fingerprint,
        repository=str(repository.root),
        commit=tree.commit,
        suspects=ranked(event, found, Usage(partial(repository.mentions, tree.commit), locator)),
        excerpt=excerpt,
        blame=blame,
        root_causes=causes,
        contributing_factors=factors(issue, blame),
        related=related(issue, others),
        recommendations=tuple(dict.fromkeys(_recommendations(issue, exception, found))),
        notes=(*repository.notes(), *_notes(event, found), *since),
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
    if found:
        yield f"add a test that goes through {found[0].function} with what the trace shows"


def _notes(event: Event, found: Sequence[Place]) -> Iterator[str]:
    yield from dict.fromkeys(place.moved for place in found if place.moved)
    placed = {place.frame for place in found}
    own = dict.fromkeys(frame for frame in frames(event) if frame.in_app or not found)
    missing = [f"{frame.file}:{frame.line}" for frame in own if frame not in placed]
    if missing:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        named = ", ".join(missing[:MOST_NAMED]) + more
        yield (
            f"not in this repository: {named}" if found else f"no frame is here; looked at {named}"
        )
    elif not found:
        yield "the log names no place in the code"
