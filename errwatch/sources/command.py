"""A command that is run again and again, and what it writes as one text a run."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from errwatch.errors import SourceError
from errwatch.model.position import Said
from errwatch.redact.text import redact
from errwatch.sources.child import Child
from errwatch.sources.stream import Closed, Opened, Outlet

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until it is started again, doubled after each run that was no longer than `HEALTHY`."""

HEALTHY = 60.0
"""Seconds that a run must last to be forgiven those before."""

WORDS, EVERY = 10, 60.0
"""Lines of its standard error that are told within so many seconds."""

LONGEST_LINE = 500


@dataclass(slots=True)
class Murmur:
    """What a command says on its standard error, as far as a person can bear it."""

    clock: Callable[[], float]
    _part: bytes = b""
    _since: float = float("-inf")
    _told: int = 0
    _held: int = 0

    def lines(self, data: bytes) -> list[str]:
        """What to tell now that `data` came."""
        *whole, self._part = (self._part + data).split(b"\n")
        self._part = self._part[: 2 * LONGEST_LINE]
        return [text for line in whole for text in self._line(line)]

    def rest(self) -> list[str]:
        """At the end of a run."""
        part, self._part = self._part, b""
        return [*self._line(part), *self._withheld()]

    def _line(self, line: bytes) -> list[str]:
        text = redact(line[: 2 * LONGEST_LINE].decode("utf-8", "replace").strip())[:LONGEST_LINE]
        if not text:
            return []
        said: list[str] = []
        if self.clock() - self._since >= EVERY:
            said, self._told, self._since = self._withheld(), 0, self.clock()
        if self._told >= WORDS:
            self._held += 1
            return said
        self._told += 1
        return [*said, text]

    def _withheld(self) -> list[str]:
        held, self._held = self._held, 0
        return [f"said {held} more lines on its standard error"] if held else []


@dataclass(slots=True)
class Command:
    """Implements `errwatch.sources.stream.Producer`.

    `restarts`: how often it is started again at most, if it ends soon each time; None: always.
    """

    name: str
    words: Sequence[str]
    restarts: int | None = None
    clock: Callable[[], float] = time.monotonic
    _told: str = field(default="", init=False)
    """How it ended, as it was last told."""

    def run(self, outlet: Outlet) -> None:
        pause, failures = FIRST_PAUSE, 0
        while not outlet.stop.is_set():
            begun = self.clock()
            ended = self._once(outlet)
            if outlet.stop.is_set():
                return
            if self.clock() - begun >= HEALTHY:
                pause, failures, self._told = FIRST_PAUSE, 0, ""
            failures += 1
            if self.restarts is not None and failures > self.restarts:
                outlet.put(self._verdict(ended))
                return
            if str(ended) != self._told:
                self._told = str(ended)
                outlet.put(ended)
            outlet.stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _verdict(self, ended: Said | SourceError) -> Said | SourceError:
        """Of a run after which there is no other."""
        if isinstance(ended, SourceError) or not ended.text.endswith(" 0"):
            return SourceError(f"{ended}; it is not started again")
        return ended

    def _once(self, outlet: Outlet) -> Said | SourceError:
        """Run it; how it ended."""
        murmur = Murmur(self.clock)
        try:
            with Child(self.name, self.words) as child:
                outlet.put(Opened())
                for descriptor, data in child.output(outlet.stop.is_set):
                    if descriptor == 1:
                        outlet.put(data)
                    else:
                        for line in murmur.lines(data):
                            outlet.put(Said(self.name, line))
        except SourceError as error:
            return error
        outlet.put(Closed())
        for line in murmur.rest():
            outlet.put(Said(self.name, line))
        return Said(self.name, f"the command {_ending(child.exit_code)}")


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
