"""What Spring Boot prints instead of a trace where it knows why an application did not start."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from errwatch.model.event import ExceptionInfo

_HEADING = "APPLICATION FAILED TO START"
_DESCRIPTION, _ACTION = "Description:", "Action:"


class State(Enum):
    """Where in the report a line stands: it ends with the paragraph that says what to do."""

    DESCRIPTION = "description"
    ACTION = "action"
    ADVICE = "advice"
    OVER = "over"

    @property
    def complete(self) -> bool:
        return self in (State.ADVICE, State.OVER)


class Startup:
    """The recogniser of the report (see `trace.TraceFormat`)."""

    language = "java"
    hint = _HEADING

    def start(self, line: str) -> State | None:
        return State.DESCRIPTION if line.strip() == _HEADING else None

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        text = line.strip()
        if state is State.DESCRIPTION:
            return State.ACTION if text == _ACTION else State.DESCRIPTION
        if state is State.ACTION:
            return State.ADVICE if text else State.ACTION
        if not text:
            return State.OVER
        return State.ADVICE if state is State.ADVICE else None

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        texts = [line.strip() for line in lines]
        begin = texts.index(_DESCRIPTION) + 1 if _DESCRIPTION in texts else 1
        end = texts.index(_ACTION) if _ACTION in texts else len(texts)
        said = "\n".join(text for text in texts[begin:end] if text.strip("*"))
        return (ExceptionInfo("", said or _HEADING),)


STARTUP = Startup()
