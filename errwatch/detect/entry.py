"""One event while it is still open: its lines so far, and whether another line belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from errwatch.detect.begun import Trace
from errwatch.detect.kept import Kept
from errwatch.detect.lines import RawLine
from errwatch.detect.margin import margin_of
from errwatch.detect.reading import apart, begins, is_exception, names, readings, unprefixed
from errwatch.detect.signs import Sign, names_exception, sign_of
from errwatch.detect.stretches import Place
from errwatch.model.levels import Level
from errwatch.parsers.beginnings import beginnings, first_frame
from errwatch.parsers.builds import COMPILER, first_failed
from errwatch.parsers.conclusions import concludes
from errwatch.parsers.listed import Listed
from errwatch.parsers.logline import LogLine
from errwatch.parsers.native import died
from errwatch.parsers.perl import PERL
from errwatch.parsers.php import PHP, Php
from errwatch.parsers.python import PYTHON, State
from errwatch.parsers.section import Section
from errwatch.parsers.servers import explains, is_number, is_ruler
from errwatch.parsers.shown import SHOWN
from errwatch.parsers.stages import Head, guessed
from errwatch.parsers.systemd import SYSTEMD
from errwatch.parsers.trace import HEADED, LOGGED, STACKS, TRACES, TraceFormat

MAX_LINES = 20_000
"""Lines of one event; the rest is not read as part of it."""

MAX_DETAIL = 100
"""Unmarked lines after a header that has no trace, and after the end of a trace."""

UNDER_ERROR = (*TRACES, *STACKS)
UNDER_WARNING = (*LOGGED, *STACKS)
"""What may begin under a line that announces it."""

RESUMED: tuple[TraceFormat, ...] = (*LOGGED, *SHOWN, PERL, PHP, COMPILER, SYSTEMD)
"""Formats whose traces may go on where they seemed to be over: chains, frames under a message, the
source under a diagnostic."""

UNCAUGHT = tuple(format_ for format_ in TRACES if format_ not in LOGGED)
"""Reports of what nobody caught."""

MAX_SAID = 40
"""Lines of text above a trace that may name its exception."""

MAX_UNSAID = 12
"""Unmarked lines under an exception whose own line has no message."""

MAX_WAITING = 8
"""Unmarked lines that wait for frames to show that they are more of a message."""

MAX_FOREIGN = 3
"""Lines of others in the same stream that an unfinished trace outlasts."""


@dataclass(slots=True)
class Entry:
    """An event in the making. `announced` where a log line, not the trace itself, opened it."""

    first: RawLine
    log: LogLine
    level: Level
    announced: bool
    sign: Sign | None = None
    suspected: bool = False
    """Opened by text that is an error only if a trace follows."""
    context: LogLine | None = None
    """The line above an unannounced trace that tells its time."""
    trace: Trace | None = None
    end: int = 0
    count: int = 0
    last_number: int = 0
    """The line that was being read when it was last added to."""
    foreign: int = 0
    direct: bool = True
    """Its first line was read as it stands, not put together or turned."""
    prefixed: bool = True
    """Every line of it named the same process, thread or request."""
    said: list[str] = field(default_factory=list)
    """What stood under its first line, before any trace."""
    texts: Kept = field(default_factory=Kept)
    waiting: list[tuple[RawLine, str]] = field(default_factory=list)
    """Lines under the first one that belong here only if a trace follows."""
    waits: bool = False
    """The line that was accepted last is one of them."""
    headline: Entry | None = None
    """What another logger said right above it, and what may be a part of it (see `headline`)."""
    margin: str = ""
    """What a program that passes on another one's trace puts before each of its lines."""
    spaced: bool = False
    """An empty line with the same header and time has shown that the logger split a text."""

    @property
    def place(self) -> Place:
        """Where it begins."""
        first = (self.headline or self).first
        return Place(first.start, first.number - 1)

    @property
    def real(self) -> bool:
        """Whether it is an event, as far as it was read."""
        return not self.suspected or (self.trace is not None and not self.guessing)

    @property
    def guessing(self) -> bool:
        """It is not certain yet that what looks like a trace is one."""
        return self.trace is not None and guessed(self.trace.state)

    @property
    def unfinished(self) -> bool:
        """A trace is not over, or its head alone stood there so far."""
        if self.trace is not None:
            return not self.trace.state.complete
        if self.announced and self.said:
            return is_exception(self.said[-1])
        named = self.sign is not None and self.sign.type is not None
        return named and (self.count == 1 or self._unsaid or bool(self.waiting))

    @property
    def traced(self) -> int:
        """Lines of its trace, as far as they are kept."""
        return len(self.trace.lines.lines()) if self.trace is not None else 0

    @property
    def resumable(self) -> bool:
        """A line of others may stand in the middle of it."""
        resumed = self.trace is not None and self.trace.format in RESUMED
        resumed |= self.trace is None and (self.sign is not None or self.suspected)
        return self.unfinished or resumed

    def add(self, line: RawLine, text: str, reading: int) -> None:
        """One line more, while the line of the number `reading` is being read."""
        self.last_number = reading
        self.waiting.append((line, text))
        if self.waits:
            return
        for one, said in self.waiting:
            self.texts.add(said)
            self.first = min(self.first, one)
            self.end = max(self.end, one.end)
        self.count += len(self.waiting)
        self.waiting.clear()

    @property
    def reach(self) -> int:
        """The end of the lines that it had a say in."""
        return max(self.end, self.waiting[-1][0].end) if self.waiting else self.end

    def accepts(self, log: LogLine) -> bool:
        """Whether a line of the same stream belongs here; moves the trace on if it does."""
        self.waits = False
        if log.whole or self.count >= MAX_LINES:
            return False
        log = self._within(unprefixed((self.trace and self.trace.log) or self.log, log))
        if self.trace is not None:
            if not self.trace.over and self._follows(self.trace, log):
                return True
            if self._leads_to(self.trace, log):
                self.trace.over = True
                return True
            if self.suspected or not self.guessing:
                return False
            self._withdraw(self.trace)
        if self._announces(log) or self._joins(log) or self._same_text(log):
            return True
        if self.real and concludes(log.spoken or log.message):
            return True
        if not self.suspected and self._explains(log):
            return True
        self.waits = self._waits_with(log)
        return self.waits

    def _within(self, log: LogLine) -> LogLine:
        """The line without the margin, which the first two lines of a trace show."""
        if not self.margin and self.count == 1 and self.trace is None:
            same = self.log.same_header(log)
            self.margin = margin_of(self.log.message, log.message) if same else ""
            if self.margin:
                self._read_again(self.log.message[len(self.margin) :])
        if not self.margin or not log.message.startswith(self.margin):
            return log
        said = log.message[len(self.margin) :]
        return log._replace(message=said, raw=said, said=said)

    def _read_again(self, said: str) -> None:
        """Its first line says this."""
        self.log = self.log._replace(message=said, raw=said, said=said, spoken="")
        self.sign = sign_of(said) if self.sign else None
        self.begin_trace(self.log)

    def _same_text(self, log: LogLine) -> bool:
        """A line of a text that the logger split: all have one header, and some are empty."""
        if log.level is None or log.time is None or not self.log.same_header(log):
            return False
        if (log.time, log.origin) != (self.log.time, self.log.origin) or self.count >= MAX_DETAIL:
            return False
        self.spaced |= not log.message.strip()
        self.spaced |= self.count == 1 and self.log.message.endswith(":")
        if self.spaced and len(self.said) < MAX_SAID:
            self.said.append(log.message)
        return self.spaced

    def _waits_with(self, log: LogLine) -> bool:
        """Plain text under a line that names an exception, or under such text."""
        named = self.suspected or (self.sign is not None and self.sign.type is not None)
        named |= self.log.message.startswith("Error: ")
        if not named or self.announced or self.trace or len(self.waiting) >= MAX_WAITING:
            return False
        if log.level is not None or log.attached is not None or log.stamped != self.log.stamped:
            return False
        if sign_of(log.message) is not None or begins(log.message, TRACES):
            return False
        self.said.append(log.message)
        return True

    def _withdraw(self, trace: Trace) -> None:
        """What looked like the beginning of a trace under a header is text."""
        self.said += trace.lines.lines()
        self.trace = None

    def begin_trace(self, log: LogLine, formats: Sequence[TraceFormat] = TRACES) -> bool:
        """Start reading a trace, if one begins with the line."""
        for text in readings(log):
            for format_, state in beginnings(text):
                if format_ in formats:
                    begun = log if self.count else None
                    self.trace = Trace(format_, state, begun, spoken=text is log.spoken)
                    self.trace.lines.add(text)
                    return True
        return False

    def continue_trace(self, lines: Sequence[str]) -> None:
        """Take the lines of a whole Python traceback for those read so far."""
        self.trace = Trace(PYTHON, State.MESSAGE)
        for line in lines:
            self.trace.lines.add(line)

    def _joins(self, log: LogLine) -> bool:
        """A frame: what was said so far is the head of its trace."""
        if log.level is not None and not self._prefixed_alike(log):
            return False
        found = first_frame(log.message)
        if found is None:
            return False
        self.trace = Trace(*found)
        for line in (self.log.message or self.log.spoken, *self._head(), log.message):
            self.trace.lines.add(line)
        if not self.announced:
            self.level = max(self.level, Level.ERROR, key=lambda level: level.rank)
        return True

    def _head(self) -> Sequence[str]:
        """What was said above the first frame, and may name the exception."""
        plain = self.sign is not None and self.sign.type is None
        return () if plain and not any(map(names_exception, self.said)) else self.said

    def _follows(self, trace: Trace, log: LogLine) -> bool:
        heads = isinstance(trace.state, Head) and not trace.introduces
        if heads and begins(log.message, HEADED, trace.format):
            return False
        stated = log.level is not None and not self._prefixed_alike(log)
        if stated and isinstance(trace.format, Section) and trace.format.headed:
            stated = trace.format.headed.match(log.message) is None
        loose = self._loose(trace, log)
        for text in (log.spoken,) if stated else readings(log):
            state = (
                trace.format.follow(trace.state, text, loose=loose) if text or not stated else None
            )
            if state is not None:
                trace.detail += trace.state.complete or isinstance(state, Head)
                trace.state = state
                trace.lines.add(text)
                return True
        return not stated and self._handed_over(trace, log)

    def _leads_to(self, trace: Trace, log: LogLine) -> bool:
        """A line after the trace that belongs to the event, but says nothing new."""
        if isinstance(trace.format, Listed | Php):
            lines = trace.lines.lines()
            if trace.format.repeats(log.message, lines, over=trace.over):
                return True
        if self.guessing:
            return False
        return (log.level is None and died(log.message)) or concludes(log.spoken or log.message)

    def _handed_over(self, trace: Trace, log: LogLine) -> bool:
        """Two languages may begin a trace with the same line; the second tells them apart."""
        lines = trace.lines.lines()
        if len(lines) > 1:
            return False
        for format_, begun in beginnings(lines[0]):
            if format_ is trace.format or format_ not in TRACES:
                continue
            state = format_.follow(begun, log.message, loose=False)
            if state is not None:
                trace.format, trace.state = format_, state
                trace.lines.add(log.message)
                return True
        return False

    def _loose(self, trace: Trace, log: LogLine) -> bool:
        """Text without a header goes on with the message, where headers tell lines apart."""
        if log.stamped or log.level is not None or trace.detail >= MAX_DETAIL:
            return False
        if self.foreign and trace.state.complete:
            return False
        if self.announced:
            return True
        told_apart = self.context is not None or self.log.stamped
        if not told_apart or log.attached is not None:
            return False
        if sign_of(log.message) is not None or names_exception(log.message):
            return False
        own = trace.format if isinstance(trace.state, Head) else None
        return not begins(log.message, UNCAUGHT, own)

    def _prefixed_alike(self, log: LogLine) -> bool:
        """The logger put its header before every line of the trace."""
        begun = self.trace.log if self.trace else None
        return self.log.same_header(log) or (begun is not None and begun.same_header(log))

    def _announces(self, log: LogLine) -> bool:
        """A trace joins the header above it, if that is a warning or worse."""
        if self.level.rank < Level.WARNING.rank:
            return False
        stated = log.level is not None and not log.spoken and not self._quotes(log)
        if stated and not (self.count == 1 and self._prefixed_alike(log)):
            return False
        return self.begin_trace(log, self._may_begin())

    def _quotes(self, log: LogLine) -> bool:
        """A fault without a time under a log line with one: what a program said that it ran."""
        if not (self.announced and self.log.stamped) or log.stamped or log.level is None:
            return False
        return log.level.rank >= Level.WARNING.rank and self.count < MAX_UNSAID

    def _may_begin(self) -> Sequence[TraceFormat]:
        if self.suspected and (self.waiting or not names_exception(self.log.message)):
            return STACKS
        if self.sign is not None:
            return UNDER_WARNING if self.sign.type is None else STACKS
        return UNDER_ERROR if self.level.rank >= Level.ERROR.rank else UNDER_WARNING

    @property
    def _unsaid(self) -> bool:
        """Its first line names an exception, and the message comes in the next ones."""
        sign = self.sign
        return bool(sign and sign.type and not sign.message) and len(self.said) < MAX_UNSAID

    def _explains(self, log: LogLine) -> bool:
        """More text of the message, without a header of its own."""
        if self.announced and self.count == 1 and first_failed(self.log.message, log.message):
            return True
        quoted = self._quotes(log)
        stated = log.level is not None and not quoted
        if stated or self.count >= MAX_DETAIL or (self.foreign and not self._unsaid):
            return False
        if quoted or (self.announced and explains(log.message)):
            return True
        if apart(self.log, self.sign, log):
            return False
        indented = not log.message or log.message[0].isspace()
        introduced = bool(self.said) and self.said[-1].endswith("exception is:")
        introduced |= self.announced and is_ruler(log.message)
        introduced |= self._unsaid and log.stamped == self.log.stamped
        introduced |= self._detailed(log) or (self.count == 1 and is_number(self.log.message))
        introduced |= self.log.level is not None and names(log) and self.count < MAX_UNSAID
        if not (
            indented or introduced or (self.announced and not log.stamped and log.attached is None)
        ):
            return False
        if self.level.rank < Level.ERROR.rank and begins(log.message, UNCAUGHT):
            return False
        if len(self.said) < MAX_SAID:
            self.said.append(log.message)
        return True

    def _detailed(self, log: LogLine) -> bool:
        """A program says that it failed, and prints the exception under it."""
        if self.count > 1 or self.sign is None or self.sign.type is not None:
            return False
        if log.stamped != self.log.stamped:
            return False
        named = sign_of(log.message)
        return named is not None and named.type is not None
