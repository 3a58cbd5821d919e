"""Which fingerprints are one issue: what the templates say, and what the state has recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import nsmallest

from errwatch.group.merge import Groups
from errwatch.model.change import Merged
from errwatch.model.grouping import Grouping
from errwatch.model.partial import MAX_TEMPLATES, Partial


def relation(templates: Mapping[str, str], alone: Collection[str] = ()) -> dict[str, str]:
    """Fingerprint -> the smallest one of its group; those of `alone` are in none."""
    groups = Groups(templates[name] for name in nsmallest(MAX_TEMPLATES, templates))
    of = {name: groups.of(templates[name]) for name in sorted(templates) if name not in alone}
    smallest: dict[str, str] = {}
    for name, group in of.items():
        smallest.setdefault(group, name)
    return {name: smallest[group] for name, group in of.items()}


def _related(partial: Partial, known: Grouping) -> dict[str, str]:
    """The relation by templates, without what a person split off: that is like nothing else, though
    what it says of the others still counts."""
    alone = {name for name, _ in known.apart}
    return relation(known.templates | partial.templates, alone)


def merges(partial: Partial, known: Grouping) -> list[Merged]:
    """What has to be recorded so that near-duplicates among both are one issue."""
    issues = known.issues
    if partial.tallies.keys() <= issues.keys():
        return []
    related = _related(partial, known)
    return [
        Merged(name, first)
        for name, first in related.items()
        if issues.get(name, name) != issues.get(first, first)
    ]


def issue_names(partial: Partial, known: Grouping) -> dict[str, str]:
    """Fingerprint -> that of its issue; the smallest of its group where nothing is recorded."""
    if partial.tallies.keys() <= known.issues.keys():
        return {name: known.issues[name] for name in partial.tallies}
    related = _related(partial, known)
    recorded: dict[str, str] = {}
    for name, first in related.items():
        if name in known.issues:
            recorded.setdefault(first, known.issues[name])
    names = {}
    for name in partial.tallies:
        first = related.get(name, name)
        names[name] = known.issues.get(name) or recorded.get(first) or first
    return names
