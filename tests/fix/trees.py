"""A repository in memory, and problems in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from errwatch.fix.recipes import RecipeEngine
from errwatch.interfaces import Problem
from errwatch.model.analysis import Analysis
from errwatch.model.event import Event, ExceptionInfo, Frame, Link
from errwatch.model.fix import Candidate, Declined, Edit
from errwatch.model.issue import Issue
from errwatch.model.levels import Level


@dataclass(frozen=True)
class MemoryTree:
    texts: Mapping[str, str]
    commit: str = "0" * 40

    def files(self) -> frozenset[str]:
        return frozenset(self.texts)

    def read(self, file: str) -> str | None:
        return self.texts.get(file)


def raised(
    text: str, code: str, error: str, *, path: str = "/app/shop/orders.py", function: str = "f"
) -> ExceptionInfo:
    """An error on the line of `text` that reads `code`; `error` is `Type: message`."""
    kind, _, message = error.partition(": ")
    line = [each.strip("\ufeff \t\r") for each in text.split("\n")].index(code) + 1
    return ExceptionInfo(kind, message, (Frame(path, line, function, code=code),))


def problem(
    texts: Mapping[str, str] | str, *chain: ExceptionInfo, rejected: tuple[str, ...] = ()
) -> Problem:
    if isinstance(texts, str):
        texts = {"shop/orders.py": texts}
    event = Event("app.log", 1, 0, 1, Level.ERROR, chain[0].message, "", exceptions=chain)
    issue = Issue("EW-00000000", "v1:00000000", 1, None, None, (event,), {})
    return Problem(issue, Analysis("v1:00000000", "/repo", "0" * 40), MemoryTree(texts), rejected)


def answers(
    texts: Mapping[str, str] | str, code: str, error: str, *, function: str = "f"
) -> list[Candidate | Declined]:
    """What the engine answers to an error on a line of shop/orders.py."""
    text = texts if isinstance(texts, str) else texts["shop/orders.py"]
    return proposals(problem(texts, raised(text, code, error, function=function)))


def proposals(asked: Problem) -> list[Candidate | Declined]:
    """What the engine answers, whatever becomes of it."""
    return list(RecipeEngine().propose(asked, lambda: ""))


def repaired(texts: Mapping[str, str] | str, code: str, error: str, *, function: str = "f") -> str:
    """The text that the engine's first candidate makes of shop/orders.py."""
    found = answers(texts, code, error, function=function)
    candidates = [each for each in found if isinstance(each, Candidate)]
    assert candidates, found
    (edit,) = candidates[0].edits
    assert edit.file == "shop/orders.py"
    return edit.after


def declined(texts: Mapping[str, str] | str, code: str, error: str, *, function: str = "f") -> str:
    """Why the engine has no candidate: its reasons and what it examined."""
    found = answers(texts, code, error, function=function)
    assert all(isinstance(each, Declined) for each in found), found
    return "; ".join(
        " ".join([each.reason, *each.examined]) for each in found if isinstance(each, Declined)
    )


def edit(before: str | None, after: str, file: str = "shop/orders.py") -> Edit:
    return Edit(file, before, after)


__all__ = ["Link", "MemoryTree", "answers", "declined", "edit", "problem", "raised", "repaired"]
