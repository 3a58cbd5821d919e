"""An issue -> why its events are together, by the building blocks of the fingerprints."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.group import fingerprint, template, v1
from errwatch.group.rules import GroupRule
from errwatch.model.event import Event
from errwatch.model.explanation import Explanation, Ground
from errwatch.model.grouping import Grouping
from errwatch.model.issue import Issue


def explain_issue(issue: Issue, rules: Sequence[GroupRule] = ()) -> list[Explanation]:
    """Once for each fingerprint among the samples, the issue's own first."""
    found = {one.fingerprint: one for one in (explain(event, rules) for event in issue.samples)}
    return sorted(found.values(), key=lambda one: one.fingerprint != issue.fingerprint)


def merged_into(issue: Issue, known: Grouping) -> dict[str, str | None]:
    """Fingerprints whose events are counted in the issue, with their templates where kept."""
    names = sorted(name for name, home in known.issues.items() if home == issue.fingerprint)
    return {name: known.templates.get(name) for name in names if name != issue.fingerprint}


def split_from(issue: Issue, known: Grouping) -> list[str]:
    """Fingerprints that a person took out of the issue, or the issues that it was taken out of."""
    names = {name for name, home in known.issues.items() if home == issue.fingerprint}
    others = {left for one, left in known.apart if one in names}
    return sorted(others | {one for one, left in known.apart if left in names})


def explain(event: Event, rules: Sequence[GroupRule] = ()) -> Explanation:
    """What the fingerprint of an event is made of."""
    rule = next((rule for rule in rules if rule.matches(event)), None)
    if rule is not None:
        return Explanation(rule.fingerprint, Ground.RULE, template=rule.name)
    name, types = fingerprint(event), tuple(one.type for one in event.exceptions if one.type)
    frames = tuple(tuple(keys) for keys in v1.frame_keys(event.exceptions))
    if event.key:
        return Explanation(name, Ground.KEY, template=event.key)
    if any(frames):
        in_app = any(frame.in_app for one in event.exceptions for frame in one.frames)
        ground = Ground.IN_APP_FRAMES if in_app else Ground.ALL_FRAMES
        return Explanation(name, ground, types, frames)
    ground = Ground.TYPES_AND_TEMPLATE if event.exceptions else Ground.TEMPLATE
    return Explanation(name, ground, types, template=template(event.message))
