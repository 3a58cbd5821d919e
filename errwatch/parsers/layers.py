"""Prefixes and records that a collector wraps around every line, peeled one at a time.

A layer names the stream that the line belongs to, so that interleaved output can be told apart,
and what the collector adds: the time at which it saw the line, sometimes a level.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from errwatch.model.levels import Level


class Layer(NamedTuple):
    stream: str
    time: datetime | None
    stamped: bool
    """Each line is an entry of its own; where a collector only splits what a program writes, a line
    may be the continuation of the one before."""
    rest: str
    """The line as the program wrote it, with its indentation."""
    level: Level | None = None
    """As the collector has it; what the line itself says is better."""
    order: int | None = None
    """Nanoseconds by which the entries of one stream are sorted, whatever order they come in."""
    part: bool = False
    """The rest of the line comes in the next record of the stream."""
    container: bool = False
    """A container runtime's layer: it is here that long lines are cut into parts."""

    def inside(self, outer: Layer) -> Layer:
        """This layer, found in the text of `outer`."""
        return self._replace(
            stream=f"{outer.stream} {self.stream}".strip() if outer.stream else self.stream,
            time=self.time or outer.time,
            stamped=self.stamped or outer.stamped,
            level=self.level or outer.level,
            order=self.order if outer.order is None else outer.order,
            part=self.part or outer.part,
            container=self.container or outer.container,
        )


Peel = Callable[[str, datetime | None], Layer | None]
MAX_LAYERS = 4


def bare(text: str) -> Layer:
    """No layer at all."""
    return Layer("", None, False, text)
