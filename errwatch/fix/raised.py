"""What a command that failed has raised, as far as its output tells."""

from __future__ import annotations

from dataclasses import dataclass

_TRACEBACK = "Traceback (most recent call last):"
_GROUP = "  + Exception Group Traceback (most recent call last):"


@dataclass(frozen=True, slots=True)
class Raised:
    """The exception that came out last."""

    type: str
    """As printed, often dotted."""
    frames: tuple[tuple[str, str], ...] = ()
    """File and function, outermost first."""

    def is_a(self, name: str) -> bool:
        return last_segment(self.type) == last_segment(name)


def last_segment(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def read_raised(output: str) -> Raised | None:
    """By the last traceback, else by the last line that reads `Type: message`."""
    lines = output.splitlines()
    starts = [number for number, line in enumerate(lines) if line in (_TRACEBACK, _GROUP)]
    if starts:
        return _from_traceback(lines[starts[-1] :])
    found = (_type_of(line.removeprefix("E").strip()) for line in reversed(lines))
    name = next((name for name in found if name), None)
    return Raised(name) if name else None


def _from_traceback(lines: list[str]) -> Raised | None:
    margin = "  | " if lines[0] == _GROUP else ""
    frames = []
    for line in lines[1:]:
        text = line.removeprefix(margin)
        if text.startswith('  File "'):
            frames.append(_frame(text))
        elif not text.startswith(" "):
            name = _type_of(text, alone=True)
            return Raised(name, tuple(frames)) if name else None
    return None


def _frame(line: str) -> tuple[str, str]:
    file, _, rest = line.removeprefix('  File "').partition('", line ')
    return file, rest.partition(", in ")[2]


def _type_of(line: str, *, alone: bool = False) -> str | None:
    """`pkg.KeyError: 'x'` -> `pkg.KeyError`. `alone` allows a type without a message."""
    name, colon, _ = line.partition(":")
    segments = name.split(".")
    if not (colon or alone) or not all(part.isidentifier() for part in _named(segments)):
        return None
    return name if alone or _looks_like_an_exception(segments[-1]) else None


def _named(segments: list[str]) -> list[str]:
    """`f.<locals>.Oops`: the type was made inside a function."""
    return [part for part in segments if part != "<locals>"] or [""]


def _looks_like_an_exception(name: str) -> bool:
    return name.endswith(("Error", "Exception", "Exit", "Interrupt", "Warning", "StopIteration"))
