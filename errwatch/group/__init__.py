"""Which events are the same error: fingerprints, templates, merging of near-duplicates. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.group import v1
from errwatch.group.relation import relation
from errwatch.group.rules import GroupRule, of_key, of_rule
from errwatch.model.event import Event
from errwatch.model.partial import Named

__all__ = ["fingerprint", "group_messages", "named", "template"]


def fingerprint(event: Event) -> str:
    """`v1:` and 32 hex digits: the same for the same error on every machine and in any order.

    A pure function of the event: of the key that the log itself gives, if any; else of the
    exceptions' types and the in-app frames (file and function, not lines), else of all frames, else
    of the message's template. Takes a redacted event, as every event of a `ScanResult` is; never
    raises.

    >>> from errwatch.model.event import Event
    >>> from errwatch.model.levels import Level
    >>> one = Event("a.log", 1, 0, 60, Level.ERROR, "disk 7 is full", "disk 7 is full")
    >>> other = Event("b.log", 9, 400, 460, Level.ERROR, "disk 12 is full", "disk 12 is full")
    >>> fingerprint(one)
    'v1:51bafd18bfc95bd2751848ed293d561d'
    >>> fingerprint(one) == fingerprint(other)
    True
    """
    return of_key(event) or v1.of_event(event)[0]


def named(event: Event, rules: Sequence[GroupRule] = ()) -> Named:
    """The event with its fingerprint, and with the template by which near-duplicates are told.

    What a user's rule or the log itself names has no near-duplicates.
    """
    if told := of_rule(event, rules) or of_key(event):
        return Named(told, event)
    name, line = v1.of_event(event)
    return Named(name, event, line)


def template(message: str) -> str:
    """The message with its variable parts replaced by `<*>`."""
    return v1.template(message)


def group_messages(messages: Sequence[str]) -> list[str]:
    """One label a message; any order of the same messages gives the same groups.

    Labels are opaque, and mean something within one call only: near-duplicates are told by
    comparing the messages that are there. Only the first line of a message that is not blank
    counts. Never raises; takes time in proportion to the number of messages.

    >>> labels = group_messages(["disk 7 is full", "no route to db", "disk 12 is full"])
    >>> labels[0] == labels[2], labels[0] == labels[1]
    (True, False)
    """
    templates = {message: template(message) for message in set(messages)}
    names = {line: v1.of_message(line) for line in set(templates.values())}
    groups = relation({name: line for line, name in names.items()})
    return [groups[names[templates[message]]] for message in messages]
