"""Programs that find faults in code: which there are, and how to read what they say.

Each is asked about the changed files only, as the project configures it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from errwatch import lazy_re as re
from errwatch.interfaces import Tree
from errwatch.model.completed import Completed

REPORT = "$ERRWATCH_REPORT"
_RUFF = "[tool.ruff"
_GO = re.compile(r"(?:vet: )?(?:\./)?([^\s:]+\.go):(\d+):(?:\d+:)? (.*)")
_TYPESCRIPT = re.compile(r"([^\s(]+)\((\d+),\d+\): error (TS\d+): (.*)")


@dataclass(frozen=True, slots=True)
class Finding:
    file: str
    rule: str
    line: int
    message: str

    @property
    def kind(self) -> tuple[str, str]:
        """Where lines move, it is the same one still."""
        return self.file, self.rule


@dataclass(frozen=True, slots=True)
class Checker:
    program: str
    suffixes: tuple[str, ...]
    command: Callable[[Sequence[str], Tree], Sequence[str]]
    """For these files of a repository."""
    read: Callable[[Completed], list[Finding] | None]
    """None where it could not do its work."""


def _ruff(files: Sequence[str], tree: Tree) -> list[str]:
    """With the rules for security (S) and performance (PERF) besides the project's own; where it
    has none, those for mistakes, and none for style."""
    own = {"ruff.toml", ".ruff.toml"} & tree.files() or _RUFF in (tree.read("pyproject.toml") or "")
    rules = "--extend-select S,PERF" if own else "--isolated --select E9,F,S,PERF"
    options = f"{rules} --no-cache --exit-zero --output-format json --output-file"
    return ["ruff", "check", *options.split(), REPORT, "--", *files]


def _read_ruff(done: Completed) -> list[Finding] | None:
    return _from_json(done.report, _of_ruff)


def _of_ruff(rows: Iterable[Any]) -> Iterator[Finding]:
    for row in rows:
        line = row["location"]["row"]
        yield Finding(row["filename"], row["code"] or "syntax", line, row["message"])


def _eslint(files: Sequence[str], tree: Tree) -> list[str]:
    return ["eslint", "--format", "json", "--output-file", REPORT, "--", *files]


def _read_eslint(done: Completed) -> list[Finding] | None:
    return _from_json(done.report, _of_eslint)


def _of_eslint(rows: Iterable[Any]) -> Iterator[Finding]:
    for row in rows:
        for one in row["messages"]:
            rule = one.get("ruleId") or "syntax"
            yield Finding(row["filePath"], rule, one.get("line", 0), one["message"])


def _from_json(
    report: str | None, read: Callable[[Iterable[Any]], Iterator[Finding]]
) -> list[Finding] | None:
    """The report is written by a program of the repository: distrust."""
    try:
        return list(read(json.loads(report or "")))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def _vet(files: Sequence[str], tree: Tree) -> list[str]:
    folders = {str(PurePosixPath(file).parent) for file in files}
    return ["go", "vet", *sorted(f"./{folder}" for folder in folders)]


def _read_vet(done: Completed) -> list[Finding] | None:
    found = [
        Finding(match[1], match[3], int(match[2]), match[3])
        for line in done.output.splitlines()
        if (match := _GO.fullmatch(line))
    ]
    return None if done.timed_out or (done.returncode and not found) else found


def _tsc(files: Sequence[str], tree: Tree) -> list[str]:
    """It checks a project whole."""
    return ["tsc", "--noEmit", "--pretty", "false", "--project", "."]


def _read_tsc(done: Completed) -> list[Finding] | None:
    found = [
        Finding(match[1], match[3], int(match[2]), match[4])
        for line in done.output.splitlines()
        if (match := _TYPESCRIPT.fullmatch(line))
    ]
    return None if done.timed_out or (done.returncode and not found) else found


_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx")
CHECKERS = (
    Checker("ruff", (".py", ".pyi"), _ruff, _read_ruff),
    Checker("eslint", _SCRIPTS, _eslint, _read_eslint),
    Checker("tsc", (".ts", ".tsx"), _tsc, _read_tsc),
    Checker("go", (".go",), _vet, _read_vet),
)
