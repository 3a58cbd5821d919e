"""Which events are the same error: fingerprints, templates, merging of near-duplicates. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.group import v1
from errwatch.group.merge import merged
from errwatch.model.event import Event

__all__ = ["fingerprint", "group_messages", "template"]


def fingerprint(event: Event) -> str:
    """`v1:` and 32 hex digits: the same for the same error on every machine and in any order."""
    return v1.of_event(event)


def template(message: str) -> str:
    """The message with its variable parts replaced by `<*>`."""
    return v1.template(message)


def group_messages(messages: Sequence[str]) -> list[str]:
    """One label a message; any order of the same messages gives the same groups."""
    templates = {message: template(message) for message in set(messages)}
    groups = merged(templates.values())
    return [groups[templates[message]] for message in messages]
