"""systemd: the lines that tell of one unit's failure are one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo

_UNIT = (
    r"(?P<unit>[\w@:.\\-]{1,200}\.(?:service|mount|automount|socket|timer|scope|slice|path|swap))"
)
_TAG = r"(?:(?:\S{1,100} )?systemd\[\d+\]: )?"
_HEAD = re.compile(
    rf"{_TAG}(?:{_UNIT}: (?P<said>(?:Main|Control|Start-p\w+|Reload|Stop"
    rf"|Job) process exited, code=(?!exited, status=0/)"
    r".*|Failed with result '.*'.*|Failed (?:at step|to) .*|Start request repeated too quickly.*"
    r"|Killing process .*SIGKILL.*|A process of this unit has been killed by the OOM killer.*"
    r"|(?:Start|State|Stop) .{0,40}timed out.*|Unit entered failed state.*|Watchdog timeout.*)"
    r"|(?P<start>Failed to (?:start|mount|listen on|load) .+)"
    r"|(?P<depends>Dependency failed for .+))"
)
_BODY = re.compile(
    rf"{_TAG}(?:{_UNIT}: (?:Unit |Failed |Scheduled restart|Consumed |Killing |Start request"
    rf"|Triggering |Job .* failed"
    r"|Deactivated|Service (?:RestartSec|hold-off)|Main process|Control process|State "
    r"|Found left-over)"
    r"|(?P<start>Failed to start |Dependency failed for |Stopped ))"
)

_EXITED = re.compile(r": (?:Main process exited|Control process exited|Failed with result)")


@dataclass(frozen=True, slots=True)
class State:
    unit: str
    started: bool
    """systemd said that it gave the start up; a line like the first is the next failure."""
    exited: bool
    """It told how the process ended."""

    @property
    def complete(self) -> bool:
        return self.started


class Systemd:
    """The recogniser (see `trace.TraceFormat`)."""

    language = None
    hint = (
        r"\.(?:service|mount|automount|socket|timer|scope|slice|path|swap)|^Failed to "
        r"|^Dependency failed|systemd\["
    )

    def start(self, line: str) -> State | None:
        found = _HEAD.match(line) if "ailed" in line or ": " in line else None
        if found is None:
            return None
        return State(
            found["unit"] or "", found["start"] is not None, _EXITED.search(line) is not None
        )

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        assert isinstance(state, State)
        exited = _EXITED.search(line) is not None
        if state.exited and exited and "process exited" in line:
            return None
        found = _BODY.match(line)
        if found is None or (state.unit and found["unit"] not in (None, state.unit)):
            return None
        started = state.started or found["start"] is not None
        return State(state.unit or found["unit"] or "", started, state.exited or exited)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return (ExceptionInfo("", lines[0].strip()),)


SYSTEMD = Systemd()
