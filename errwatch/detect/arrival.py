"""Lines as they stand in the input -> lines as a program wrote them.

Container runtimes cut long lines into parts, and exports of log stores begin with the newest entry.
Here the parts are joined, and what lies upside down is turned, one stream at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from errwatch.detect.lines import RawLine
from errwatch.detect.stretches import Place
from errwatch.parsers.beginnings import beginnings
from errwatch.parsers.clean import CUT_MARK, text_of
from errwatch.parsers.layers import Layer
from errwatch.parsers.logline import LogLine, peel, read_layer
from errwatch.parsers.simple import read_simple
from errwatch.parsers.trace import TRACES, TraceFormat, TraceState

MAX_JOINED = 1024 * 1024
"""Characters of a joined line; the rest is left out."""

MAX_HELD = 2_000
"""Lines of one stream that wait to be turned, and streams of which some wait."""

MAX_WAITING = 8 * 1024 * 1024
"""Characters that wait to be joined, and characters that wait to be turned."""

GAP = 1_000_000_000
"""Nanoseconds between two entries that cannot belong to one trace."""


class Arrived(NamedTuple):
    line: RawLine
    """From the first byte of its first part to the last byte of its last one."""
    text: str
    log: LogLine
    since: RawLine | None = None
    """The first of the lines that it waited with, if it did."""
    last: bool = False
    """What comes after it in its stream is older, and no part of the same event."""

    @property
    def direct(self) -> bool:
        """It is the line that was read last, so that the lines above it can be looked at."""
        return self.since is None


class _Parts(NamedTuple):
    """The parts of a line that has not ended."""

    first: RawLine
    layer: Layer
    text: str
    cut: bool = False


class _Held(NamedTuple):
    arrived: Arrived
    order: int
    seen: bool
    """It may begin a run."""


class _Run(NamedTuple):
    """Neighbouring entries of one stream, each not newer than the one before."""

    since: RawLine
    held: list[_Held]


W = TypeVar("W")


class _Waiting(Generic[W]):
    """What waits, one a stream; of neither streams nor characters more than there is room for."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[W, int]] = {}
        self._characters = 0

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, stream: str) -> bool:
        return stream in self._held

    def __iter__(self) -> Iterator[W]:
        return (one for one, _ in self._held.values())

    def put(self, stream: str, one: W, characters: int) -> None:
        self._held[stream] = one, characters
        self._characters += characters

    def take(self, stream: str) -> tuple[W, int] | None:
        found = self._held.pop(stream, None)
        self._characters -= found[1] if found else 0
        return found

    def drain(self, key: Callable[[W], int]) -> Iterator[W]:
        for stream in sorted(self._held, key=lambda name: key(self._held[name][0])):
            found = self.take(stream)
            assert found is not None
            yield found[0]

    def room(self, characters: int) -> Iterator[W]:
        """Take out what waits longest and has waited in vain, until there is room."""
        while self._held and (
            len(self._held) >= MAX_HELD or self._characters + characters > MAX_WAITING
        ):
            found = self.take(next(iter(self._held)))
            assert found is not None
            yield found[0]


class Arrivals:
    """Lines that wait for their other parts, or for the beginning of their trace.

    `sees` tells whether the line that was read last may begin anything.
    """

    def __init__(self, sees: Callable[[], bool], now: datetime | None) -> None:
        self._sees = sees
        self._now = now
        self._parts = _Waiting[_Parts]()
        self._runs = _Waiting[_Run]()

    @property
    def idle(self) -> bool:
        return not self._parts and not self._runs

    def place(self) -> Place | None:
        """Where the first line is that waits."""
        waiting = [one.first for one in self._parts]
        waiting += [run.since for run in self._runs]
        first = min(waiting, default=None)
        return Place(first.start, first.number - 1) if first else None

    def take(self, line: RawLine) -> Iterable[Arrived]:
        """Read one line; gives those that need not wait any longer."""
        text = text_of(line.data, cut=line.cut)
        simple = read_simple(text)
        if simple is not None and "" not in self._parts:
            return (Arrived(line, text, simple),)
        layer = peel(text, self._now)
        if layer.stream in self._parts or (layer.part and self._sees()):
            return self._join(line, layer)
        arrived = Arrived(line, text, read_layer(layer, self._now))
        if layer.order is None:
            return (arrived,)
        seen = self._sees()
        if not seen and layer.stream not in self._runs:
            return (arrived,)
        return self._hold(layer.stream, _Held(arrived, layer.order, seen))

    def _join(self, line: RawLine, layer: Layer) -> Iterator[Arrived]:
        known, _ = self._parts.take(layer.stream) or (_Parts(line, layer, ""), 0)
        joined = _joined(known, layer.rest)
        if layer.part:
            for parts in self._parts.room(len(joined.text)):
                yield self._whole(parts, parts.first)
            self._parts.put(layer.stream, joined, len(joined.text))
        else:
            yield self._whole(joined, line)

    def close(self) -> Iterator[Arrived]:
        """The input ended."""
        for parts in self._parts.drain(lambda one: one.first.start):
            yield self._whole(parts, parts.first)
        for run in self._runs.drain(lambda one: one.since.start):
            yield from _turned(run, more=False)

    def _whole(self, parts: _Parts, last: RawLine) -> Arrived:
        text = parts.text + CUT_MARK if parts.cut else parts.text
        layer = parts.layer._replace(rest=text, part=False)
        line = parts.first._replace(end=last.end, data=b"")
        return Arrived(line, text, read_layer(layer, self._now), since=parts.first)

    def _hold(self, stream: str, held: _Held) -> Iterator[Arrived]:
        """A line that begins nothing waits only with others, or where an export goes on that begins
        with the newest."""
        run, characters = self._runs.take(stream) or (None, 0)
        newest_first = False
        if run is not None:
            last = run.held[-1].order
            if held.order <= last <= held.order + GAP:
                yield from self._make_longer(stream, run, characters, held)
                return
            newest_first = held.order < last
            yield from _turned(run, more=newest_first)
        if held.seen or newest_first:
            yield from self._wait(stream, _Run(_since(run, held), [held]), len(held.arrived.text))
        else:
            yield held.arrived

    def _make_longer(
        self, stream: str, run: _Run, characters: int, held: _Held
    ) -> Iterator[Arrived]:
        characters += len(held.arrived.text)
        if len(run.held) >= MAX_HELD or characters > MAX_WAITING:
            done, rest = _split(run.held)
            yield from _turned(run._replace(held=done), more=True)
            run = _Run(_since(run, (*rest, held)[0]), rest)
            characters = sum(len(one.arrived.text) for one in (*rest, held))
        run.held.append(held)
        yield from self._wait(stream, run, characters)

    def _wait(self, stream: str, run: _Run, characters: int) -> Iterator[Arrived]:
        for gone in self._runs.room(characters):
            yield from _turned(gone, more=False)
        self._runs.put(stream, run, characters)


def _joined(parts: _Parts, rest: str) -> _Parts:
    room = MAX_JOINED - len(parts.text)
    return parts._replace(text=parts.text + rest[:room], cut=parts.cut or len(rest) > room)


def _since(run: _Run | None, first: _Held) -> RawLine:
    """From where a run that goes on after another one can be read again without it."""
    return first.arrived.line if run is None or first.seen else run.since


def _split(run: list[_Held]) -> tuple[list[_Held], list[_Held]]:
    """The entries up to the last that has a header, which is where an event begins; the rest."""
    for place in range(len(run) - 1, len(run) // 2, -1):
        log = run[place].arrived.log
        if log.level is not None or log.whole:
            return run[: place + 1], run[place + 1 :]
    return run, []


def _turned(run: _Run, *, more: bool) -> Iterator[Arrived]:
    """The entries of a run in the order of their times; `more`: what comes next is older."""
    falling = run.held[0].order > run.held[-1].order
    groups = [
        [held.arrived for held in group] for _, group in groupby(run.held, lambda one: one.order)
    ]
    ordered = [
        one._replace(since=run.since)
        for group in reversed(groups)
        for one in _oriented(group, falling=falling)
    ]
    yield from ordered[:-1]
    yield ordered[-1]._replace(last=falling or more)


def _oriented(group: list[Arrived], *, falling: bool) -> list[Arrived]:
    """Entries of one moment, in the order in which more of them make a trace."""
    if len(group) == 1:
        return group
    turned = group[::-1]
    forward, backward = (_in_traces([one.log.message for one in way]) for way in (group, turned))
    if forward == backward:
        return turned if falling else group
    return group if forward > backward else turned


def _in_traces(messages: Sequence[str]) -> int:
    """How many of the lines belong to a trace when they are read in this order."""
    count, reading = 0, None
    for message in messages:
        reading = _next_state(reading, message)
        count += reading is not None
    return count


def _next_state(
    reading: tuple[TraceFormat, TraceState] | None, message: str
) -> tuple[TraceFormat, TraceState] | None:
    if reading is not None:
        state = reading[0].follow(reading[1], message, loose=False)
        if state is not None:
            return reading[0], state
    return next((one for one in beginnings(message) if one[0] in TRACES), None)
