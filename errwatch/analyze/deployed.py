"""The commit that ran, where the log names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from errwatch import lazy_re as re
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
    names = [given] if given else list(_spellings(event.text))[:MOST]
    found = (history.resolve(name) for name in names)
    return next((commit for commit in found if commit), None)


def named(text: str) -> list[str]:
    """The commits and releases that a log calls so."""
    return [match[1] for match in _NAMED.finditer(text)]


def _spellings(text: str) -> Iterator[str]:
    """What their tags may be called."""
    for name in named(text):
        yield name
        if name[:1].isdigit() and "." in name:
            yield f"v{name}"


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
