"""What an exception means at the line it came from: one sentence a kind, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.analyze.iteration import changes
from errwatch.analyze.words import last
from errwatch.code.place import Place
from errwatch.model.analysis import RootCause
from errwatch.model.event import ExceptionInfo

LONGEST = 200
"""Characters of a message or of a line of code that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Exceptions of one meaning. `says` may use {message}, {at} and the groups of the pattern."""

    types: frozenset[str]
    """Last segments; empty for any."""
    pattern: re.Pattern[str]
    says: str
    advice: str
    confidence: float
    loop: bool = False
    """What the loop at the place changes is evidence."""


def _kind(
    types: str, pattern: str, says: str, advice: str, confidence: float, *, loop: bool = False
) -> Kind:
    return Kind(frozenset(types.split()), re.compile(pattern), says, advice, confidence, loop)


KINDS = (
    _kind(
        "RuntimeError",
        r"^(?P<what>dictionary|[Ss]et|deque|OrderedDict) .{0,20}during iteration",
        "The loop at {at} goes over a {what} that is changed before the loop ends.",
        "iterate over a copy, `list(...)`, of what the loop changes",
        0.9,
        loop=True,
    ),
    _kind(
        "AttributeError TypeError",
        r"'NoneType' object|of (?:null|undefined)\b|nil pointer",
        "A value is missing (None) where {at} uses it: {message}.",
        "find where the value becomes None, and decide there what that means",
        0.7,
    ),
    _kind(
        "AttributeError",
        r"^module '(?P<module>[^']{1,80})' has no attribute '(?P<name>[^']{1,80})'",
        "{at} asks the module {module} for {name}, which this version of it does not have.",
        "use what took its place, or require the version that has it",
        0.85,
    ),
    _kind(
        "AttributeError",
        r"^(?P<owner>'[^']{1,80}' object|type object '[^']{1,80}') has no attribute"
        r" '(?P<name>[^']{1,80})'",
        "{at} asks {owner} for {name}, which it does not have.",
        "correct the name, or handle the other type of value",
        0.75,
    ),
    _kind(
        "NameError UnboundLocalError",
        r"'(?P<name>[^']{1,80})'",
        "{at} uses the name {name} before anything defines it.",
        "define or import it on every way that leads there",
        0.85,
    ),
    _kind(
        "ImportError",
        r"cannot import name '(?P<name>[^']{1,80})' from '(?P<module>[^']{1,80})'",
        "{at} imports {name} from {module}, which does not have it (any more, or yet).",
        "import it from where it is now, or break the circle of imports",
        0.85,
    ),
    _kind(
        "ModuleNotFoundError",
        r"'(?P<module>[^']{1,80})'",
        "{at} imports {module}, which is not installed where this ran.",
        "declare and install the dependency",
        0.85,
    ),
    _kind(
        "KeyError",
        r"",
        "The key {message} is not in the mapping that {at} looks it up in.",
        "decide what a missing key means: a default, or an error that says so",
        0.7,
    ),
    _kind(
        "IndexError",
        r"",
        "{at} takes an element that is beyond the end: the sequence is shorter than assumed.",
        "check the length first, or iterate over what is there",
        0.7,
    ),
    _kind(
        "ZeroDivisionError",
        r"",
        "The divisor at {at} is zero.",
        "decide what the result is without anything to divide by",
        0.8,
    ),
    _kind(
        "RecursionError",
        r"",
        "The function at {at} calls itself without reaching an end: a cycle, or data too deep.",
        "remember what was visited, or walk with a stack of its own",
        0.7,
    ),
    _kind(
        "UnicodeDecodeError UnicodeEncodeError",
        r"^'(?P<codec>[^']{1,40})' codec",
        "{at} reads or writes text as {codec}, and what it got is something else.",
        "name the encoding, and say what happens to what does not fit",
        0.8,
    ),
    _kind(
        "TypeError",
        r"",
        "A value of another type than expected reaches {at}: {message}.",
        "convert or refuse the value where it enters",
        0.6,
    ),
    _kind(
        "JSONDecodeError",
        r"",
        "What {at} parses is not JSON: {message}.",
        "look at the body and its status before it is parsed",
        0.7,
    ),
    _kind(
        "ValueError InvalidOperation OverflowError",
        r"",
        "A value that the code is not made for reaches {at}: {message}.",
        "check the value where it enters",
        0.6,
    ),
    _kind(
        "FileNotFoundError PermissionError IsADirectoryError NotADirectoryError",
        r"",
        "The path that {at} opens is not what it should be: {message}.",
        "check the path and the working directory when the service starts",
        0.7,
    ),
    _kind(
        "OperationalError",
        r"locked",
        "Another connection holds the lock that {at} needs.",
        "wait for the lock, and keep transactions short",
        0.8,
    ),
    _kind(
        "OperationalError ProgrammingError UndefinedTable UndefinedColumn",
        r"no such (?:table|column)|does not exist",
        "{at} queries something that this database does not have: {message}.",
        "run the migration that makes it before the code that needs it",
        0.85,
    ),
    _kind(
        "",
        r"(?i)timed? ?out|deadline exceeded",
        "What {at} waits for did not answer in time: {message}.",
        "bound the wait, and retry what is idempotent",
        0.6,
    ),
    _kind(
        "",
        r"(?i)connection (?:refused|reset)|ECONNREFUSED|ECONNRESET",
        "The other end of the connection that {at} uses is down or hung up: {message}.",
        "check the address, and reconnect with back-off",
        0.7,
    ),
)


def kind_of(exception: ExceptionInfo) -> Kind | None:
    name = last(exception.type)
    for kind in KINDS:
        if (not kind.types or name in kind.types) and kind.pattern.search(exception.message):
            return kind
    return None


def root_causes(exception: ExceptionInfo | None, found: Sequence[Place]) -> tuple[RootCause, ...]:
    """What the exception means at the first of the places."""
    if not found or exception is None:
        return ()
    place, kind = found[0], kind_of(exception)
    evidence = [f"{place.at}: `{_cut(place.code)}`"] if place.code else []
    if kind is None:
        says = f"{last(exception.type)} comes from {place.at}: {_cut(exception.message)}"
        return (RootCause(says, 0.4, tuple(evidence)),)
    changed = changes(place.source, place.line) if kind.loop else []
    confidence = min(kind.confidence + 0.05 * bool(changed), 1.0) * (0.8 if place.moved else 1.0)
    summary = _sentence(kind, exception, place)
    return (RootCause(summary, round(confidence, 2), (*evidence, *changed)),)


def _sentence(kind: Kind, exception: ExceptionInfo, place: Place) -> str:
    match = kind.pattern.search(exception.message)
    words = match.groupdict() if match else {}
    return kind.says.format(at=place.at, message=_cut(exception.message).rstrip("."), **words)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
