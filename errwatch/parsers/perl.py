"""Perl: `die`, `confess` and compile errors. Warnings of the interpreter only look alike."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo
from errwatch.parsers.listed import Listed, Step

_WARNING = (
    r"Use of |Name \"|Argument \"|Odd number |Deep recursion |Useless use |Wide character "
    r"|Possible "
    r"|Scalar value |Statement unlikely|\"(?:my|our)\" variable |Unquoted string|Smartmatch "
    r"|given is |when is |Found = in |Applying |Redundant argument|Missing argument|Exiting "
    r"|print\(\) on |readline\(\) on |Parentheses missing|Reference found|\S+ \S+ redefined"
)
_FILE = (
    r"(?P<file>-e|\(eval \d+\)|[^\s()]+\.(?:pl|pm|t|cgi|psgi|PL|al)"
    r"|(?:[\w-]+|\.?)/(?:[^\s/.]+/)*[^\s/.]+)"
)
_END = r"(?:, <\S{0,40}> (?:line|chunk) \d+|, near \".*|, at EOF)?\.?\"?$"
_DIED = re.compile(rf"(?!{_WARNING})(?P<message>\S.*?) at {_FILE} line (?P<line>\d+){_END}")
_CALLED = re.compile(
    r"\s+(?P<function>[\w:]+|eval \{\.\.\.\}|\S.*?)(?:\(.*\))?"
    r" called at (?P<file>\S.*) line (?P<line>\d+)$"
)
_DEFINED = re.compile(
    r"(?P<message>\S.*) at \S+ \S+ \(defined at (?P<file>\S+) line (?P<line>\d+)\) line \d+$"
)
"""Of a method that was written for the class: `... (defined at FILE line 9) line 22`."""
_DATABASE = re.compile(r"(?P<message>DBD::\w+::\w+ \w+ failed: .*)$")
_MARKED = re.compile(rf"\s+\^ at {_FILE} line (?P<line>\d+){_END}")
"""A message of a database driver goes on with the statement and a mark under its fault."""
_AFTER = re.compile(
    r"LINE \d+: |(?:DETAIL|HINT|CONTEXT): |BEGIN failed--|END failed--|Compilation failed "
    r"|Execution of \S+ aborted|\(Might be a runaway"
    r"|\(Do you need to|\t\.\.\.(?:propagated|caught)|\S+ had (?:too many|compilation) errors"
)

_COMPILING = ("syntax error at ", "Global symbol ", "Can't locate ", "Bareword ")
"""Errors of the compiler, after which more lines come."""

_LISTED = Listed(
    language="perl",
    hints=(" line ", "DBD::"),
    opens=(_DIED, _DATABASE, _DEFINED),
    frames=(_CALLED, _MARKED),
    more=_AFTER,
    alone=True,
    called=True,
)


class Perl:
    """The recogniser of the family (see `trace.TraceFormat`)."""

    language = "perl"
    hint = _LISTED.hint

    def start(self, line: str) -> Step | None:
        state = None if _AFTER.match(line) else _LISTED.start(line)
        return Step.HEAD if state and line.startswith(_COMPILING) else state

    def follow(self, state: object, line: str, *, loose: bool) -> Step | None:
        if line.startswith(_COMPILING) and state is Step.HEAD:
            return Step.HEAD
        return _LISTED.follow(state, line, loose=loose)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        return _LISTED.parse(lines)[:1]


PERL = Perl()
