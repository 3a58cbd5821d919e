"""Which events are the same error: fingerprints, templates, merging of near-duplicates. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.group import v1
from errwatch.group.relation import relation
from errwatch.model.event import Event
from errwatch.model.partial import Named

__all__ = ["fingerprint", "group_messages", "named", "template"]


def fingerprint(event: Event) -> str:
    """`v1:` and 32 hex digits: the same for the same error on every machine and in any order."""
    return v1.of_event(event)[0]


def named(event: Event) -> Named:
    """The event with its fingerprint, and with the template by which near-duplicates are told."""
    name, line = v1.of_event(event)
    return Named(name, event, line)


def template(message: str) -> str:
    """The message with its variable parts replaced by `<*>`."""
    return v1.template(message)


def group_messages(messages: Sequence[str]) -> list[str]:
    """One label a message; any order of the same messages gives the same groups."""
    templates = {message: template(message) for message in set(messages)}
    names = {line: v1.of_message(line) for line in set(templates.values())}
    groups = relation({name: line for line, name in names.items()})
    return [groups[names[templates[message]]] for message in messages]
