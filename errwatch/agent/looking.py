"""How a model looks at the files of one commit: it has no shell, no network and no file system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

import re2

from errwatch.model.conversation import Input, Tool
from errwatch.model.matching import refusal
from errwatch.redact import redact

MAX_LINES, MAX_CHARACTERS = 400, 20_000
"""Of one view."""

MAX_HITS, MAX_SEARCHED = 60, 1_000_000
"""Lines that a search shows, and characters of a file that it looks at."""


class Misused(Exception):
    """What is wrong with a use of a tool, for the model to read."""


class Files(Protocol):
    def files(self) -> frozenset[str]: ...

    def read(self, file: str) -> str | None:
        """None where there is no such file, or it is not text."""


def schema(required: Mapping[str, str], optional: Mapping[str, str] = {}) -> Input:
    """The JSON schema of a tool's arguments, by what is told of each."""
    kinds = {"first": "integer", "last": "integer", "confidence": "number"}
    fields = {
        name: {"type": kinds.get(name, "string"), "description": told}
        for name, told in {**required, **optional}.items()
    }
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


LOOKS: tuple[Tool, ...] = (
    Tool(
        "view",
        "Show lines of a file, each with its number.",
        schema({"path": "relative to the root"}, {"first": "from 1", "last": "inclusive"}),
    ),
    Tool(
        "search",
        "Find lines by a regular expression (RE2) in all files, or in those of a glob.",
        schema({"pattern": "RE2"}, {"glob": "such as src/*.py; * matches slashes too"}),
    ),
)


@dataclass(slots=True)
class Looker:
    """`hidden` says which files are not shown; `state` differs where what is looked at changed."""

    files: Files
    hidden: Callable[[str], bool]
    state: Callable[[], int] = lambda: 0
    _looked: set[str] = field(default_factory=set)

    def view(self, given: Input) -> str:
        path = text_of(given, "path")
        lines = redact(self.readable(path)).split("\n")
        first, last = _number(given, "first", 1), _number(given, "last", len(lines))
        self._once(f"view {path} {first} {last}")
        shown = lines[max(0, first - 1) : last][:MAX_LINES]
        numbered = [f"{number:5} {line}" for number, line in enumerate(shown, max(1, first))]
        rest = f"\n[{len(lines)} lines in all]" if len(shown) < len(lines) else ""
        return "\n".join(numbered)[:MAX_CHARACTERS] + rest

    def search(self, given: Input) -> str:
        pattern, glob = text_of(given, "pattern"), text_of(given, "glob", "*")
        self._once(f"search {pattern} {glob}")
        if reason := refusal(pattern):
            msg = f"not a pattern of RE2: {reason}"
            raise Misused(msg)
        find = re2.compile(pattern)
        hits: list[str] = []
        for file in sorted(self.files.files()):
            if len(hits) > MAX_HITS or not fnmatchcase(file, glob) or self.hidden(file):
                continue
            text = (self.files.read(file) or "")[:MAX_SEARCHED]
            if any(map(find.search, text.split("\n"))):
                lines = enumerate(redact(text).split("\n"), 1)
                hits += [f"{file}:{n}: {line[:300]}" for n, line in lines if find.search(line)]
        more = "\n[more lines match]" if len(hits) > MAX_HITS else ""
        return ("\n".join(hits[:MAX_HITS]) or "no line matches") + more

    def readable(self, path: str) -> str:
        text = None if self.hidden(path) else self.files.read(path)
        if text is None:
            msg = f"{path}: no such text file in the repository"
            raise Misused(msg)
        return text

    def _once(self, look: str) -> None:
        """Whoever looks again at what did not change goes in circles."""
        state = f"{look} {self.state()}"
        if state in self._looked:
            msg = "the same look as before, and nothing has changed since"
            raise Misused(msg)
        self._looked.add(state)


def text_of(given: Input, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        msg = f"{name}: a text is needed"
        raise Misused(msg)
    return value


def _number(given: Input, name: str, default: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int):
        msg = f"{name}: a whole number is needed"
        raise Misused(msg)
    return value
