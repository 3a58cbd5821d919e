"""The commit that ran, where the log names it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from errwatch.code.history import History
from errwatch.code.place import Place
from errwatch.model.event import Event

_NAMED = re.compile(
    r"""\b(?:commit|revision|release|version|git_sha|git_commit|sha)["']? ?[=:] ?["']?"""
    r"""(?:[\w.-]{1,40}@)?(v?\d{1,4}(?:\.\d{1,4}){1,3}(?![\w.])|[0-9a-f]{7,40}\b)"""
)
MOST = 5
"""Names in one text that are looked up."""


def deployed(event: Event, history: History, given: str | None) -> str | None:
    """The commit that ran: the one given, else the first that the log names and git knows."""
    names = [given] if given else list(_names(event.text))[:MOST]
    found = (history.resolve(name) for name in names)
    return next((commit for commit in found if commit), None)


def _names(text: str) -> Iterator[str]:
    for match in _NAMED.finditer(text):
        yield match[1]
        if match[1][:1].isdigit() and "." in match[1]:
            yield f"v{match[1]}"


def changed(found: Sequence[Place], history: History, ran: str, head: str) -> Iterator[str]:
    """A note for each file of the trace that differs between what ran and what is analyzed."""
    if ran == head:
        return
    for source in dict.fromkeys(place.source for place in found):
        text = history.text_at(ran, source.path)
        if text is None:
            yield f"{source.path} is not in {ran[:8]}, which ran"
        elif text != source.text:
            yield f"{source.path} has changed since {ran[:8]}, which ran"
