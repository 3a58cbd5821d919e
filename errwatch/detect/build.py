"""An entry whose lines are known -> the event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from errwatch import lazy_re as re
from errwatch.detect.entry import Entry
from errwatch.detect.frames import FrameRules, culprit
from errwatch.detect.signs import sign_of
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.parsers.beginnings import beginnings
from errwatch.parsers.fault import Fault
from errwatch.parsers.languages import language_of_file
from errwatch.parsers.servers import is_number
from errwatch.parsers.stages import guessed
from errwatch.parsers.trace import HEADED, SAID_ABOVE, STACKS, TRACES, TraceFormat, TraceState

_TYPE = re.compile(r"([^\W\d][\w.$:\\]{0,199}?): +(\S.*)")


def build(entry: Entry, source: str, rules: FrameRules) -> Event:
    exceptions, language = _exceptions(entry)
    exceptions = rules.mark(exceptions)
    blamed = culprit(exceptions)
    named = exceptions and (exceptions[0].type or exceptions[0].message)
    message = exceptions[0].message if named else _message(entry)
    return Event(
        source=source,
        line=entry.first.number,
        start=entry.first.start,
        end=entry.end,
        level=entry.level,
        message=message,
        text=entry.texts.text(),
        time=entry.log.time or (entry.context.time if entry.context else None),
        language=_language(language, blamed),
        exceptions=exceptions,
        culprit=blamed or _written_at(entry, exceptions, rules),
        logger=entry.log.logger,
        logged=entry.announced,
        key=entry.log.key,
    )


_EXTENSIONS = {
    "java": {"kt": "kotlin", "kts": "kotlin", "scala": "scala", "sc": "scala", "clj": "clojure"}
    | {"cljc": "clojure", "groovy": "groovy"},
    "javascript": {"ts": "typescript", "tsx": "typescript", "mts": "typescript"}
    | {"cts": "typescript"},
    "csharp": {"vb": "visualbasic", "fs": "fsharp"},
}
"""Families of more than one language: the extension of the culprit's file tells."""


def _language(family: str | None, blamed: Frame | None) -> str | None:
    if family is not None:
        return language_of(family, blamed)
    return language_of_file(blamed.file) if blamed else None


def language_of(family: str, blamed: Frame | None) -> str:
    """The language that a family is named for, or another of it that the culprit is written in."""
    extension = blamed.file.rpartition(".")[2] if blamed else ""
    return _EXTENSIONS.get(family, {}).get(extension, family)


def _written_at(
    entry: Entry, exceptions: tuple[ExceptionInfo, ...], rules: FrameRules
) -> Frame | None:
    """Where nothing has a stack: the place that the line says it was written at."""
    caller = entry.log.caller
    if caller is None or any(one.frames for one in exceptions):
        return None
    return caller if rules.is_in_app(caller.file) else None


def _message(entry: Entry) -> str:
    """What the log line said; a cut-off trace without one has only its frames."""
    if entry.said and is_number(entry.log.message):
        return entry.said[0].strip()
    if entry.sign is not None:
        return entry.sign.message
    said = (line.strip() for line in (entry.log.message, *entry.said))
    return next((line for line in said if line), "")


def _exceptions(entry: Entry) -> tuple[tuple[ExceptionInfo, ...], str | None]:
    if entry.trace is not None and not entry.guessing:
        lines = entry.trace.lines.lines()
        chain = entry.trace.format.parse(lines)
        language = entry.trace.format.language
        if entry.sign is not None and entry.trace.format in SAID_ABOVE and not chain[0].type:
            chain = (replace(chain[0], message=entry.sign.message), *chain[1:])
        return _titled(chain, entry.log.message, language), language
    if entry.log.fault is not None:
        return _of_fault(entry.log.fault)
    if entry.log.whole and "\n" in entry.log.message:
        return _of_trace(entry.log.message.split("\n")) or ((), None)
    sign = entry.sign or (sign_of(entry.said[0].strip()) if entry.said else None)
    if sign is not None and sign.type is not None:
        return (ExceptionInfo(sign.type, sign.message),), None
    return (), None


_RUBY = re.compile(r"(.*) \(([A-Z]\w*(?:::[A-Z]\w*)*)\)$")
"""As Ruby's logger prints an exception: `no stock (Shop::StockError)`."""


def _titled(
    chain: tuple[ExceptionInfo, ...], header: str, language: str | None
) -> tuple[ExceptionInfo, ...]:
    """Some loggers print the exception before its frames, or the last line was cut off."""
    if not chain or chain[0].type:
        return chain
    if language == "ruby" and (found := _RUBY.match(header)):
        return (replace(chain[0], type=found[2], message=found[1]), *chain[1:])
    sign = sign_of(header)
    if sign is None or sign.type is None:
        return chain
    return (replace(chain[0], type=sign.type, message=sign.message), *chain[1:])


def _of_fault(fault: Fault) -> tuple[tuple[ExceptionInfo, ...], str | None]:
    """The exception in a structured record: its printed trace, else its fields."""
    lines = fault.trace.split("\n") if fault.trace else []
    found = _of_trace(lines)
    if found is None:
        return _of_fields(fault, lines)
    chain, language = found
    if chain and not chain[0].type and fault.type:
        named = replace(chain[0], type=fault.type, message=fault.message or chain[0].message)
        chain = (named, *chain[1:])
    return chain, language


def _of_trace(lines: list[str]) -> tuple[tuple[ExceptionInfo, ...], str | None] | None:
    """What a printed trace says, where a family knows it."""
    found = _begun(lines, TRACES)
    if found is not None:
        return found
    for headed in HEADED:
        if any(headed.frame(line) is not None for line in lines):
            return headed.parse(lines), headed.language
    return _begun(lines, STACKS)


def _begun(
    lines: list[str], formats: Sequence[TraceFormat]
) -> tuple[tuple[ExceptionInfo, ...], str | None] | None:
    """What the trace says that begins first."""
    for number, line in enumerate(lines):
        begun = [one for one in beginnings(line) if one[0] in formats]
        rest = lines[number + 1 :] if begun else []
        begun.sort(key=lambda one: not _continues(one, rest))
        for format_, state in begun:
            if _proves(format_, state, rest):
                return format_.parse(lines[number:]), format_.language
    return None


def _of_fields(fault: Fault, lines: list[str]) -> tuple[tuple[ExceptionInfo, ...], str | None]:
    first = _first_line(lines)
    kind, message = fault.type or first[0], fault.message or first[1]
    return ((ExceptionInfo(kind, message),) if kind else ()), None


def _continues(begun: tuple[TraceFormat, TraceState], rest: Sequence[str]) -> bool:
    """Whether the next line tells for it: two languages may begin a trace with the same line."""
    format_, state = begun
    return not rest or format_.follow(state, rest[0], loose=False) is not None


def _proves(format_: TraceFormat, begun: TraceState, lines: list[str]) -> bool:
    """Whether a trace really began, as it seemed, where these lines go on."""
    state: TraceState | None = begun
    for line in lines:
        if state is None or not guessed(state):
            break
        state = format_.follow(state, line, loose=True)
    return state is not None and not guessed(state)


def _first_line(lines: list[str]) -> tuple[str | None, str]:
    """`Type: message` at the beginning of a trace of any language."""
    found = _TYPE.match(lines[0].strip()) if lines else None
    return (found[1], found[2]) if found else (None, "")
