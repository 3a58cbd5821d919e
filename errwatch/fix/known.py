"""The engine `known`: what is proven to have mended an error of this kind, at a statement of the
same shape.

A lesson is a proven fix that replaced a few lines of one Python file. It fits where the lines of
the trace are the same but for their names, each of which stands for one other.
"""

from __future__ import annotations

import builtins
import io
import keyword
import textwrap
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from errwatch.fix.policy import is_test
from errwatch.fix.recipes.place import Place, locate
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit, Fix, FixStatus
from errwatch.model.pull_request import did_not_stand

NAME = "known"
BUILTINS = frozenset(dir(builtins))
MOST_LINES = 5
"""That a lesson replaces."""


@dataclass(frozen=True, slots=True)
class Solved:
    fix: Fix
    error: str | None
    """The type of the exception."""


@dataclass(frozen=True, slots=True)
class _Lesson:
    fix: Fix
    before: tuple[str, ...]
    after: tuple[str, ...]
    """Lines without their common margin."""


@dataclass(frozen=True, slots=True)
class KnownEngine:
    """`solved` gives the fixes of the state, the latest first."""

    solved: Callable[[], Iterable[Solved]]
    name: str = NAME

    def propose(
        self, problem: Problem, verdict: Callable[[], str]
    ) -> Iterator[Candidate | Declined]:
        """Nothing where there is nothing to learn from."""
        kind = problem.issue.event.exception_type
        alike = [one.fix for one in self.solved() if one.error == kind]
        lessons = [lesson for fix in alike if (lesson := _lesson(fix))]
        if not lessons:
            return
        place = locate(problem)
        if isinstance(place, Declined):
            yield replace(place, engine=NAME)
            return
        found = [one for lesson in lessons if (one := _applied(lesson, place))]
        yield from found
        if not found:
            ids = ", ".join(lesson.fix.id for lesson in lessons[:5])
            reason = f"no verified fix of {kind} changes a statement like this one"
            yield Declined(NAME, reason, (str(place), f"fixes: {ids}"))


def _lesson(fix: Fix) -> _Lesson | None:
    """None where it did not stand, or is more than a few lines in a row of one file."""
    code = [file for file in fix.files if not is_test(file)]
    stands = fix.status is FixStatus.PROVEN and not did_not_stand(fix)
    if not stands or len(code) != 1 or not code[0].endswith(".py"):
        return None
    part = fix.diff.partition(f"diff --git a/{code[0]} ")[2].partition("\ndiff --git ")[0]
    hunks = part.split("\n@@")[1:]
    lines = [line for hunk in hunks for line in hunk.split("\n")[1:]]
    changed = "".join(line[:1] if line[:1] in ("-", "+") else " " for line in lines).split()
    removed = [line[1:] for line in lines if line.startswith("-")]
    added = [line[1:] for line in lines if line.startswith("+")]
    in_a_row = changed == ["-" * len(removed) + "+" * len(added)]
    if not in_a_row or not removed or not 1 <= len(added) <= MOST_LINES:
        return None
    margin = len(removed[0]) - len(removed[0].lstrip())
    return _Lesson(fix, tuple(_cut(removed, margin)), tuple(_cut(added, margin)))


def _cut(lines: Iterable[str], margin: int) -> Iterator[str]:
    for line in lines:
        yield line[margin:] if not line[:margin].strip() else line.lstrip()


def _applied(lesson: _Lesson, place: Place) -> Candidate | None:
    """The change at the line of the trace, or the lines around it."""
    lines = place.text.split("\n")
    size = len(lesson.before)
    for start in range(max(0, place.line - size), place.line):
        there = lines[start : start + size]
        names = _names(lesson.before, _cut(there, _margin(there)))
        new = None if names is None else _renamed(lesson.after, names)
        if new is None:
            continue
        text = textwrap.indent("\n".join(new), " " * _margin(there))
        after = "\n".join([*lines[:start], text, *lines[start + size :]])
        return _candidate(lesson, place, after)
    return None


def _margin(lines: Sequence[str]) -> int:
    return len(lines[0]) - len(lines[0].lstrip()) if lines else 0


def _candidate(lesson: _Lesson, place: Place, after: str) -> Candidate:
    fix = lesson.fix
    return Candidate(
        NAME,
        fix.id,
        fix.title or f"Change {place.file} as {fix.id} did",
        f"{place} has the same shape as what {fix.id} changed: {fix.rationale or fix.title}",
        (Edit(place.file, place.text, after),),
        confidence=0.7,
    )


def _names(before: Iterable[str], there: Iterable[str]) -> dict[str, str] | None:
    """Which name stands for which; None where more differs, or a call, or two become one."""
    old, new = _tokens(before), _tokens(there)
    if old is None or new is None or len(old) != len(new):
        return None
    names: dict[str, str] = {}
    followed = zip(old, new, (*old[1:], ""), strict=True)
    for one, other, after in followed:
        if _is_name(one) and _is_name(other) and (after != "(" or one == other):
            if names.setdefault(one, other) != other:
                return None
        elif one != other:
            return None
    return names if len(set(names.values())) == len(names) else None


def _renamed(lines: Iterable[str], names: dict[str, str]) -> list[str] | None:
    """None where a name would come in that is known of neither side."""
    tokens = _tokens(lines)
    if tokens is None:
        return None
    fresh = {one for one in tokens if _is_name(one) and one not in names}
    if not fresh <= BUILTINS:
        return None
    return [_line(line, names) for line in lines]


def _line(line: str, names: dict[str, str]) -> str:
    """With its spacing as it is."""
    out, word = [], ""
    for sign in f"{line}\0":
        if sign.isalnum() or sign == "_":
            word += sign
        else:
            out += [names.get(word, word), sign]
            word = ""
    return "".join(out)[:-1]


def _is_name(token: str) -> bool:
    return token.isidentifier() and not keyword.iskeyword(token)


def _tokens(lines: Iterable[str]) -> list[str] | None:
    """The words of a few lines, which need not be whole statements."""
    text = "\n".join(lines) + "\n"
    blank = (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return None
    return [token.string for token in tokens if token.type not in blank]
