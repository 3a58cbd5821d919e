"""Findings in the sources of JavaScript, as ESLint lists them."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo, Frame
from errwatch.parsers.listed import Step
from errwatch.parsers.stages import Guess

_FILE = re.compile(r"(?:[A-Za-z]:)?[\w./\\@ -]{0,300}\.(?:[cm]?[jt]sx?|vue|svelte)$")
_FINDING = re.compile(
    r"\s+(?P<line>\d+):\d+ +(?P<level>error|warning) +(?P<message>\S.*?)"
    r"(?: {2,}(?P<rule>[\w@/-]+))?$"
)
_SUM = re.compile(r"[✖×] \d+ problems?|\s+\d+ errors? and")


class Stylish:
    """ESLint's report of one file (see `trace.TraceFormat`): an error in the list makes it one."""

    language = "javascript"
    hint = r"\.(?:[cm]?[jt]sx?|vue|svelte)$"

    def start(self, line: str) -> Guess | None:
        return Guess(1) if _FILE.match(line) else None

    def follow(self, state: object, line: str, *, loose: bool) -> Guess | Step | None:
        found = _FINDING.match(line)
        if isinstance(state, Guess):
            if found is None:
                return None
            return Step.BODY if found["level"] == "error" else Guess(state.step + 1)
        if found is None and line.strip():
            return Step.DONE if _SUM.match(line) else None
        return Step.DONE if state is Step.DONE else Step.BODY

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        for line in lines[1:]:
            if (found := _FINDING.match(line)) and found["level"] == "error":
                place = Frame(lines[0].strip(), int(found["line"][:9]), None)
                return (ExceptionInfo(found["rule"] or "", found["message"], (place,)),)
        return ()


STYLISH = Stylish()
