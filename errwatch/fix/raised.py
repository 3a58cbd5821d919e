"""What a command has raised, as far as its output tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TRACEBACK = "Traceback (most recent call last):"
_GROUP = "  + Exception Group Traceback (most recent call last):"
_CHAINED = (
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that came out."""

    type: str
    """As printed, often dotted."""
    message: str = ""
    """Its first line."""
    frames: tuple[tuple[str, str], ...] = ()
    """File and function, outermost first; those of its causes before its own."""

    def is_a(self, name: str) -> bool:
        """By the whole name where both have one, else by the last segment."""
        if "." in self.type and "." in name:
            return self.type == name
        return last_segment(self.type) == last_segment(name)


def last_segment(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def read_raised(output: str) -> Raised | None:
    """By the last traceback, else by the last line that reads `Type: message`."""
    lines = output.splitlines()
    starts = _starts(lines)
    if starts:
        return _from_traceback(lines, starts, len(starts) - 1)
    read = (_exception(line.removeprefix("E").strip()) for line in reversed(lines))
    return next((found for found in read if found), None)


def read_tracebacks(output: str) -> Iterator[Raised]:
    """Every exception whose traceback the output shows, whoever printed it."""
    lines = output.splitlines()
    starts = _starts(lines)
    read = (_from_traceback(lines, starts, number) for number in range(len(starts)))
    yield from (found for found in read if found)


def _starts(lines: Sequence[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if line in (_TRACEBACK, _GROUP)]


def _from_traceback(lines: Sequence[str], starts: Sequence[int], number: int) -> Raised | None:
    """The exception of the traceback with that number."""
    start = starts[number]
    margin = "  | " if lines[start] == _GROUP else ""
    frames: list[tuple[str, str]] = []
    for line in lines[start + 1 :]:
        text = line.removeprefix(margin)
        if text.startswith('  File "'):
            frames.append(_frame(text))
        elif not text.startswith(" "):
            found = _exception(text, alone=True)
            causes = _causes(lines, starts[: number + 1])
            return Raised(found.type, found.message, (*causes, *frames)) if found else None
    return None


def _causes(lines: Sequence[str], starts: Sequence[int]) -> Iterator[tuple[str, str]]:
    """The frames of the tracebacks that hang on the last of these."""
    first = len(starts) - 1
    while first and _is_chained(lines, starts[first]):
        first -= 1
    between = lines[starts[first] : starts[-1]]
    yield from (_frame(line) for line in between if line.startswith('  File "'))


def _is_chained(lines: Sequence[str], start: int) -> bool:
    return any(line in _CHAINED for line in lines[max(start - 2, 0) : start])


def _frame(line: str) -> tuple[str, str]:
    file, _, rest = line.removeprefix('  File "').partition('", line ')
    return file, rest.partition(", in ")[2]


def _exception(line: str, *, alone: bool = False) -> Raised | None:
    """`pkg.KeyError: 'x'`. `alone` allows a type without a message."""
    name, colon, message = line.partition(":")
    segments = name.split(".")
    if not (colon or alone) or not all(part.isidentifier() for part in _named(segments)):
        return None
    known = alone or _looks_like_an_exception(segments[-1])
    return Raised(name, message.strip()) if known else None


def _named(segments: list[str]) -> list[str]:
    """`f.<locals>.Oops`: the type was made inside a function."""
    return [part for part in segments if part != "<locals>"] or [""]


def _looks_like_an_exception(name: str) -> bool:
    return name.endswith(("Error", "Exception", "Exit", "Interrupt", "Warning", "StopIteration"))
