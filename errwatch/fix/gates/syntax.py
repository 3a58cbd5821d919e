"""Syntax: every edited file of a format we can read still parses."""

from __future__ import annotations

import ast
import json
import tomllib
import warnings
from collections.abc import Callable
from pathlib import PurePosixPath

from errwatch.fix.gates.verdict import counted, verdict
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, Edit, GateResult


def syntax(candidate: Candidate, policy: Policy) -> GateResult:
    judged = [edit for edit in candidate.edits if _suffix(edit) in PARSERS]
    wrong = [reason for edit in judged if (reason := _error(edit))]
    return verdict("syntax", wrong, f"{counted(len(judged), 'file')} parsed")


def python(text: str) -> ast.Module:
    """The syntax tree, without the warnings that compiling would print."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.removeprefix("\ufeff"))


PARSERS: dict[str, Callable[[str], object]] = {
    ".py": python,
    ".pyi": python,
    ".toml": tomllib.loads,
    ".json": json.loads,
}


def _suffix(edit: Edit) -> str:
    return PurePosixPath(edit.file).suffix.lower()


def _error(edit: Edit) -> str | None:
    try:
        PARSERS[_suffix(edit)](edit.after)
    except SyntaxError as error:
        return f"{edit.file}:{error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{edit.file}: {error or 'too deeply nested to parse'}"
    return None
