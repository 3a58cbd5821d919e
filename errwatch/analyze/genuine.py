"""Whether a trace shows the repository's code, as it is or as it was.

Log text is written by strangers: a made-up trace must not lead anyone to a place in the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from errwatch.analyze.usage import is_test
from errwatch.code.history import History
from errwatch.code.paths import parts_of, plausible, shared_end
from errwatch.code.place import Place
from errwatch.model.event import Frame

ALIKE = 0.6
"""Lines that agree so far were the same line before it was changed, redacted or cut."""
LONGEST = 500
"""Characters of a line that are compared."""
MOST = 3
"""Frames whose line is looked for in history."""


@dataclass(frozen=True, slots=True)
class Verdict:
    forged: str | None = None
    """What of the trace was never in the repository."""
    notes: tuple[str, ...] = ()


def judge(found: Sequence[Place], history: History, commit: str, deployed: str | None) -> Verdict:
    """`deployed` is the commit that ran, where that is known."""
    strange = [place for place in found if _differs(place)]
    notes = []
    for place in strange[:MOST]:
        known = _at_deployed(place, history, deployed) if deployed else None
        if known:
            continue
        code = place.frame.code or ""
        gone = history.dropped(commit, place.file, code) if known is None else None
        if gone is not None:
            notes.append(f"{place.file}: `{code[:80]}` is gone since {gone.commit[:8]}")
        elif history.is_whole():
            where = f"{deployed[:8]} has" if deployed else "its history knows"
            line = f"line {place.frame.line} of the trace"
            return Verdict(f"{place.file}: {line} reads as no line that {where}", tuple(notes))
    return Verdict(notes=tuple(notes))


def _differs(place: Place) -> bool:
    """Whether the file is the frame's by its path, and holds nothing like the frame's line.

    Scripts without a suffix are made anew where they are installed, and tests are not deployed.
    """
    if place.shown or not place.frame.in_app or not _by_path(place.frame, place.file):
        return False
    if "." not in place.file.rpartition("/")[2] or is_test(place.file):
        return False
    return not any(_alike(place.frame.code or "", text) for text in _around(place))


def _around(place: Place) -> Iterator[str]:
    yield place.code
    line = place.frame.line or 0
    yield from (place.source.code(number) for number in range(line - 2, line + 3))
    for each in place.source.functions:
        if each.name == place.function:
            yield from (place.source.code(number) for number in range(each.first, each.last + 1))


def _alike(one: str, other: str) -> bool:
    words = (" ".join(one[:LONGEST].split()), " ".join(other[:LONGEST].split()))
    if not all(words):
        return False
    matcher = SequenceMatcher(None, *words, autojunk=False)
    return words[1].startswith(words[0]) or (
        matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
    )


def _by_path(frame: Frame, file: str) -> bool:
    trace, path = parts_of(frame), file.split("/")
    return plausible(trace, path, shared_end(trace, path))


def _at_deployed(place: Place, history: History, deployed: str) -> bool | None:
    """Whether the deployed file holds the line; None where it has no such file."""
    text = history.text_at(deployed, place.file)
    if text is None:
        return None
    return any(line.strip() == place.frame.code for line in text.split("\n"))
