"""Ranges of time, read whole from a service whose answers hold only the newest of so many entries.

What filled an answer is asked for again, in shorter ranges, the first one first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from errwatch.sources.backend import Busy
from errwatch.sources.entries import Entry

WIDEST = 400 * 24 * 3600 * 1_000_000_000
"""Nanoseconds of one question; more than anybody keeps logs for."""

STEP = 1_000_000
"""Nanoseconds of the shortest; some services cut moments to milliseconds."""

PATIENT = 1_000_000_000
"""Nanoseconds from which on a question may be too slow because it is too long."""

ROOMY = 0.25
"""The part of an answer that may be filled, where the next question is longer."""

MOST_TIMES = 64
"""As many times longer, at most."""


class Slow(Busy):
    """It took too long. Half the time is asked for from then on."""


@dataclass(frozen=True, slots=True)
class Answer:
    entries: Sequence[Entry]
    """Of the time that was asked for, the oldest first."""
    filled: float
    """How much of what an answer holds there was; from 1 on, older entries may be missing."""


Ask = Callable[[int, int], Answer]
"""What is from one moment on, before another. Raises SourceError."""

Take = Callable[[int, int], Sequence[Entry]]
"""All of a time that is no longer than `STEP`, and still fills an answer. Raises SourceError."""


class Windows:
    """Remembers what length of time suits the service."""

    def __init__(self) -> None:
        self._span = WIDEST

    def read(
        self, since: int, until: int, ask: Ask, take: Take, stopped: Callable[[], bool]
    ) -> Iterator[list[Entry]]:
        """All entries from `since` on, before `until`, page by page, the oldest first."""
        ends = [until]
        while ends and not stopped():
            if ends[-1] <= since:
                ends.pop()
                continue
            end = min(ends[-1], since + self._span)
            answer = self._asked(ask, since, end)
            if answer.filled >= 1 and end - since > STEP:
                ends += self._nearer(answer.entries, since, end)
                continue
            yield list(answer.entries if answer.filled < 1 else take(since, end))
            since = end

    def _asked(self, ask: Ask, since: int, end: int) -> Answer:
        try:
            answer = ask(since, end)
        except Slow:
            self._span = max(PATIENT, (end - since) // 2)
            raise
        if answer.filled < ROOMY:
            times = max(2, min(MOST_TIMES, int(ROOMY / max(answer.filled, 0.001))))
            self._span = min(times * self._span, WIDEST)
        return answer

    def _nearer(self, entries: Sequence[Entry], since: int, end: int) -> list[int]:
        """Ends to read up to, the last one first, and a shorter length, after a full answer."""
        if not entries:  # all that filled it lies beyond the end
            return [end - STEP]
        first, quarter = entries[0].ns, entries[len(entries) // 4].ns
        if quarter - first < STEP:
            return [min(first + STEP, end), first]
        self._span = max(STEP, min(end - quarter, (end - since) // 2))
        return []
