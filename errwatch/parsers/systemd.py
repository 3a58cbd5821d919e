"""systemd: the lines that tell of one unit's failure are one event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from errwatch.model.event import ExceptionInfo

_UNIT = (
    r"(?P<unit>[\w@:.\\-]{1,200}\.(?:service|mount|automount|socket|timer|scope|slice|path|swap))"
)
_HEAD = re.compile(
    rf"{_UNIT}: (?P<said>(?:Main|Control|Start-p\w+|Reload|Stop"
    rf"|Job) process exited, code=(?!exited, status=0/)"
    r".*|Failed with result '.*'.*|Failed (?:at step|to) .*|Start request repeated too quickly.*"
    r"|Killing process .*SIGKILL.*|A process of this unit has been killed by the OOM killer.*"
    r"|(?:Start|State|Stop) .{0,40}timed out.*|Unit entered failed state.*|Watchdog timeout.*)"
    r"|(?P<start>Failed to (?:start|mount|listen on|load) .+)"
    r"|(?P<depends>Dependency failed for .+)"
)
_BODY = re.compile(
    rf"{_UNIT}: (?:Unit |Failed |Scheduled restart|Consumed |Killing |Start request"
    rf"|Triggering |Job .* failed"
    r"|Deactivated|Service (?:RestartSec|hold-off)|Main process|Control process|State "
    r"|Found left-over)"
    r"|(?P<start>Failed to start |Dependency failed for |Stopped )"
)


@dataclass(frozen=True, slots=True)
class State:
    unit: str
    started: bool
    """systemd said that it gave the start up; a line like the first is the next failure."""

    @property
    def complete(self) -> bool:
        return self.started


class Systemd:
    """The recogniser (see `trace.TraceFormat`)."""

    language = None
    hint = (
        r"\.(?:service|mount|automount|socket|timer|scope|slice|path|swap)|^Failed to "
        r"|^Dependency failed"
    )

    def start(self, line: str) -> State | None:
        found = _HEAD.match(line) if "ailed" in line or ": " in line else None
        if found is None:
            return None
        return State(found["unit"] or "", found["start"] is not None)

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        assert isinstance(state, State)
        if ": Main process exited" in line or ": Control process exited" in line:
            return None
        found = _BODY.match(line)
        if found is None or (state.unit and found["unit"] not in (None, state.unit)):
            return None
        return State(state.unit or found["unit"] or "", state.started or found["start"] is not None)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return (ExceptionInfo("", lines[0].strip()),)


SYSTEMD = Systemd()
